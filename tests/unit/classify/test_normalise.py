"""Damaged lines are repaired, and each remembers where it stood."""

import pytest

from trainstop.classify.log import Log
from trainstop.classify.normalise import MAX_CHARACTERS
from trainstop.domain.failure import LogLine


def normalise(lines):
    return Log(lines).telling(stirs=bool, hits=lambda _: ())


@pytest.mark.parametrize(
    ("message", "repaired"),
    [
        ("\x1b[31mValueError\x1b[0m: x", [("", "ValueError: x")]),
        ("[rank3]: KeyError: 1", [("rank3", "KeyError: 1")]),
        ("[default0]:  what():  x", [("default0", " what():  x")]),
        ("[1,1]<stderr>:ValueError[1,1]<stderr>:: [1,1]<stderr>:bad", [("1,1", "ValueError: bad")]),
        ("[1,mpirank:3,algo-1]<stdout>:hello", [("1,mpirank:3", "hello")]),
        ("(RayTrainWorker pid=12, ip=10.0.1.5) boom", [("RayTrainWorker pid=12", "boom")]),
        ("one\ntwo", [("", "one"), ("", "two")]),
        ("10%\r20%\r30%", [("", "30%")]),
        ("10%\rKeyError: 1\r30%", [("", "KeyError: 1"), ("", "30%")]),
        (" 0%|   | 0/2 [00:00<?, ?it/s]Traceback (most recent call last):",
         [("", " 0%|   | 0/2 [00:00<?, ?it/s]"), ("", "Traceback (most recent call last):")]),
        ("a#011b#015", [("", "a\tb")]),
        ("  | ValueError: inside a group", [("", "ValueError: inside a group")]),
    ],
)  # fmt: skip
def test_a_message_is_repaired(message, repaired):
    assert [(line.tag, line.text) for line in normalise([LogLine(message)])] == repaired


def test_lines_are_put_in_time_order_where_all_have_a_time():
    lines = [LogLine("b", timestamp_ms=2), LogLine("a", timestamp_ms=1)]
    assert [(line.message_index, line.text) for line in normalise(lines)] == [(1, "a"), (0, "b")]


def test_lines_keep_their_order_where_a_time_is_missing():
    assert [line.text for line in normalise([LogLine("b", timestamp_ms=2), LogLine("a")])] == ["b", "a"]


def test_a_long_line_keeps_its_start_and_its_end():
    [line] = normalise([LogLine("start" + "x" * 10 * MAX_CHARACTERS + "end")])
    assert line.text.startswith("start")
    assert line.text.endswith("end")
    assert len(line.text) < 2 * MAX_CHARACTERS
