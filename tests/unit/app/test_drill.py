"""Drills go the way of every event, and touch nothing but the table of incidents."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.drilled import a_drill, drill_event, drilled
from tests.fakes import FakeDeadLetters
from tests.samples import describe_answer, running
from tests.unit.policy.policies import documents
from tests.worlds import NAME, one, policy, world
from trainstop.app.act import act
from trainstop.app.drill import OffStageError, rehearse
from trainstop.app.locate import Located
from trainstop.app.measures import measures_of
from trainstop.app.notify import Became, Notified, told_measures
from trainstop.app.occasion import notice
from trainstop.app.retry import with_planned_retry
from trainstop.app.watch import watch
from trainstop.app.watch_message import WatchMessageDeps, watch_message
from trainstop.domain.category import Category
from trainstop.domain.decision import Action, Channel, Decision, ResubmitReason, ResubmitTerms, StopReason
from trainstop.domain.finding import findings_of
from trainstop.domain.measure import COUNT, Measure
from trainstop.domain.signal import Nothing, Origin
from trainstop.domain.training_job import TrainingJob
from trainstop.drills import Stage, scenarios
from trainstop.events import UnreadableEventError
from trainstop.policy.decide import Switches
from trainstop.policy.state import PolicyState

CATEGORIES = {
    "access-denied": Category.ACCESS_DENIED,
    "debugger-rule": Category.NUMERICAL,
    "gpu-out-of-memory": Category.GPU_OUT_OF_MEMORY,
    "no-capacity": Category.CAPACITY,
    "runtime-limit": Category.TIMEOUT,
}


def untouched(deps):
    """Whether nothing was asked of anything but the policy and the table."""
    asked = (
        deps.jobs.described,
        deps.jobs.stopped,
        deps.jobs.created,
        deps.logs.read,
        deps.stop_budget.taken,
        deps.looks.seen,
        deps.recipients.asked,
        deps.retries.planned,
        deps.queue.sent,
    )
    return not any(asked)


@pytest.mark.parametrize("name", scenarios())
def test_a_drill_becomes_a_marked_incident_with_its_cause_and_touches_nothing_else(name):
    deps = world()
    incident = drilled(watch(drill_event(name), deps))
    assert incident.trigger is scenarios()[name].trigger
    assert incident.diagnosis.category is CATEGORIES[name]
    assert incident.decision.alert is not None
    assert incident.origin is Origin.DRILL
    assert deps.incidents.recorded == {incident.incident_id: incident}
    assert untouched(deps)


@pytest.mark.parametrize("name", scenarios())
def test_who_sent_a_drill_knows_its_incident(name):
    incident = drilled(watch(drill_event(name), world()))
    assert incident.incident_id == Stage(a_drill(name), incident.occurred_at).incident_id


def test_a_repeat_of_a_drill_meets_the_incident_that_is_there_and_another_drill_does_not():
    deps = world()
    first = drilled(watch(drill_event(), deps))
    (again,) = watch(drill_event(), deps)
    assert (again.reason, again.detail) == (Nothing.ALREADY_RECORDED, first.incident_id)
    assert drilled(watch(drill_event(DrillId="00000000"), deps)).incident_id != first.incident_id


def test_a_drill_costs_nothing_and_names_no_job_that_could_be_looked_for():
    incident = drilled(watch(drill_event(), world()))
    assert (incident.job.arn, incident.job.cost_usd, incident.job.billable_instance_seconds) == (None, None, None)


def test_a_drills_fault_is_no_other_jobs_fault():
    first = drilled(watch(drill_event(), world()))
    second = drilled(watch(drill_event(DrillId="00000000"), world()))
    assert first.diagnosis.fingerprint != second.diagnosis.fingerprint


def test_a_stop_is_decided_and_held():
    deps = world()
    incident = drilled(watch(drill_event("debugger-rule"), deps))
    assert incident.decision.stop_rule == "debugger-rules-stop"
    assert incident.decision.stop_reason is StopReason.DRILL
    assert incident.outcome.action is Action.STOP_HELD


def test_what_would_have_held_the_stop_in_earnest_is_named_before_the_drill():
    incident = drilled(watch(drill_event("debugger-rule"), world(switches=Switches(dry_run=True))))
    assert incident.decision.stop_reason is StopReason.DRY_RUN


def test_a_stop_that_would_wait_in_earnest_does_not_keep_a_drill_waiting():
    patient = policy("version: 1\nconfirm_after_seconds: 600\nrules: [{name: stop-all, stop: true, alert: {}}]")
    deps = world(policy=patient)
    assert drilled(watch(drill_event("debugger-rule"), deps)).decision.stop_reason is StopReason.DRILL
    assert untouched(deps)


def test_the_policy_finds_a_drill_by_the_tags_that_were_asked_for():
    routed = policy(
        "version: 1\nrules:\n  - {name: vision, when: {tags: {team: vision, owner: alice}}, alert: {severity: info}}\n"
        "  - {name: rest, alert: none}\n"
    )
    here = drilled(watch(drill_event(Owner="alice", Team="vision"), world(policy=routed)))
    there = drilled(watch(drill_event(Owner="bob"), world(policy=routed)))
    assert (here.decision.alert_rule, there.decision.alert_rule) == ("vision", "rest")


def test_over_channels_that_are_to_be_quiet_nobody_is_told():
    loud = drilled(watch(drill_event("debugger-rule", QuietChannels=["sms"]), world()))
    assert loud.decision.alert.channels == (Channel.EMAIL, Channel.CHAT, Channel.JSON)
    quiet = drilled(watch(drill_event("no-capacity", QuietChannels=["email", "chat", "json"]), world()))
    assert quiet.decision.alert is None


@pytest.mark.parametrize(
    "detail",
    [
        {"Scenario": "no-such"},
        {"Scenario": "../default"},
        {"Scenario": ""},
        {"DrillId": "7F3A9C21"},
        {"DrillId": "7f3a9c21\n"},
        {"DrillId": 7},
        {"Owner": "alice\nDone: all is well"},
        {"Owner": "\u202eecila"},
        {"Team": "x" * 129},
        {"Team": ["vision"]},
        {"QuietChannels": ["pigeon"]},
        {"QuietChannels": "sms"},
    ],
)
def test_a_drill_that_cannot_be_right_is_a_dead_letter(detail):
    letters = FakeDeadLetters()
    deps = world()
    body = json.dumps(drill_event(**detail))
    watch_message(body, WatchMessageDeps(deps, letters))
    ((kept, reason),) = letters.letters
    assert kept == body
    assert "trainstop Drill: " in reason
    assert deps.incidents.recorded == {}


@pytest.mark.parametrize("where", [{"account": ""}, {"account": "evil"}, {"region": "evil.example/"}])
def test_a_drill_comes_from_an_account_and_a_region(where):
    with pytest.raises(UnreadableEventError):
        watch(drill_event() | where, world())


def test_what_else_a_drills_event_says_reaches_no_incident():
    event = drill_event(Job={"TrainingJobName": "prod-1"}, FailureReason="evil", Log=["evil"])
    assert "evil" not in drilled(watch(event, world())).model_dump_json()


def test_a_drill_is_counted_as_a_drill_and_as_nothing_else():
    incident = drilled(watch(drill_event("debugger-rule"), world()))
    assert list(measures_of(incident)) == [Measure("Drill", COUNT, 1)]
    assert list(told_measures(incident, Notified(Became.PUBLISHED, incident.detected_at))) == []


def test_a_drill_reaches_for_nothing_that_its_scenario_does_not_have():
    _, staged = rehearse(a_drill(), world())
    for reach in (
        lambda: staged.jobs.stop(NAME),
        lambda: staged.jobs.create({}),
        lambda: staged.jobs.running(""),
        lambda: staged.stop_budget.take(staged.clock(), []),
        lambda: staged.queue.send([]),
        lambda: staged.retries.load(NAME),
        lambda: staged.recipients.subscribe(None),
    ):
        with pytest.raises(OffStageError):
            reach()
    assert staged.jobs.describe(NAME) is None


@settings(max_examples=30, deadline=None)
@given(document=documents, name=st.sampled_from(sorted(scenarios())), dry_run=st.booleans(), trusted=st.booleans())
def test_no_policy_makes_a_drill_stop_or_submit_anything(document, name, dry_run, trusted):
    state = PolicyState(document=document, version="v", trusted=trusted)
    deps = world(policy=lambda: state, switches=Switches(dry_run=dry_run))
    incident = drilled(watch(drill_event(name), deps))
    assert untouched(deps)
    assert incident.outcome.action is not Action.STOPPED
    assert incident.decision.resubmit is None


decisions = st.builds(
    Decision,
    stop=st.booleans(),
    stop_reason=st.sampled_from(StopReason),
    stop_rule=st.sampled_from([None, "stop-all", "the job's own action"]),
    minimum_age_seconds=st.integers(0, 86400),
    confirm_after_seconds=st.integers(0, 86400),
    resubmit=st.none() | st.just(ResubmitTerms(attempts=3, backoff_seconds=60)),
    policy_version=st.just("v"),
)


@settings(max_examples=30, deadline=None)
@given(decision=decisions)
def test_whatever_was_decided_the_act_of_a_drill_stops_and_plans_nothing_even_if_the_job_were_real(decision):
    deps = replace(world(running("Overfit")), drill=a_drill("debugger-rule"))
    job = TrainingJob.model_validate(running("Overfit"))
    occasion = notice(findings_of(job)[0], Located(job, findings_of(job), Origin.DRILL), deps)
    acted = act(occasion, None, decision, deps)
    assert untouched(deps)
    assert not acted.decision.stop
    assert acted.outcome.action is not Action.STOPPED


def test_a_retry_that_was_decided_all_the_same_is_held():
    incident = one(watch({"source": "aws.sagemaker"} | failed_event(), world(describe_answer())))
    wanted = Decision(
        stop=False,
        stop_reason=StopReason.NO_RULE_SAYS_STOP,
        resubmit=ResubmitTerms(attempts=3, backoff_seconds=60),
        resubmit_reason=ResubmitReason.RULE_SAYS_RESUBMIT,
        policy_version="v",
    )
    deps = replace(world(), drill=a_drill())
    held = with_planned_retry(incident.model_copy(update={"decision": wanted}), None, deps)
    assert (held.decision.resubmit, held.decision.resubmit_reason) == (None, ResubmitReason.DRILL)
    assert deps.retries.planned == {}


def failed_event():
    detail = {"TrainingJobName": NAME, "TrainingJobStatus": "Failed"}
    return {"detail-type": "SageMaker Training Job State Change", "detail": detail}
