"""What job owners write into action_json (FORMATS.md 3.1)."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainstop.domain.job_actions import JobActions, Protocol, Recipient, job_actions

STOP = {"training_job_prefix": "Demo-CNN", "name": "stoptraining"}
MAIL = {"endpoint": "a@example.com", "name": "email"}
PHONE = {"endpoint": "+15551234567", "name": "sms"}


def of(*actions):
    return job_actions({"action_json": json.dumps(actions if len(actions) > 1 else actions[0])})


def test_one_action_and_a_list_are_read_capitals_kept():
    assert of(STOP).stop_prefix == "Demo-CNN"
    both = of(MAIL, PHONE)
    assert both.recipients == (
        Recipient(protocol=Protocol.EMAIL, endpoint="a@example.com"),
        Recipient(protocol=Protocol.SMS, endpoint="+15551234567"),
    )


def test_the_quotes_that_the_sdk_escapes_once_more_are_read():
    escaped = json.dumps([STOP, PHONE]).replace('"', '\\"')
    assert job_actions({"action_json": escaped}) == of(STOP, PHONE)


def test_a_stop_without_a_prefix_means_the_job_itself():
    assert of({"name": "stoptraining"}).stop_prefix == ""


@pytest.mark.parametrize("parameters", [{}, {"action_json": ""}, {"rule_to_invoke": "Overfit"}])
def test_most_rules_declare_nothing(parameters):
    assert job_actions(parameters) is None


def test_the_older_parameters_of_stalled_training_count():
    parameters = {"stop_training_on_fire": "True", "training_job_name_prefix": "demo-"}
    assert job_actions(parameters).stop_prefix == "demo-"
    assert job_actions(parameters | {"stop_training_on_fire": "False"}) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{oops", "not JSON"),
        ("[7]", "not an object"),
        ('{"name": "page"}', "another name"),
        ('{"name": "email", "endpoint": "everybody"}', "no address"),
        ('{"name": "sms", "endpoint": "0800"}', "no address"),
        ('{"name": "email", "endpoint": "a@example.com, b@example.com"}', "no address"),
        (json.dumps([STOP] * 21), "more than 20"),
    ],
)
def test_what_cannot_be_read_is_said_and_does_nothing(text, fault):
    (said,) = job_actions({"action_json": text}).faults
    assert fault in said


@settings(max_examples=200, deadline=None)
@given(
    st.text() | st.recursive(st.none() | st.integers() | st.text(max_size=8), st.lists, max_leaves=6).map(json.dumps)
)
def test_no_text_breaks_it(text):
    read = job_actions({"action_json": text})
    assert read is None or isinstance(read, JobActions)
