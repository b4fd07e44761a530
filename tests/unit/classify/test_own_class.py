import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainstop.classify import classify
from trainstop.classify.own_class import SIGNATURE
from trainstop.domain.category import Category, Retry
from trainstop.domain.failure import Failure, LogLine

LINE = 'trainstop: category=data_format retry=once reason="partition 2026-01-15 is empty" advice="rerun the export"'
OBJECT = json.dumps(
    {
        "trainstop": {
            "category": "data_format",
            "retry": "once",
            "reason": "partition 2026-01-15 is empty",
            "advice": "rerun the export",
        }
    }
)


def of_reason(reason, *lines):
    return classify(Failure(failure_reason=reason, secondary_status="Failed", lines=tuple(map(LogLine, lines))))


@pytest.mark.parametrize(
    "reason",
    [
        f"AlgorithmError: {LINE}, exit code: 3",
        f"AlgorithmError: {OBJECT}, exit code: 3",
        f"AlgorithmError: Checking the input\n{LINE}\nTraceback (most recent call last):, exit code: 3",
        f'AlgorithmError: ExecuteUserScriptError:\nExitCode 3\nErrorMessage "Error: {LINE}"\nCommand "python t.py"',
        "AlgorithmError: " + OBJECT.replace('"', '\\"') + ", exit code: 3",
    ],
)
def test_what_the_job_says_of_itself_beats_the_signatures(reason):
    verdict = of_reason(reason, "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB")
    assert (verdict.category, verdict.retry, verdict.signature) == (Category.DATA_FORMAT, Retry.ONCE, SIGNATURE)
    assert verdict.root_line_clean == "partition 2026-01-15 is empty"
    assert verdict.advice == "rerun the export"
    assert verdict.exit_code == 3


def test_what_is_not_said_is_the_categorys():
    verdict = of_reason("AlgorithmError: trainstop: category=network")
    assert (verdict.category, verdict.retry, verdict.root_line) == (Category.NETWORK, Retry.ONCE, None)
    assert verdict.advice


@pytest.mark.parametrize("cut", range(len('{"trainstop": {"category": "data_format",'), len(OBJECT)))
def test_a_reason_that_is_cut_still_counts(cut):
    assert of_reason(f"AlgorithmError: {OBJECT[:cut]}").category is Category.DATA_FORMAT


@pytest.mark.parametrize(
    "reason",
    [
        "AlgorithmError: trainstop: category=bad_luck",
        "AlgorithmError: trainstop: category=unknown",
        "AlgorithmError: trainstop is great, category=data_format",
        'AlgorithmError: {"trainstop": "data_format"}',
        'AlgorithmError: {"trainstop": {"category": ["data_format"]}}',
        'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nCommand "python t.py --x trainstop: category=quota"',
    ],
)
def test_what_is_no_known_class_is_not_honoured(reason):
    assert of_reason(reason).signature != SIGNATURE


def test_secrets_are_removed_from_what_the_job_says():
    verdict = of_reason('AlgorithmError: trainstop: category=network reason="key AKIAIOSFODNN7EXAMPLE refused"')
    assert "AKIAIOSFODNN7EXAMPLE" not in verdict.root_line_clean
    assert verdict.removed


@given(st.text(max_size=300))
def test_any_text_after_the_mark_does_no_harm(text):
    of_reason(f"AlgorithmError: trainstop: {text}")
    of_reason(f'AlgorithmError: {{"trainstop": {text}')


def test_other_members_may_stand_before_the_class():
    reason = 'AlgorithmError: {"job": "a", "trainstop": {"category": "data_format", "reason": "no rows"}}, exit code: 3'
    assert of_reason(reason).category is Category.DATA_FORMAT
