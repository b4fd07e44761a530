"""Hostile text costs bounded work and never an exception."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainstop.classify import classify
from trainstop.classify.log import MAX_LINES
from trainstop.domain.category import Category
from trainstop.domain.failure import Failure, LogLine
from trainstop.domain.verdict import Verdict

NESTED = "During handling of the above exception, another exception occurred:\n"


class Counted(list):
    """Lines that count how many of them were read."""

    reads = 0

    def __getitem__(self, position):
        self.reads += 1
        return super().__getitem__(position)


def test_a_megabyte_of_random_bytes():
    noise = random.Random(7).randbytes(1_000_000).decode("latin-1")  # noqa: S311 (no secret)
    assert isinstance(classify(Failure(failure_reason=noise, lines=[LogLine(noise)])), Verdict)


def test_a_line_of_ten_megabytes_is_read_at_both_ends():
    line = "x" * 10_000_000 + " CUDA out of memory. Tried to allocate 1.00 GiB"
    assert classify(Failure(lines=[LogLine(line)])).category is Category.GPU_OUT_OF_MEMORY


def test_of_a_million_line_breaks_in_one_message_a_bounded_number_is_read():
    assert classify(Failure(lines=[LogLine("\n" * 1_000_000)])).category is Category.UNKNOWN


def test_of_a_million_lines_only_the_last_are_read():
    lines = Counted([LogLine("")] * 1_000_000)
    assert classify(Failure(lines=lines)).category is Category.UNKNOWN
    assert lines.reads <= MAX_LINES


def test_ten_thousand_nested_exceptions():
    lines = [
        LogLine(line) for line in (NESTED + "Traceback (most recent call last):\nKeyError: 1\n").split("\n")
    ] * 10_000
    assert classify(Failure(lines=lines)).category is Category.USER_CODE


@pytest.mark.parametrize("text", ["(" * 50_000, "a" * 50_000 + "!", 'Command "' * 5_000, "File " * 9_000, "=" * 90_000])
def test_text_that_makes_backtracking_matchers_stall(text):
    assert isinstance(classify(Failure(failure_reason=text, lines=[LogLine(text)] * 20)), Verdict)


def test_lone_surrogates_and_bytes_outside_of_any_encoding():
    text = "ValueError: \ud800 bad \udcff"
    verdict = classify(Failure(failure_reason=text, lines=[LogLine(text)]))
    assert verdict.category is Category.USER_CODE
    assert verdict.model_dump_json()


@settings(max_examples=60, deadline=None)
@given(
    reason=st.none() | st.text(max_size=400),
    lines=st.lists(
        st.text(max_size=80)
        | st.sampled_from(
            [
                "Traceback (most recent call last):",
                '  File "a.py", line 3, in f',
                "KeyError: 1",
                NESTED,
                "=" * 30,
                "x FAILED",
            ]
        ),
        max_size=30,
    ),
)
def test_any_text_gives_a_verdict_that_points_into_the_log(reason, lines):
    failure = Failure(failure_reason=reason, lines=[LogLine(line) for line in lines])
    verdict = classify(failure)
    if verdict.from_log:
        assert verdict.root_line == lines[verdict.line_index]
    assert verdict == classify(failure)
