"""A silence keeps an alert untold, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes import FakeClock, FakeIncidents, FakeSilences
from tests.samples import STARTED, describe_answer, running
from tests.unit.app.test_guardrails import LIMITED, all_fire, jobs_of
from tests.unit.app.test_job_actions import MAIL, declaring
from tests.unit.telling import published
from tests.unit.telling import world as telling_world
from tests.worlds import NAME, one, policy, world
from trainstop.app.by_hand import Person
from trainstop.app.measures import measures_of
from trainstop.app.notify import Became, notify
from trainstop.app.silence import SilenceDeps, add_silence, end_silence
from trainstop.app.telemetry import told_unsilenced
from trainstop.app.watch import watch
from trainstop.domain.decision import Action
from trainstop.domain.finding import Trigger
from trainstop.policy.silences import Silence
from trainstop.ports import SilencesUnreadableError

NOW = STARTED + timedelta(seconds=610)
CAROL = Person("arn:aws:sts::111122223333:assumed-role/ml-engineer/carol", "111122223333", "us-east-1")


def a_silence(**changes):
    facts = {
        "silence_id": "s-1",
        "when": {"job": "demo-*"},
        "starts_at": NOW - timedelta(hours=1),
        "until": NOW + timedelta(hours=1),
        "author": CAROL.principal_arn,
        "reason": "we are changing the data",
        "created_at": NOW - timedelta(hours=1),
    }
    return Silence.model_validate(facts | changes)


def quiet(*silences, answer=None, **changes):
    """A world with silences, and the silences."""
    kept = FakeSilences(list(silences))
    return world(answer, silences=kept.active, **changes), kept


def told(incident):
    deps = telling_world(clock=FakeClock(NOW))
    became = notify(incident, deps).became
    return became, [*published(deps), *deps.addressed.published]


def test_a_silenced_failure_is_recorded_with_who_silenced_it_and_not_told(sample_event):
    deps, _ = quiet(a_silence())
    incident = one(watch(sample_event("training-job-failed"), deps))
    assert incident.decision.silence == a_silence().facts
    assert incident.decision.alert is not None
    assert deps.incidents.recorded == {incident.incident_id: incident}
    assert told(incident) == (Became.NOT_ORDERED, [])


def test_another_job_is_told(sample_event):
    deps, _ = quiet(a_silence(when={"job": "vision-*"}))
    incident = one(watch(sample_event("training-job-failed"), deps))
    assert incident.decision.silence is None
    assert told(incident)[0] is Became.PUBLISHED


@pytest.mark.parametrize(
    "changes",
    [
        {"until": NOW},
        {"starts_at": NOW + timedelta(seconds=1)},
        {"ended_at": NOW - timedelta(minutes=1)},
        {"weekly": {"days": "mon"}},
    ],
)
def test_a_silence_that_is_not_active_keeps_nothing(sample_event, changes):
    deps, _ = quiet(a_silence(**changes))
    assert one(watch(sample_event("training-job-failed"), deps)).decision.silence is None


def test_a_silenced_job_is_stopped_all_the_same(sample_event):
    deps, _ = quiet(a_silence(), answer=running("Overfit"))
    incident = one(watch(sample_event("training-job-rule-issues-found"), deps))
    assert deps.jobs.stopped == [NAME]
    assert incident.outcome.action is Action.STOPPED
    assert not incident.decision.tells_anybody


def test_a_silenced_failure_is_submitted_again_all_the_same(sample_event):
    failure = "InternalServerError: We encountered an internal error. Please try again."
    role = describe_answer()["RoleArn"]
    again = policy("version: 1\nrules: [{name: again, resubmit: true, alert: {}}]")
    deps, _ = quiet(a_silence(), answer=describe_answer(FailureReason=failure), policy=again)
    deps = replace(deps, switches=replace(deps.switches, resubmit_roles=frozenset({role})))
    incident = one(watch(sample_event("training-job-failed"), deps))
    assert incident.outcome.retry is not None
    assert incident.decision.silence is not None


def test_addresses_that_the_jobs_own_rule_declares_are_silenced_too(sample_event):
    deps, _ = quiet(a_silence(), answer=declaring(MAIL))
    incident = one(watch(sample_event("training-job-rule-issues-found"), deps))
    assert incident.decision.recipients
    assert told(incident) == (Became.NOT_ORDERED, [])


CRITICAL = policy("version: 1\nrules: [{name: all, alert: {severity: critical}}]")


@pytest.mark.parametrize("including", [True, False])
def test_a_critical_alert_is_silenced_only_where_that_was_said(sample_event, including):
    deps, _ = quiet(a_silence(including_critical=including), policy=CRITICAL)
    incident = one(watch(sample_event("training-job-failed"), deps))
    assert (incident.decision.silence is not None) is including


@pytest.mark.parametrize("including", [True, False])
def test_an_open_breaker_is_silenced_only_where_that_was_said(sample_event, including):
    silence = a_silence(when={"trigger": ["breaker"]}, including_critical=including)
    deps, _ = quiet(silence, jobs=jobs_of([""] * 4), policy=policy(LIMITED))
    (opened,) = [each for each in all_fire(sample_event, deps) if each.trigger is Trigger.BREAKER]
    assert opened.decision.tells_anybody is not including


def test_a_refused_submission_can_be_silenced(sample_event):
    deps, _ = quiet(a_silence(when={"category": "quota"}))
    assert one(watch(sample_event("create-training-job-refused-quota"), deps)).decision.silence is not None


def test_what_nobody_is_told_costs_no_call(sample_event):
    deps, kept = quiet(a_silence())
    answer = describe_answer(TrainingJobStatus="Stopped", SecondaryStatus="Stopped", FailureReason=None)
    stopped, nobody = quiet(a_silence(), answer=answer)
    watch(sample_event("training-job-starting"), deps)
    watch(sample_event("training-job-stopped-by-a-person"), stopped)
    assert (kept.asked, nobody.asked) == ([], [])


def test_silences_that_cannot_be_read_keep_no_alert_back(sample_event, capsys):
    def unreadable(_):
        raise SilencesUnreadableError("ProvisionedThroughputExceededException")

    deps = world(silences=told_unsilenced(unreadable))
    incident = one(watch(sample_event("training-job-failed"), deps))
    assert told(incident)[0] is Became.PUBLISHED
    assert "SilencesUnreadable" in capsys.readouterr().out


def test_a_silenced_alert_is_counted(sample_event):
    deps, _ = quiet(a_silence())
    incident = one(watch(sample_event("training-job-failed"), deps))
    assert "AlertSilenced" in {measure.name for measure in measures_of(incident)}


def by_hand(*silences):
    return SilenceDeps(FakeSilences(list(silences)), FakeIncidents(), FakeClock(NOW))


def test_setting_and_ending_a_silence_is_on_the_record():
    deps = by_hand()
    silence = add_silence(a_silence(silence_id=""), CAROL, deps)
    end_silence(silence.silence_id, "the data are there", CAROL, deps)
    added, ended = deps.incidents.recorded.values()
    assert (added.operator.command, added.operator.principal_arn) == ("add-silence", CAROL.principal_arn)
    assert added.operator.reason == "we are changing the data"
    assert added.operator.details == ("s-1: job demo-*; from 2026-01-15T11:13:30.000Z until 2026-01-15T13:13:30.000Z")
    assert (ended.operator.command, ended.operator.reason) == ("end-silence", "the data are there")
    assert not added.decision.tells_anybody
    assert deps.store.active(NOW) == []


def test_a_silence_that_is_over_cannot_be_ended():
    deps = by_hand(a_silence(until=NOW))
    assert end_silence("s-1", "why not", CAROL, deps) is None
    assert end_silence("s-9", "why not", CAROL, deps) is None
    assert deps.incidents.recorded == {}
