"""The last good run in words: bounded, and never two sides that look the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.render.samples import an_incident, at
from trainstop.domain.run import Difference, LastGood
from trainstop.render.runs import different, last_good_run
from trainstop.render.text import columns

IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/pytorch-training:{}-gpu-py312-cu128-ubuntu22.04-sagemaker"


A_DAY_BEFORE = at("2026-09-13 02:12:32")


def with_good(*differences, left_out=0, name="churn-1", ended_at=A_DAY_BEFORE):
    good = LastGood(training_job_name=name, ended_at=ended_at, differences=differences, differences_left_out=left_out)
    return an_incident(last_good=good)


def lines(*differences, left_out=0, width=70, max_lines=5):
    return list(different(with_good(*differences, left_out=left_out), width, max_lines))


def difference(then="a", now="b", field="image"):
    return Difference(field=field, then=then, now=now)


def test_the_run_is_named_with_how_long_before_it_was():
    assert last_good_run(with_good(), 72) == "churn-1 (1 d 00 h before)"
    assert last_good_run(with_good(ended_at=at("02:32:32")), 72) == "churn-1 (20 min after)"
    assert last_good_run(an_incident(), 72) == ""


def test_nothing_is_said_of_runs_where_none_is_known():
    assert list(different(an_incident(), 70, 5)) == []


def test_no_difference_is_said_so():
    assert lines() == ["Its description shows no difference."]


@pytest.mark.parametrize(
    ("then", "now", "line"),
    [
        ("0.001", "0.1", "hyperparameter lr: 0.001 -> 0.1"),
        ("", "0.1", "hyperparameter lr: not set -> 0.1"),
        ("0.1", "", "hyperparameter lr: 0.1 -> not set"),
        ("None", "1", "hyperparameter lr: not set -> 1"),
    ],
)
def test_a_line_says_what_was_then_and_is_now(then, now, line):
    assert lines(difference(then, now, "hyperparameter lr")) == [line]


def test_of_long_values_the_part_is_shown_that_differs():
    (line,) = lines(difference(IMAGE.format("2.7.1"), IMAGE.format("2.8.0")))
    assert line == "image: ...2.7.1-gpu-py312-cu128-u... -> ...2.8.0-gpu-py312-cu128-ub..."


def test_lines_beyond_those_that_have_room_are_counted():
    five = [difference(field=f"data {number}") for number in range(5)]
    assert len(lines(*five)) == 5
    assert lines(*five, left_out=3)[-1] == "and 4 more differences"
    assert lines(*five, max_lines=2) == ["data 0: a -> b", "and 4 more differences"]
    assert lines(*five, max_lines=1) == ["and 5 more differences"]


TEXT = st.text(max_size=200) | st.builds(
    "{}{}".format, st.sampled_from(["x" * 150, "日本" * 60, "s3://b/" * 20]), st.text(max_size=9)
)


@given(st.lists(st.builds(difference, TEXT, TEXT, TEXT), max_size=8), st.integers(0, 9), st.integers(1, 6))
def test_lines_are_bounded_whatever_a_job_wrote(differences, left_out, max_lines):
    shown = lines(*differences, left_out=left_out, max_lines=max_lines)
    assert 1 <= len(shown) <= max_lines
    assert all(columns(line) <= 70 and line.isprintable() and line for line in shown)


@given(st.text("ab/", max_size=160), st.text("ab/", max_size=160))
def test_two_sides_never_look_the_same(then, now):
    for line in lines(difference(then, now)):
        before, _, after = line.removeprefix("image: ").partition(" -> ")
        assert before != after
