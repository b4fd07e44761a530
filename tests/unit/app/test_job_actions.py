"""Actions that a job's own Debugger and profiler rules declare."""

import json
from dataclasses import replace

import pytest

from tests.fakes import FakeClock, FakeJobs, FakeRecipients
from tests.samples import ARN, STARTED, running
from tests.worlds import NAME, one, policy, world
from trainstop.app.watch import watch
from trainstop.domain.decision import JOB_ACTION, Action, StopReason
from trainstop.domain.job_actions import Subscribed
from trainstop.domain.signal import Nothing

STOP = {"name": "stoptraining", "training_job_prefix": NAME}
MAIL = {"name": "email", "endpoint": "Carol@Example.com"}


def declaring(*actions, rule="Overfit", kind="DebugRule", job=NAME, **changes):
    """A running job with one rule at IssuesFound that declares actions."""
    parameters = {"rule_to_invoke": "Overfit", "action_json": json.dumps(list(actions))}
    configuration = {"RuleConfigurationName": rule, "RuleEvaluatorImage": "x", "RuleParameters": parameters}
    return running(
        rule,
        kind=f"{kind.removesuffix('Rule')}RuleEvaluationStatuses",
        TrainingJobName=job,
        TrainingJobArn=ARN.replace(NAME, job),
        **{f"{kind}Configurations": [configuration]},
        **changes,
    )


@pytest.mark.parametrize("kind", ["DebugRule", "ProfilerRule"])
def test_a_declared_stop_is_carried_out_for_both_kinds_of_rules(sample_event, kind):
    deps = world(declaring(STOP, kind=kind))
    incident = one(watch(sample_event("training-job-rule-issues-found"), deps))
    assert deps.jobs.stopped == [NAME]
    assert incident.decision.stop_rule == JOB_ACTION
    assert incident.rule.declares == ("stoptraining",)


def test_a_rule_that_declares_only_a_message_tells_it_and_stops_nothing(sample_event):
    deps = world(declaring(MAIL))
    incident = one(watch(sample_event("training-job-rule-issues-found"), deps))
    assert deps.jobs.stopped == []
    (recipient,) = incident.decision.recipients
    assert (recipient.endpoint, recipient.subscribed) == ("carol@example.com", Subscribed.CONFIRMED)


def test_addresses_are_asked_while_the_job_runs_and_nothing_is_wrong(sample_event):
    answer = declaring(MAIL)
    answer["DebugRuleEvaluationStatuses"][0]["RuleEvaluationStatus"] = "InProgress"
    deps = world(answer)
    event = sample_event("training-job-starting")
    event["detail"]["DebugRuleEvaluationStatuses"] = [{"RuleEvaluationStatus": "InProgress"}]
    (nothing,) = watch(event, deps)
    assert nothing.reason is Nothing.JOB_IN_PROGRESS
    assert [each.endpoint for each in deps.recipients.asked] == ["carol@example.com"]


def test_an_address_that_has_not_confirmed_is_shown_as_such(sample_event):
    deps = world(declaring(MAIL), recipients=FakeRecipients(Subscribed.PENDING))
    incident = one(watch(sample_event("training-job-rule-issues-found"), deps))
    assert incident.decision.recipients[0].subscribed is Subscribed.PENDING


def test_a_policy_that_honours_no_actions_asks_nobody(sample_event):
    rules = "version: 1\nhonour_job_actions: false\nrules: [{name: a, stop: false}]"
    deps = world(declaring(STOP, MAIL), policy=policy(rules))
    incident = one(watch(sample_event("training-job-rule-issues-found"), deps))
    assert deps.jobs.stopped == []
    assert deps.recipients.asked == []
    assert incident.decision.recipients == ()


def prefixed(*names):
    """Running jobs that share a prefix, the first with a rule that fired and wants all with it stopped."""
    first, *others = names
    stop = {"name": "stoptraining", "training_job_prefix": "Demo-"}
    answers = {first: declaring(stop, job=first)}
    for name in others:
        answers[name] = running(TrainingJobName=name, TrainingJobArn=ARN.replace(NAME, name))
    return FakeJobs(answers)


def fired(sample_event, name):
    event = sample_event("training-job-rule-issues-found")
    event["detail"] |= {"TrainingJobName": name, "TrainingJobArn": ARN.replace(NAME, name)}
    return event


def test_of_several_jobs_with_the_prefix_the_one_whose_rule_fired_is_stopped(sample_event):
    deps = world(jobs=prefixed("Demo-1", "Demo-2"))
    one(watch(fired(sample_event, "Demo-1"), deps))
    assert deps.jobs.stopped == ["Demo-1"]


EVERY_JOB = "version: 1\njob_action_prefix: every_job\nprotect: {jobs: '*-3'}\nrules: [{name: a, stop: false}]"


def test_a_policy_may_take_the_prefix_for_every_job_but_the_protected(sample_event):
    deps = world(jobs=prefixed("Demo-1", "Demo-2", "Demo-3", "Other"), policy=policy(EVERY_JOB))
    incident = one(watch(fired(sample_event, "Demo-1"), deps))
    assert deps.jobs.stopped == ["Demo-1", "Demo-2"]
    others = {each.training_job_name: (each.action, each.reason) for each in incident.outcome.others}
    assert others == {"Demo-2": (Action.STOPPED, ""), "Demo-3": (Action.STOP_HELD, "protected_job")}


def test_a_prefix_of_another_job_stops_that_one(sample_event):
    jobs = prefixed("watched-1", "Demo-1")
    deps = world(jobs=jobs)
    incident = one(watch(fired(sample_event, "watched-1"), deps))
    assert jobs.stopped == ["Demo-1"]
    assert incident.outcome.action is Action.NONE


def test_two_thresholds_of_one_rule_alert_first_and_stop_later(sample_event):
    def answer(*statuses):
        both = [("stalled-alert", MAIL), ("stalled-stop", STOP)]
        configurations = [
            {"RuleConfigurationName": name, "RuleParameters": {"action_json": json.dumps(action)}}
            for name, action in both
        ]
        return running(*statuses, DebugRuleConfigurations=configurations)

    deps = world(answer("stalled-alert"))
    first = one(watch(sample_event("training-job-rule-issues-found"), deps))
    assert (first.outcome.action, len(first.decision.recipients)) == (Action.NONE, 1)
    deps.jobs.answers[NAME] = answer("stalled-alert", "stalled-stop")
    _, second = watch(sample_event("training-job-rule-issues-found"), deps)
    assert (second.outcome.action, second.decision.recipients) == (Action.STOPPED, ())


def test_a_protected_job_is_not_stopped_by_its_own_action_either(sample_event):
    jobs = FakeJobs({NAME: declaring(STOP)}, {ARN: {"trainstop:protect": "true"}})
    deps = replace(world(jobs=jobs), clock=FakeClock(STARTED))
    incident = one(watch(sample_event("training-job-rule-issues-found"), deps))
    assert incident.decision.stop_reason is StopReason.PROTECTED_JOB
