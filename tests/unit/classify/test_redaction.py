"""Secrets never survive; ordinary lines do."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainstop.domain.redaction import MAX_CHARACTERS, presentable, redact

MARK = re.compile(r"\[removed: [a-z ]+\]")
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
ALNUM = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
HEX = "0123456789abcdef"


def run(alphabet, length):
    return st.text(alphabet=alphabet, min_size=length, max_size=length)


SECRETS = st.one_of(
    st.tuples(st.just("{}"), run(UPPER, 16).map(lambda tail: "AKIA" + tail)),
    st.tuples(st.just("{}"), run(UPPER, 16).map(lambda tail: "ASIA" + tail)),
    st.tuples(st.just("AWS_SECRET_ACCESS_KEY={}"), run(ALNUM + "/+", 40)),
    st.tuples(st.just('"SecretAccessKey": "{}"'), run(ALNUM + "/+", 40)),
    st.tuples(st.just("AWS_SESSION_TOKEN={}"), run(ALNUM, 120).map(lambda tail: "IQoJb3JpZ2lu" + tail)),
    st.tuples(st.just("{}"), run(ALNUM, 36).map(lambda tail: "ghp_" + tail)),
    st.tuples(st.just("{}"), run(ALNUM, 20).map(lambda tail: "glpat-" + tail)),
    st.tuples(st.just("--token {}"), run("abcdefghijABCDEFGHIJ", 34).map(lambda tail: "hf_" + tail)),
    st.tuples(st.just("{}"), run(ALNUM, 40).map(lambda tail: "sk-aA1" + tail)),
    st.tuples(st.just("{}"), run(ALNUM, 24).map(lambda tail: "xoxb-" + tail)),
    st.tuples(st.just("wandb login {}"), run(HEX, 40)),
    st.tuples(st.just("WANDB_API_KEY={}"), run(HEX, 40)),
    st.tuples(st.just("https://user:{}@example.com/path"), run(ALNUM, 12)),
    st.tuples(st.just("postgresql+psycopg2://svc:{}@db.internal:5432/x"), run(ALNUM, 12)),
    st.tuples(st.just("Authorization: Bearer {}"), run(ALNUM, 39).map(lambda tail: "9" + tail)),
    st.tuples(st.just("--password {}"), run(ALNUM, 10)),
    st.tuples(st.just("--db-password={}"), run(ALNUM, 10)),
    st.tuples(st.just("api_key='{}'"), run(ALNUM, 20)),
    st.tuples(st.just('{{"client_secret": "{}"}}'), run(ALNUM, 20)),
    st.tuples(st.just("AccountName=x;AccountKey={};Endpoint=y"), run(ALNUM, 44)),
    st.tuples(st.just("https://demo.s3.amazonaws.com/k?X-Amz-Signature={}&x=1"), run(HEX, 64)),
    st.tuples(st.just("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----"), run(ALNUM, 64)),
)
AROUND = st.text(alphabet="abc .,:;=/'\"()[]{}\n-", max_size=30)


@settings(max_examples=300, deadline=None)
@given(planted=SECRETS, before=AROUND, after=AROUND)
def test_a_planted_secret_never_survives(planted, before, after):
    form, secret = planted
    redacted = redact(f"{before} {form.format(secret)} {after}")
    assert secret not in MARK.sub("", redacted.text)
    assert redacted.kinds


@settings(max_examples=200, deadline=None)
@given(text=st.lists(st.one_of(AROUND, SECRETS.map(lambda pair: pair[0].format(pair[1])), st.text(max_size=20))))
def test_redacting_twice_changes_nothing_more(text):
    once = redact(" ".join(text)).text
    assert redact(once).text == once


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=300))
def test_text_does_not_grow_beyond_the_marks(text):
    assert len(redact(text).text) <= 12 * len(text)


def test_a_megabyte_of_starts_of_secrets_is_bounded():
    text = "https://a:" * 200_000 + "password=" * 50_000
    assert len(redact(text).text) <= 2 * MAX_CHARACTERS


@pytest.mark.parametrize(
    "line",
    [
        "image 123456789012.dkr.ecr.us-east-1.amazonaws.com/pytorch@sha256:" + HEX * 4,
        "git commit 0123456789abcdef0123456789abcdef01234567",
        "job demo-cnn-20260115-aaaabbbbccccdddd finished",
        "arn:aws:sagemaker:us-east-1:111122223333:training-job/demo-cnn-20260115",
        "pad_token_id=50256, eos_token: </s>, max_tokens=4096, num_tokens: 788088885",
        "Setting `pad_token_id` to `eos_token_id`:2 for open-end generation.",
        "KeyError: 'token'",
        "ValueError: token=None, password=None",
        "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied for key: train/data.csv",
        'File "/opt/ml/code/tokenizer.py", line 12, in secret_santa',
        "next token prediction: loss 3.1",
        "s3://demo-bucket/train/part-00000-aaaabbbb-cccc-dddd-eeee-ffff00001111.parquet",
        "NCCL WARN connect to 10.0.1.5<40021> failed: Connection refused",
        "--tokenizer bert-base-uncased --key_value_cache true --secret_santa 3",
        "https://huggingface.co/docs/transformers/installation#offline-mode",
        "lr=1e-4, weight_decay=0.1, tokens_per_second: 12345.678",
    ],
)
def test_an_ordinary_line_stays_as_it_is(line):
    assert redact(line).text == line


def test_what_was_removed_is_named_by_kind():
    redacted = redact("https://u:hunter22@h/ AKIAABCDEFGHIJKLMNOP")
    assert redacted.kinds == ("aws access key", "url password")
    assert redacted.text == "https://u:[removed: url password]@h/ [removed: aws access key]"


SECRET = "correcthorsebattery"


@pytest.mark.parametrize("before", range(480, 540, 4))
@pytest.mark.parametrize("characters", [500, 520])
def test_a_secret_at_the_cut_leaves_no_part_of_it(before, characters):
    text = "x" * before + f" postgresql://user:{SECRET}@db.example.com/x " + "y" * 100
    shown = presentable(text, characters).text
    assert len(shown) <= characters
    assert SECRET[:4] not in shown
