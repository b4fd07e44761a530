import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.samples import ARN, describe_answer, job
from trainstop.domain.family import family_key, family_name
from trainstop.domain.training_job import TrainingJob

NAMES = st.from_regex(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", fullmatch=True)
ENDS = st.sampled_from(
    [
        "-2026-01-15-12-00-00-123",
        "-2026-01-15-12-00-00",
        "-20260115",
        "-20260115T120000Z",
        "-260115-1200",
        "-1768478400-1a2b",
        "-1768478400-abcd",
        "-001-0f0444b1",
        "-012-abcdefab",
        "-1a2b3c4d-5e6f-4a3b-8c9d-0123456789ab",
        "-4f5e6d7",
        "-7",
        "-retry-3",
        "-attempt2",
        "-rerun",
    ]
)


@pytest.mark.parametrize(
    ("saying", "name", "family"),
    [
        ("the SDK's time stamp", "bert-finetune-2026-09-14-01-40-07-512", "bert-finetune"),
        ("its short time stamp", "xgboost-260115-1200", "xgboost"),
        ("its other unique name", "churn-1768478400-1a2b", "churn"),
        ("a tuning job's child", "mldemo-dev-15853298627792-001-0f0444b1", "mldemo-dev"),
        ("a tuning job's child of letters alone", "mldemo-dev-001-abcdefab", "mldemo-dev"),
        ("a step of a pipeline", "pipelines-cfvy1tjuxdq8-abalonetrain-tavd6f3wdf", "abalonetrain"),
        ("a step with capitals", "pipelines-8pk6dxn4cfvl-Rossmann-Model-Train-bPVYsMzUlc", "Rossmann-Model-Train"),
        ("a step as they were named before", "pipelines-bs6gaeln463r-abalonetrain", "abalonetrain"),
        ("a job of Batch", "AWSBatchqm-training-job9b2f08f911cf3dd794c1b3e72ae7ca5f", "qm-training-job"),
        ("a retry of trainstop's", "demo-cnn-20260115-retry-2", "demo-cnn"),
        ("a day", "churn-2026-09-14", "churn"),
        ("a uuid", "train-1a2b3c4d-5e6f-4a3b-8c9d-0123456789ab", "train"),
        ("a commit", "ranker-4f5e6d7", "ranker"),
        ("a counter", "nightly-17", "nightly"),
        ("a number inside stays", "llama-3-8b", "llama-3-8b"),
        ("a version stays", "ranker-v3", "ranker-v3"),
        ("a word of hexadecimal digits stays", "ranker-defaced", "ranker-defaced"),
        ("case stays", "ImageNet-2026-09-14", "ImageNet"),
        ("nothing but numbers is a family of its own", "2026-01-15-12-00-00-123", "2026-01-15-12-00-00-123"),
    ],
)
def test_a_familys_name_is_what_its_runs_share(saying, name, family):
    assert family_name(name) == family, saying


@given(NAMES | st.text(max_size=63))
def test_a_family_is_its_own_family_and_never_empty(name):
    family = family_name(name)
    assert family_name(family) == family
    assert bool(family) is bool(name)
    assert family in name


@given(NAMES.filter(lambda name: name[-1].isalpha()), st.lists(ENDS, max_size=3))
def test_what_tells_runs_apart_makes_no_other_family(name, ends):
    assert family_name(name + "".join(ends)) == family_name(name)


def named(name, **changes):
    arn = ARN.replace("demo-cnn-20260115", name)
    return TrainingJob.model_validate(describe_answer(TrainingJobName=name, TrainingJobArn=arn, **changes))


def test_the_next_run_has_the_key_of_the_last_whatever_it_runs_on():
    then = named("demo-cnn-1", HyperParameters={"lr": "0.1"})
    now = named("demo-cnn-2", ResourceConfig={"InstanceType": "ml.g6.xlarge", "InstanceCount": 4})
    assert family_key(then, {}) == family_key(now, {})


EXECUTION = "arn:aws:sagemaker:us-east-1:111122223333:pipeline/{}/execution/abcd1234efgh"


@pytest.mark.parametrize(
    ("saying", "then", "now", "same"),
    [
        ("two people of a team", {"team": "nlp", "owner": "alice"}, {"Team": "nlp", "owner": "bob"}, True),
        ("two teams", {"team": "nlp"}, {"team": "vision"}, False),
        ("two people of no team", {"owner": "alice"}, {"owner": "bob"}, False),
        ("a team and a person of its name", {"team": "nlp"}, {"owner": "nlp"}, False),
        (
            "two pipelines with a step of one name",
            {"sagemaker:pipeline-execution-arn": EXECUTION.format("nightly")},
            {"sagemaker:pipeline-execution-arn": EXECUTION.format("weekly")},
            False,
        ),
    ],
)
def test_jobs_of_one_name_are_a_family_by_whose_they_are(saying, then, now, same):
    assert (family_key(job(), then) == family_key(job(), now)) is same, saying


def test_where_no_tag_names_anybody_the_role_keeps_jobs_of_one_name_apart():
    other = job(RoleArn="arn:aws:iam::111122223333:role/other-team")
    assert family_key(job(), {}) != family_key(other, {})
    assert family_key(job(), {"team": "nlp"}) == family_key(other, {"team": "nlp"})
