"""The line protocol of ``trainstop classify --jsonl``."""

import json

import pytest

from trainstop.classify.jsonl import answers


def ask(**question):
    [answer] = answers([json.dumps(question)])
    return json.loads(answer)


def test_an_answer_has_the_six_fields_and_the_line_exactly_as_it_stood():
    answer = ask(id="a", failure_reason=None, log_tail=["\x1b[31mKeyError: 'x'\x1b[0m "], secondary_status="Failed")
    assert set(answer) == {"id", "category", "root_line", "retryable", "signature", "advice"}
    assert (answer["id"], answer["category"], answer["root_line"]) == (
        "a",
        "user_code",
        "\x1b[31mKeyError: 'x'\x1b[0m ",
    )


def test_an_answer_from_the_reason_alone_points_at_no_line():
    answer = ask(id="a", failure_reason="CapacityError: Unable to provision requested ML compute capacity.")
    assert (answer["category"], answer["retryable"], answer["root_line"]) == ("capacity", True, None)


def test_blank_lines_are_skipped():
    assert list(answers(["\n", "  \n"])) == []


@pytest.mark.parametrize("line", ["not json", "[]", '{"id": 1, "log_tail": "text"}', '{"failure_reason": 3}'])
def test_a_broken_question_is_named_by_its_number(line):
    with pytest.raises(ValueError, match="line 2: "):
        list(answers(["\n", line]))
