"""Recorded incidents under another policy."""

from dataclasses import replace

import pytest

from tests.samples import running
from tests.unit.app.test_job_actions import MAIL, STOP, declaring
from tests.worlds import one, policy, world
from trainstop.app.watch import watch
from trainstop.policy.default import default_policy
from trainstop.policy.parse import parse_policy
from trainstop.policy.replay import busiest_hour, deeds, replay
from trainstop.policy.state import PolicyState


def recorded(sample_event, answer=None, sample="training-job-rule-issues-found", **changes):
    return one(watch(sample_event(sample), world(answer or running("Overfit"), **changes)))


def under(text, *incidents):
    return replay(incidents, PolicyState(document=parse_policy(text), version="new"))


SHIPPED = PolicyState(document=default_policy(), version="shipped")


@pytest.mark.parametrize("answer", [running("Overfit"), declaring(STOP), declaring(MAIL), None])
def test_under_the_same_policy_everything_comes_out_the_same(sample_event, answer):
    sample = "training-job-failed" if answer is None else "training-job-rule-issues-found"
    incident = one(watch(sample_event(sample), world(answer)))
    (again,) = replay([incident], SHIPPED)
    assert not again.changed


def test_a_stop_that_would_not_be_is_seen(sample_event):
    (again,) = under("version: 1\nrules: [{name: a, alert: {}}]", recorded(sample_event))
    assert again.changed
    assert deeds(again.incident.decision)[0] == "stop"
    assert deeds(again.would) == ("", "warning by email+json to owner+platform", "")


def test_a_retry_that_would_be_is_seen(sample_event):
    failure = "InternalServerError: We encountered an internal error. Please try again."
    answer = dict(world().jobs.answers["demo-cnn-20260115"], FailureReason=failure)
    incident = recorded(sample_event, answer, "training-job-failed")
    (again,) = under("version: 1\nrules: [{name: a, resubmit: true}]", incident)
    assert deeds(again.would)[2] == "resubmit"


def test_a_guardrail_that_held_is_seen(sample_event):
    (again,) = under("version: 1\ndry_run: true\nrules: [{name: a, stop: true}]", recorded(sample_event))
    assert deeds(again.would)[0] == "held: dry_run"


def test_the_busiest_hour_is_found(sample_event):
    incident = recorded(sample_event)
    replayed = under("version: 1\nrules: [{name: a, stop: true}]", incident, incident)
    assert busiest_hour(replayed) == (incident.detected_at.replace(minute=0, second=0, microsecond=0), 2)
    deps = replace(world(running("Overfit")), policy=policy("version: 1\nrules: [{name: a, alert: {}}]"))
    assert (
        busiest_hour(
            under(
                "version: 1\nrules: [{name: a, alert: {}}]",
                one(watch(sample_event("training-job-rule-issues-found"), deps)),
            )
        )
        is None
    )
