import json

import pytest

from trainstop.events.debugger_message import parse_debugger_message, text_of_notification


@pytest.mark.parametrize(
    ("message", "rule", "text"),
    [
        ("SMDebugRule:StalledTrainingRule fired. None", "StalledTrainingRule", ""),
        ("SMDebugRule:Overfit fired. ", "Overfit", ""),
        ("SMDebugRule:Overfit fired.", "Overfit", ""),
        ("SMDebugRule:Custom fired. loss is NaN None", "Custom", "loss is NaN"),
        ("SMDebugRule:Custom fired. None of the layers learn", "Custom", "None of the layers learn"),
    ],
)
def test_the_rule_is_read_and_the_meaningless_none_is_dropped(message, rule, text):
    parsed = parse_debugger_message(message)
    assert (parsed.rule, parsed.text) == (rule, text)


def test_another_message_on_the_topic_is_none_of_debuggers():
    assert parse_debugger_message("You have chosen to subscribe") is None


def test_the_text_stands_in_snss_envelope(sample_event):
    body = json.dumps(sample_event("debugger-topic-notification"))
    assert text_of_notification(body) == "SMDebugRule:StalledTrainingRule fired. None"


@pytest.mark.parametrize("body", ["SMDebugRule:X fired. None", "[1]", "7"])
def test_a_raw_delivery_is_its_own_text(body):
    assert text_of_notification(body) == body
