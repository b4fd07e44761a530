"""Who started a job, and how the last good run of its family was different."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes import FakeClock, FakeJobs, FakeRetries
from tests.samples import ARN, STARTED, describe_answer, running
from tests.worlds import NAME, one, world
from trainstop.app.watch import watch
from trainstop.domain.finding import Trigger
from trainstop.domain.run import Difference
from trainstop.domain.signal import Nothing, NothingToDo
from trainstop.domain.tags import OwnerSource
from trainstop.ports import Retry

BEFORE = "demo-cnn-20260114"
OLD_IMAGE = {"TrainingImage": "123456789012.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.4-gpu"}


def named(name, answer=None, **changes):
    return (answer or describe_answer)(TrainingJobName=name, TrainingJobArn=ARN.replace(NAME, name), **changes)


def good(name=BEFORE, days=1, **changes):
    ended = STARTED - timedelta(days=days)
    answer = named(name, TrainingJobStatus="Completed", SecondaryStatus="Completed", TrainingEndTime=ended)
    return {key: value for key, value in answer.items() if key != "FailureReason"} | changes


def event_of(sample_event, name, sample="training-job-failed", status="Completed"):
    event = sample_event(sample)
    event["detail"] |= {
        "TrainingJobName": name,
        "TrainingJobArn": ARN.replace(NAME, name),
        "TrainingJobStatus": status,
    }
    return event


def after(sample_event, *completed, now=None, **changes):
    """A world in which these jobs have completed, one after the other, and NAME is as told."""
    answers = {answer["TrainingJobName"]: answer for answer in completed} | {NAME: now or describe_answer()}
    deps = world(jobs=FakeJobs(answers), **changes)
    for answer in completed:
        watch(event_of(sample_event, answer["TrainingJobName"]), deps)
    return deps


def test_a_failure_is_told_with_what_was_different_in_the_last_good_run(sample_event):
    deps = after(sample_event, good(AlgorithmSpecification=OLD_IMAGE))
    last_good = one(watch(sample_event("training-job-failed"), deps)).last_good
    assert (last_good.training_job_name, last_good.ended_at) == (BEFORE, STARTED - timedelta(days=1))
    (difference,) = last_good.differences
    assert isinstance(difference, Difference)
    assert (difference.field, difference.then[-7:], difference.now[-7:]) == ("image", "2.4-gpu", "2.5-gpu")


def test_a_completed_job_is_nothing_to_do_once_it_is_kept(sample_event):
    deps = world(jobs=FakeJobs({BEFORE: good()}))
    (result,) = watch(event_of(sample_event, BEFORE), deps)
    assert result == NothingToDo(reason=Nothing.JOB_COMPLETED, detail=BEFORE)
    assert [run.training_job_name for run in deps.families.runs.values()] == [BEFORE]


def test_events_out_of_order_leave_the_newest_good_run(sample_event):
    deps = after(sample_event, good(), good("demo-cnn-20260110", days=5))
    assert one(watch(sample_event("training-job-failed"), deps)).last_good.training_job_name == BEFORE


def test_an_event_that_claims_a_completion_keeps_nothing(sample_event):
    deps = world(running())
    watch(event_of(sample_event, NAME), deps)
    watch(event_of(sample_event, NAME), world(jobs=FakeJobs({NAME: describe_answer()}), families=deps.families))
    assert deps.families.runs == {}


def test_a_job_that_completed_with_a_rule_at_issues_found_is_no_good_run(sample_event):
    answer = named(BEFORE, lambda **changes: running("Overfit", **changes), TrainingJobStatus="Completed")
    deps = world(jobs=FakeJobs({BEFORE: answer}))
    watch(event_of(sample_event, BEFORE), deps)
    assert deps.families.runs == {}


def test_a_job_of_another_role_is_of_another_family(sample_event):
    deps = after(sample_event, good(RoleArn="arn:aws:iam::111122223333:role/others"))
    assert one(watch(sample_event("training-job-failed"), deps)).last_good is None


@pytest.mark.parametrize(
    ("sample", "now", "told"),
    [
        ("training-job-rule-issues-found", running("Overfit"), True),
        (
            "training-job-runtime-limit",
            describe_answer(TrainingJobStatus="Stopped", SecondaryStatus="MaxRuntimeExceeded"),
            True,
        ),
        ("alarm-on-a-training-metric", running(), True),
        (
            "training-job-stopped-by-a-person",
            describe_answer(TrainingJobStatus="Stopped", SecondaryStatus="Stopped"),
            False,
        ),
    ],
)
def test_it_is_told_of_what_went_wrong_by_itself(sample_event, sample, now, told):
    deps = after(sample_event, good(), now=now)
    assert (one(watch(sample_event(sample), deps)).last_good is not None) is told


def test_a_retry_that_completed_is_kept_and_not_compared_with_itself(sample_event):
    name = f"{NAME}-retry-1"
    line = Retry(name, NAME, NAME, 1, STARTED, "thread", None)
    deps = world(jobs=FakeJobs({name: good(name)}), retries=FakeRetries({name: line}))
    completed = one(watch(event_of(sample_event, name), deps))
    assert (completed.trigger, completed.last_good) == (Trigger.RETRY_COMPLETED, None)
    assert [run.training_job_name for run in deps.families.runs.values()] == [name]


def test_the_breakers_own_incident_tells_of_no_run(sample_event):
    deps = after(sample_event, good(), now=running("Overfit"))
    for _ in range(20):
        deps.stop_budget.taken[""] = 20
    results = watch(sample_event("training-job-rule-issues-found"), deps)
    by_trigger = {incident.trigger: incident for incident in results}
    assert by_trigger[Trigger.BREAKER].last_good is None
    assert by_trigger[Trigger.DEBUGGER_RULE].last_good is not None


def owner_in(deps, sample_event, sample="training-job-failed"):
    facts = one(watch(sample_event(sample), deps)).job
    return facts.owner, facts.owner_source


def test_who_started_the_job_is_its_owner_where_no_tag_names_one(sample_event):
    deps = world()
    (noted,) = watch(sample_event("create-training-job-succeeded"), deps)
    assert noted == NothingToDo(reason=Nothing.CALL_SUCCEEDED, detail=NAME)
    assert owner_in(deps, sample_event) == ("alice", OwnerSource.CLOUDTRAIL)


def test_a_tag_goes_before_who_started_the_job(sample_event):
    deps = world(jobs=FakeJobs({NAME: describe_answer()}, {ARN: {"owner": "carol", "team": "nlp"}}))
    watch(sample_event("create-training-job-succeeded"), deps)
    incident = one(watch(sample_event("training-job-failed"), deps))
    assert (incident.job.owner, incident.job.owner_source, incident.job.team) == ("carol", OwnerSource.TAG, "nlp")


def test_a_retry_belongs_to_whoever_started_the_first_job_of_its_line(sample_event):
    name = f"{NAME}-retry-1"
    deps = world(
        jobs=FakeJobs({name: named(name)}), retries=FakeRetries({name: Retry(name, NAME, NAME, 1, STARTED, "t", None)})
    )
    watch(sample_event("create-training-job-succeeded"), deps)
    deps.creators.note(ARN.replace(NAME, name), "trainstop-watch", deps.clock())
    incident = one(watch(event_of(sample_event, name, status="Failed"), deps))
    assert incident.job.owner == "alice"


def test_nobody_knows_is_no_owner(sample_event):
    assert owner_in(world(), sample_event) == ("", OwnerSource.UNKNOWN)


def test_who_was_refused_owns_the_refusal_unless_a_tag_says_otherwise(sample_event):
    assert owner_in(world(), sample_event, "create-training-job-refused-quota") == ("alice", OwnerSource.CLOUDTRAIL)
    event = sample_event("create-training-job-refused-quota")
    event["detail"]["requestParameters"]["tags"] = [{"key": "owner", "value": "carol"}]
    assert one(watch(event, world())).job.owner_source is OwnerSource.TAG


def test_a_hostile_name_of_a_caller_is_cleaned_before_it_is_noted(sample_event):
    event = sample_event("create-training-job-succeeded")
    event["detail"]["userIdentity"]["sessionContext"]["sourceIdentity"] = "eve\x1b[2J" + "x" * 5000
    deps = replace(world(), clock=FakeClock(STARTED))
    watch(event, deps)
    (person,) = deps.creators.people.values()
    assert person.startswith("evex")
    assert len(person) == 128
