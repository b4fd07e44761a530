"""Of a long log only the parts that tell of anything are taken apart, and nothing is lost by it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainstop.classify import classify
from trainstop.classify.load import source_rows, table
from trainstop.classify.log import CHUNK, Log
from trainstop.domain.failure import Failure, LogLine
from trainstop.domain.verdict import Verdict

EXAMPLES = [text for _, row in source_rows() if row.get("where") != "reason" for text in row["matches"]]
TRACEBACK = [
    "Traceback (most recent call last):",
    '  File "/opt/ml/code/train.py", line 7, in <module>',
    "    fit()",
    "ValueError: bad batch",
]


def progress(count):
    return [f"epoch {number // 100} step {number} loss 0.{number:05d}" for number in range(count)]


def told(lines):
    """What a verdict says, but not where the line stood."""
    verdict = classify(Failure(lines=[LogLine(line) for line in lines]))
    return Verdict.model_validate(verdict.model_dump() | {"line_index": None})


def test_lines_of_progress_are_passed_over():
    read = Log([LogLine(line) for line in [*progress(1_000), *TRACEBACK]]).telling(table().stirs, table().hits)
    assert len(read) <= 2 * CHUNK + len(TRACEBACK)


def test_an_error_that_training_went_on_after_gives_way_though_nobody_read_the_lines_between():
    lines = [*TRACEBACK, *progress(1_000), "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB"]
    assert told(lines).signature == "cuda-out-of-memory"


def test_two_errors_without_training_between_them_stay_in_order():
    assert told([*TRACEBACK, *["waiting"] * 500, "RuntimeError: CUDA out of memory."]).root_line == TRACEBACK[-1]


@pytest.mark.parametrize("before", [0, 1, CHUNK - 1, CHUNK, 5 * CHUNK])
def test_a_cause_is_found_wherever_it_stands(before):
    verdict = told([*progress(before), *TRACEBACK, *["closing"] * 300])
    assert verdict.root_line == TRACEBACK[-1]
    assert verdict.exception
    assert verdict.exception.user_frame == "/opt/ml/code/train.py:7 in <module>"


@settings(max_examples=150, deadline=None)
@given(example=st.sampled_from(EXAMPLES), before=st.integers(0, 200), after=st.integers(0, 200))
def test_lines_around_change_no_verdict(example, before, after):
    lines = example.split("\n")
    assert told([*["."] * before, *lines, *["."] * after]) == told(lines)
