from datetime import timedelta

import pytest

from tests.fakes import (
    FakeBudget,
    FakeJobs,
    FakeLogs,
)
from tests.samples import ARN, STARTED, describe_answer, running
from tests.worlds import NAME, one, policy, world
from trainstop.app.watch import watch
from trainstop.domain.category import Category
from trainstop.domain.decision import Action, StopReason
from trainstop.domain.finding import Trigger, incident_id
from trainstop.domain.signal import Nothing, NothingToDo
from trainstop.policy.decide import Switches
from trainstop.policy.default import default_policy
from trainstop.policy.state import PolicyState
from trainstop.ports import Breaker, StopLimit


def test_a_failed_job_becomes_a_recorded_incident_with_its_cause(sample_event):
    deps = world()
    incident = one(watch(sample_event("training-job-failed"), deps))
    assert incident.trigger is Trigger.JOB_FAILED
    assert incident.diagnosis.category is Category.USER_CODE
    assert "ValueError: bad label" in incident.diagnosis.root_line
    assert incident.decision.alert is not None
    assert incident.outcome.action is Action.NONE
    assert deps.incidents.recorded == {incident.incident_id: incident}


def test_an_event_with_nothing_to_act_on_costs_no_call(sample_event):
    deps = world()
    watch(sample_event("training-job-starting"), deps)
    assert deps.jobs.described == []


def test_a_repeat_meets_the_incident_that_is_there(sample_event):
    deps = world()
    first = one(watch(sample_event("training-job-failed"), deps))
    (again,) = watch(sample_event("training-job-failed"), deps)
    assert again == NothingToDo(reason=Nothing.ALREADY_RECORDED, detail=first.incident_id)
    assert deps.logs.read == 1


def test_a_debugger_rule_with_issues_stops_its_job_and_says_when(sample_event):
    deps = world(running("Overfit"))
    incident = one(watch(sample_event("training-job-rule-issues-found"), deps))
    assert deps.jobs.stopped == [NAME]
    assert incident.outcome.action is Action.STOPPED
    assert incident.outcome.acted_at == deps.clock()
    assert incident.rule.step == 7200
    assert incident.diagnosis.title == "The model overfits"
    assert incident.decision.stop_rule == "debugger-rules-stop"


def test_two_rules_in_one_event_stop_the_job_once(sample_event):
    deps = world(running("Overfit", "VanishingGradient"))
    first, second = watch(sample_event("training-job-rule-issues-found"), deps)
    assert deps.jobs.stopped == [NAME]
    assert (first.outcome.action, second.outcome.action) == (Action.STOPPED, Action.ALREADY_STOPPED)


def test_a_profiler_rule_only_tells(sample_event):
    deps = world(running("LowGPUUtilization", kind="ProfilerRuleEvaluationStatuses"))
    incident = one(watch(sample_event("training-job-profiler-rule-issues-found"), deps))
    assert deps.jobs.stopped == []
    assert incident.trigger is Trigger.PROFILER_RULE
    assert incident.decision.alert is not None


@pytest.mark.parametrize(
    ("secondary", "trigger"),
    [("MaxRuntimeExceeded", Trigger.RUNTIME_LIMIT), ("MaxWaitTimeExceeded", Trigger.WAIT_LIMIT)],
)
def test_limits_are_told(sample_event, secondary, trigger):
    answer = describe_answer(TrainingJobStatus="Stopped", SecondaryStatus=secondary, FailureReason=None)
    incident = one(watch(sample_event("training-job-runtime-limit"), world(answer)))
    assert incident.trigger is trigger
    assert incident.decision.alert is not None


def test_a_stop_that_a_person_asked_for_is_recorded_and_not_told(sample_event):
    answer = describe_answer(TrainingJobStatus="Stopped", SecondaryStatus="Stopped", FailureReason=None)
    incident = one(watch(sample_event("training-job-stopped-by-a-person"), world(answer)))
    assert incident.trigger is Trigger.JOB_STOPPED
    assert incident.decision.alert is None


def test_an_event_that_claims_issues_for_a_job_without_any_stops_nothing(sample_event):
    deps = world(running())
    (result,) = watch(sample_event("training-job-rule-issues-found"), deps)
    assert result.reason is Nothing.JOB_IN_PROGRESS
    assert deps.jobs.stopped == []


def test_an_event_that_claims_a_failure_of_a_running_job_records_nothing(sample_event):
    deps = world(running())
    (result,) = watch(sample_event("training-job-failed"), deps)
    assert result.reason is Nothing.JOB_IN_PROGRESS
    assert deps.incidents.recorded == {}


@pytest.mark.parametrize(
    "arn", [ARN.replace("111122223333", "123456789012"), ARN.replace("us-east-1", "eu-west-1"), "not-an-arn"]
)
def test_an_event_about_a_job_of_another_account_or_region_does_nothing(sample_event, arn):
    event = sample_event("training-job-rule-issues-found")
    event["detail"]["TrainingJobArn"] = arn
    deps = world(running("Overfit"))
    (result,) = watch(event, deps)
    assert result.reason is Nothing.FOREIGN_JOB
    assert deps.jobs.stopped == []


def test_a_job_that_sagemaker_does_not_know_is_nothing_to_do(sample_event):
    (result,) = watch(sample_event("training-job-failed"), world(jobs=FakeJobs()))
    assert result.reason is Nothing.JOB_UNKNOWN


def test_a_rule_job_leads_to_its_training_job(sample_event):
    deps = world(running("Overfit"))
    incident = one(watch(sample_event("processing-job-of-a-rule-failed"), deps))
    assert incident.incident_id == incident_id(ARN, Trigger.DEBUGGER_RULE, "Overfit")


def test_an_alarm_is_told_once_for_each_time_it_goes_off(sample_event):
    deps = world(running())
    event = sample_event("alarm-on-a-training-metric")
    first = one(watch(event, deps))
    assert first.trigger is Trigger.ALARM
    assert watch(event, deps)[0].reason is Nothing.ALREADY_RECORDED
    event["detail"]["state"]["timestamp"] = "2026-01-15T13:30:40.989+0000"
    assert one(watch(event, deps)).incident_id != first.incident_id


def test_a_refused_submission_is_an_incident_without_a_job(sample_event):
    deps = world()
    incident = one(watch(sample_event("create-training-job-refused-quota"), deps))
    assert incident.trigger is Trigger.REFUSED_SUBMISSION
    assert incident.diagnosis.category is Category.QUOTA
    assert incident.refusal.session_name == "alice"
    assert incident.job.arn is None
    assert deps.jobs.described == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"switches": Switches(dry_run=True)}, StopReason.DRY_RUN),
        (
            {"stop_budget": FakeBudget(opened={"": Breaker(StopLimit(20), STARTED)})},
            StopReason.BREAKER_OPEN,
        ),
        ({"stop_budget": FakeBudget(readable=False)}, StopReason.GUARDRAIL_UNREADABLE),
        (
            {"jobs": FakeJobs({NAME: running("Overfit")}, {ARN: {"trainstop:protect": "true"}})},
            StopReason.PROTECTED_JOB,
        ),
        (
            {"policy": lambda: PolicyState(document=default_policy(), version="built-in", trusted=False)},
            StopReason.POLICY_UNREADABLE,
        ),
    ],
)
def test_a_guardrail_holds_the_stop_and_is_named_on_the_incident(sample_event, changes, reason):
    deps = world(running("Overfit"), **changes)
    *_, incident = watch(sample_event("training-job-rule-issues-found"), deps)
    assert deps.jobs.stopped == []
    assert incident.decision.stop_reason is reason
    assert incident.outcome.action is Action.STOP_HELD
    assert incident.decision.alert is not None


def test_a_refused_stop_is_told_as_what_it_is(sample_event):
    deps = world(jobs=FakeJobs({NAME: running("Overfit")}, refusal="AccessDeniedException: no"))
    incident = one(watch(sample_event("training-job-rule-issues-found"), deps))
    assert incident.outcome.action is Action.STOP_FAILED
    assert incident.outcome.error == "AccessDeniedException: no"


def test_who_does_not_get_the_claim_does_not_stop(sample_event):
    deps = world(running("Overfit"))
    identity = incident_id(ARN, Trigger.DEBUGGER_RULE, "Overfit")
    assert deps.incidents.claim(identity, deps.clock())
    (result,) = watch(sample_event("training-job-rule-issues-found"), deps)
    assert result.reason is Nothing.ALREADY_RECORDED
    assert deps.jobs.stopped == []


def test_a_worker_lost_between_claim_and_stop_leaves_a_job_that_the_next_one_stops(sample_event):
    deps = world(running("Overfit"))
    deps.incidents.claim(incident_id(ARN, Trigger.DEBUGGER_RULE, "Overfit"), deps.clock() - timedelta(minutes=6))
    incident = one(watch(sample_event("training-job-rule-issues-found"), deps))
    assert incident.outcome.action is Action.STOPPED


def test_a_worker_lost_between_stop_and_record_leaves_an_incident_that_says_the_job_was_stopped(sample_event):
    stopping = running("Overfit", TrainingJobStatus="Stopping", SecondaryStatus="Stopping")
    incident = one(watch(sample_event("training-job-rule-issues-found"), world(stopping)))
    assert incident.outcome.action is Action.ALREADY_STOPPED


def test_secrets_in_the_jobs_text_do_not_reach_the_incident(sample_event):
    secret = "AKIAIOSFODNN7EXAMPLE"
    answer = describe_answer(FailureReason=f'AlgorithmError: x\nCommand "train.py --key {secret}", exit code: 1')
    deps = world(answer, logs=FakeLogs((f"using {secret}", f"ValueError: bad key {secret}")))
    incident = one(watch(sample_event("training-job-failed"), deps))
    assert secret not in incident.model_dump_json()


def test_a_policy_can_let_a_category_go_untold(sample_event):
    quiet = policy(
        "version: 1\nrules:\n  - {name: quiet, when: {category: user_code}, alert: none}\n"
        "  - {name: rest, alert: {severity: high}}\n"
    )
    incident = one(watch(sample_event("training-job-failed"), world(policy=quiet)))
    assert incident.decision.alert is None
    assert incident.decision.alert_rule == "quiet"
