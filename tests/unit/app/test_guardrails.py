"""Guardrails with a memory: the limits with their breakers, and the second look."""

from datetime import timedelta

from tests.fakes import FakeClock, FakeJobs
from tests.samples import ARN, STARTED, running
from tests.worlds import NAME, one, policy, world
from trainstop.app.watch import watch
from trainstop.domain.decision import Action, StopReason
from trainstop.domain.finding import Trigger, incident_id
from trainstop.domain.signal import Nothing


def jobs_of(owners):
    """Running jobs with a rule at IssuesFound, each with its owner's tag."""
    answers, tags = {}, {}
    for number, owner in enumerate(owners):
        name = f"job-{number}"
        arn = ARN.replace(NAME, name)
        answers[name] = running("Overfit", TrainingJobName=name, TrainingJobArn=arn)
        tags[arn] = {"owner": owner} if owner else {}
    return FakeJobs(answers, tags)


def all_fire(sample_event, deps):
    for name, answer in list(deps.jobs.answers.items()):
        event = sample_event("training-job-rule-issues-found")
        event["detail"] |= {"TrainingJobName": name, "TrainingJobArn": answer["TrainingJobArn"]}
        watch(event, deps)
    return list(deps.incidents.recorded.values())


LIMITED = "version: 1\nmax_stops_per_hour: 3\nrules: [{name: stop-all, stop: true, alert: {}}]"


def test_the_stop_after_the_limit_opens_the_breaker_which_says_so_once(sample_event):
    deps = world(jobs=jobs_of([""] * 10), policy=policy(LIMITED))
    incidents = all_fire(sample_event, deps)
    assert len(deps.jobs.stopped) == 3
    (opened,) = [each for each in incidents if each.trigger is Trigger.BREAKER]
    assert "3 jobs were stopped in the hour" in opened.decision.held_detail
    assert "trainstop breaker close" in opened.diagnosis.advice
    reasons = [each.decision.stop_reason for each in incidents if each.trigger is Trigger.DEBUGGER_RULE]
    assert reasons.count(StopReason.STOP_LIMIT_REACHED) == 1
    assert reasons.count(StopReason.BREAKER_OPEN) == 6


def test_a_breaker_whose_message_was_lost_is_told_by_the_next_stop_that_it_holds(sample_event):
    deps = world(jobs=jobs_of(["", "", "", "", ""]), policy=policy(LIMITED))
    all_fire(sample_event, deps)
    opened = next(each for each in deps.incidents.recorded.values() if each.trigger is Trigger.BREAKER)
    del deps.incidents.recorded[opened.incident_id]
    more = world(jobs=jobs_of([""]), policy=policy(LIMITED), stop_budget=deps.stop_budget)
    again, _ = all_fire(sample_event, more)
    assert again.incident_id == opened.incident_id


def test_one_owners_limit_holds_nobody_elses_stops(sample_event):
    text = (
        "version: 1\nmax_stops_per_hour: 20\nmax_stops_per_hour_and_owner: 1\n"
        "rules: [{name: stop-all, stop: true, alert: {}}]"
    )
    deps = world(jobs=jobs_of(["alice", "alice", "bob", ""]), policy=policy(text))
    incidents = all_fire(sample_event, deps)
    assert deps.jobs.stopped == ["job-0", "job-2", "job-3"]
    (opened,) = [each for each in incidents if each.trigger is Trigger.BREAKER]
    assert "--owner alice" in opened.diagnosis.advice


CONFIRMED = "version: 1\nconfirm_after_seconds: 60\nrules: [{name: stop-all, stop: true, alert: {}}]"


def test_a_stop_to_be_confirmed_waits_for_the_second_look(sample_event):
    clock = FakeClock(STARTED + timedelta(seconds=600))
    deps = world(running("Overfit"), policy=policy(CONFIRMED), clock=clock)
    event = sample_event("training-job-rule-issues-found")
    (waits,) = watch(event, deps)
    assert waits.reason is Nothing.LOOKS_AGAIN
    assert deps.incidents.recorded == {}
    assert 60 <= deps.queue.delays[0] <= 61
    clock.now += timedelta(seconds=61)
    incident = one(watch(deps.queue.sent[0], deps))
    assert incident.outcome.action is Action.STOPPED
    assert incident.decision.first_seen_at == STARTED + timedelta(seconds=600)


def test_a_finding_that_is_gone_at_the_second_look_stops_nothing(sample_event):
    clock = FakeClock(STARTED + timedelta(seconds=600))
    deps = world(running("Overfit"), policy=policy(CONFIRMED), clock=clock)
    watch(sample_event("training-job-rule-issues-found"), deps)
    deps.jobs.answers[NAME] = running()
    clock.now += timedelta(seconds=61)
    (nothing,) = watch(deps.queue.sent[0], deps)
    assert nothing.reason is Nothing.JOB_IN_PROGRESS
    assert deps.jobs.stopped == []


def test_a_young_job_is_stopped_once_it_is_old_enough(sample_event):
    text = "version: 1\nminimum_age_seconds: 3600\nrules: [{name: stop-all, stop: true}]"
    clock = FakeClock(STARTED)
    deps = world(running("Overfit"), policy=policy(text), clock=clock)
    watch(sample_event("training-job-rule-issues-found"), deps)
    assert deps.queue.delays == [900]
    clock.now += timedelta(seconds=3600)
    incident = one(watch(deps.queue.sent[0], deps))
    assert incident.outcome.action is Action.STOPPED


def test_a_worker_that_finds_the_job_stopping_leaves_the_record_to_whoever_has_the_claim(sample_event):
    stopping = running("Overfit", TrainingJobStatus="Stopping", SecondaryStatus="Stopping")
    deps = world(stopping)
    deps.incidents.claim(incident_id(ARN, Trigger.DEBUGGER_RULE, "Overfit"), deps.clock())
    (nothing,) = watch(sample_event("training-job-rule-issues-found"), deps)
    assert nothing.reason is Nothing.ALREADY_RECORDED
    assert deps.incidents.recorded == {}
