"""Hostile text costs bounded work and never an exception."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainstop.classify import classify
from trainstop.classify.log import MAX_LINES, MAX_READ, Log
from trainstop.classify.normalise import MAX_CHARACTERS
from trainstop.domain.category import Category
from trainstop.domain.failure import Failure, LogLine
from trainstop.domain.verdict import Verdict

NESTED = """
During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/opt/ml/code/train.py", line 3, in fit
    step()
KeyError: 1
"""


class Counted(list):
    """Lines that count how many of them were read."""

    reads = 0

    def __getitem__(self, position):
        self.reads += 1
        return super().__getitem__(position)


@pytest.mark.parametrize("encoding", [("latin-1", "strict"), ("utf-8", "surrogateescape"), ("utf-8", "replace")])
def test_a_megabyte_of_any_bytes(encoding):
    noise = random.Random(7).randbytes(1_000_000).decode(*encoding)  # noqa: S311 (no secret)
    verdict = classify(Failure(failure_reason=noise, lines=[LogLine(line) for line in [noise, *noise.split("\n")]]))
    assert verdict.category is Category.UNKNOWN
    assert verdict.model_dump_json()


def test_a_line_of_ten_megabytes_is_read_at_both_ends():
    line = "x" * 10_000_000 + " CUDA out of memory. Tried to allocate 1.00 GiB"
    assert classify(Failure(lines=[LogLine(line)])).category is Category.GPU_OUT_OF_MEMORY


def test_no_more_than_a_bounded_part_of_a_message_is_searched():
    searched = []
    Log([LogLine("CUDA " * 2_000_000)]).telling(stirs=lambda text: bool(searched.append(text)), hits=lambda _: ())
    assert sum(map(len, searched)) < 2 * MAX_CHARACTERS


@pytest.mark.parametrize("text", ["\n" * 10_000_000, "\r" * 10_000_000, "KeyError: 1\n" * 1_000_000])
def test_of_the_lines_of_one_message_a_bounded_number_is_read(text):
    read = Log([LogLine(text)]).telling(stirs=bool, hits=lambda _: ())
    assert len(read) <= MAX_CHARACTERS
    assert isinstance(classify(Failure(failure_reason=text, lines=[LogLine(text)])), Verdict)


def test_of_a_million_messages_only_the_last_are_looked_at():
    lines = Counted([LogLine("")] * 1_000_000)
    assert classify(Failure(lines=lines)).category is Category.UNKNOWN
    assert lines.reads <= MAX_LINES


def test_of_messages_that_all_tell_something_only_the_last_are_read():
    lines = [LogLine(f"KeyError: {number}") for number in range(MAX_READ + 1_000)]
    assert len(Log(lines).telling(stirs=bool, hits=lambda _: ())) == MAX_READ


def test_what_stands_between_two_errors_is_walked_through_once():
    lines = [LogLine(("KeyError: 1", "waiting")[number % 2]) for number in range(4_000)]
    assert classify(Failure(lines=lines)).line_index == 0


def test_ten_thousand_nested_exceptions():
    lines = [LogLine(line) for line in (NESTED * 10_000).split("\n")]
    verdict = classify(Failure(lines=lines, failure_reason=NESTED * 10_000))
    assert verdict.category is Category.USER_CODE
    assert verdict.root_line_clean == "KeyError: 1"


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
