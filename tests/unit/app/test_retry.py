"""Failed jobs that are submitted once more."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.fakes import FakeClock, FakeJobs, FakeRetries
from tests.samples import ARN, STARTED, describe_answer
from tests.worlds import NAME, one, policy, world
from trainstop.app.watch import watch
from trainstop.domain.decision import ResubmitReason
from trainstop.domain.finding import Trigger
from trainstop.domain.signal import Nothing
from trainstop.policy.decide import Switches

ROLE = "arn:aws:iam::111122223333:role/demo-training-role"
INTERNAL = "InternalServerError: We encountered an internal error. Please try again."
CAPACITY = (
    "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type."
)
RETRY = f"{NAME}-retry-1"


def rules(terms="{attempts: 2, backoff_seconds: 300}"):
    return policy(f"version: 1\nrules: [{{name: again, resubmit: {terms}, alert: {{}}}}]")


def failing(reason=INTERNAL, name=NAME, **changes):
    return describe_answer(
        FailureReason=reason, TrainingJobName=name, TrainingJobArn=ARN.replace(NAME, name), **changes
    )


def retrying(answer=None, terms="{attempts: 2, backoff_seconds: 300}", **changes):
    deps = world(answer or failing(), policy=rules(terms), switches=Switches(resubmit_roles=frozenset({ROLE})))
    return replace(deps, **changes)


def event_of(sample_event, name=NAME, sample="training-job-failed", **detail):
    event = sample_event(sample)
    event["detail"] |= {"TrainingJobName": name, "TrainingJobArn": ARN.replace(NAME, name)} | detail
    return event


def due(name=RETRY):
    return {"source": "trainstop.look", "detail-type": "trainstop Retry Due", "detail": {"TrainingJobName": name}}


def test_a_retry_is_planned_with_its_backoff_and_told(sample_event):
    deps = retrying()
    incident = one(watch(sample_event("training-job-failed"), deps))
    assert incident.outcome.retry.training_job_name == RETRY
    assert incident.outcome.retry.due_at == deps.clock() + timedelta(seconds=300)
    assert deps.jobs.created == []


def test_a_retry_that_is_due_is_the_same_job_under_another_name(sample_event):
    deps = retrying()
    deps.jobs.tags_by_arn[ARN] = {"team": "vision", "aws:x": "y"}
    watch(sample_event("training-job-failed"), deps)
    (submitted,) = watch(due(), deps)
    assert submitted.reason is Nothing.RETRY_SUBMITTED
    (request,) = deps.jobs.created
    assert request["TrainingJobName"] == RETRY
    assert request["HyperParameters"] == {"epochs": "30"}
    tags = {tag["Key"]: tag["Value"] for tag in request["Tags"]}
    assert tags == {
        "team": "vision",
        "trainstop:retry-root": NAME,
        "trainstop:retry-of": NAME,
        "trainstop:retry-attempt": "1",
    }


def test_a_reminder_that_comes_twice_creates_one_job(sample_event):
    deps = retrying()
    watch(sample_event("training-job-failed"), deps)
    watch(due(), deps)
    watch(due(), deps)
    assert len(deps.jobs.created) == 1


def test_a_reminder_of_a_retry_that_nobody_planned_creates_nothing():
    deps = retrying()
    (nothing,) = watch(due(), deps)
    assert nothing.reason is Nothing.NO_RETRY_PLANNED
    assert deps.jobs.created == []


@pytest.mark.parametrize(
    "changes",
    [
        {"switches": Switches()},
        {"switches": Switches(dry_run=True, resubmit_roles=frozenset({ROLE}))},
        {"policy": policy("version: 1\ndry_run: true\nrules: [{name: a, stop: false}]")},
    ],
)
def test_a_switch_that_was_set_since_holds_a_planned_retry(sample_event, changes):
    deps = retrying()
    watch(sample_event("training-job-failed"), deps)
    refused = one(watch(due(), replace(deps, **changes)))
    assert refused.refusal.error_code == "NotSubmitted"
    assert refused.retry.root == NAME
    assert deps.jobs.created == []


def test_a_retry_that_cannot_be_scheduled_keeps_no_alert_waiting(sample_event):
    deps = retrying(retries=FakeRetries(refusal="AccessDeniedException: no"))
    incident = one(watch(sample_event("training-job-failed"), deps))
    assert incident.outcome.retry is None
    assert incident.decision.resubmit_reason is ResubmitReason.NOT_PERMITTED
    assert incident.decision.held_detail == "AccessDeniedException: no"


def fails_again(sample_event, deps, reason, **changes):
    """The retry is submitted and fails."""
    watch(due(), deps)
    deps.jobs.answers[RETRY] = failing(reason, RETRY, **changes)
    return one(watch(event_of(sample_event, RETRY), deps))


def test_the_same_fault_is_not_tried_again(sample_event):
    deps = retrying(terms="{attempts: 5}")
    first = one(watch(sample_event("training-job-failed"), deps))
    second = fails_again(sample_event, deps, INTERNAL)
    assert first.diagnosis.fingerprint == second.diagnosis.fingerprint
    assert second.decision.resubmit_reason is ResubmitReason.SAME_FAULT_AGAIN
    assert second.outcome.retry is None


def test_another_fault_is_tried_again_with_twice_the_backoff(sample_event):
    deps = retrying()
    watch(sample_event("training-job-failed"), deps)
    second = fails_again(sample_event, deps, CAPACITY)
    assert second.outcome.retry.training_job_name == f"{NAME}-retry-2"
    assert second.outcome.retry.due_at == deps.clock() + timedelta(seconds=600)


def test_attempts_are_counted_over_the_whole_line(sample_event):
    deps = retrying(terms="{attempts: 1}")
    watch(sample_event("training-job-failed"), deps)
    second = fails_again(sample_event, deps, CAPACITY)
    assert second.decision.resubmit_reason is ResubmitReason.ATTEMPTS_USED_UP


def test_the_cost_of_the_whole_line_is_kept_under_the_ceiling(sample_event):
    deps = retrying(terms="{attempts: 5, max_cost_usd: 0.4}")
    first = one(watch(sample_event("training-job-failed"), deps))
    assert first.outcome.retry is not None
    second = fails_again(sample_event, deps, CAPACITY)
    assert second.decision.resubmit_reason is ResubmitReason.COST_CEILING
    assert second.retry.cost_usd == Decimal("0.50")


def test_missing_capacity_takes_the_next_type_of_the_list_each_time(sample_event):
    deps = retrying(failing(CAPACITY), terms="{attempts: 5, instance_types: [ml.g6.2xlarge, ml.g5.4xlarge]}")
    first = one(watch(sample_event("training-job-failed"), deps))
    assert first.outcome.retry.instance_type == "ml.g6.2xlarge"
    config = {"InstanceType": "ml.g6.2xlarge", "InstanceCount": 1, "VolumeSizeInGB": 50}
    second = fails_again(sample_event, deps, CAPACITY, ResourceConfig=config)
    assert deps.jobs.created[0]["ResourceConfig"]["InstanceType"] == "ml.g6.2xlarge"
    assert second.outcome.retry.instance_type == "ml.g5.4xlarge"


def test_gpu_out_of_memory_takes_a_type_with_more_memory_a_gpu(sample_event):
    reason = "AlgorithmError: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB., exit code: 1"
    deps = retrying(failing(reason), terms="{more_gpu_memory: true}")
    incident = one(watch(sample_event("training-job-failed"), deps))
    assert incident.outcome.retry.instance_type == "ml.g6e.xlarge"


def test_a_retrys_end_is_told_in_the_thread_of_the_first_alert(sample_event):
    deps = retrying()
    watch(sample_event("training-job-failed"), deps)
    watch(due(), deps)
    deps.jobs.answers[RETRY] = failing(None, RETRY, TrainingJobStatus="Completed", SecondaryStatus="Completed")
    completed = one(watch(event_of(sample_event, RETRY, TrainingJobStatus="Completed"), deps))
    assert completed.trigger is Trigger.RETRY_COMPLETED
    assert completed.retry.thread == f"[trainstop] SageMaker's own fault: {NAME}"
    assert completed.retry.root == NAME


def test_a_users_job_that_is_only_named_like_a_retry_is_no_retry(sample_event):
    answer = failing(None, RETRY, TrainingJobStatus="Completed", SecondaryStatus="Completed")
    deps = retrying(jobs=FakeJobs({RETRY: answer}))
    (nothing,) = watch(event_of(sample_event, RETRY, TrainingJobStatus="Completed"), deps)
    assert nothing.reason is Nothing.JOB_COMPLETED


def test_a_retry_that_sagemaker_refuses_ends_the_line_and_is_told(sample_event):
    deps = retrying(clock=FakeClock(STARTED + timedelta(seconds=700)))
    watch(sample_event("training-job-failed"), deps)
    deps.jobs.refusal = "ResourceLimitExceeded: The account-level service limit is 0 Instances"
    refused = one(watch(due(), deps))
    assert refused.trigger is Trigger.REFUSED_SUBMISSION
    assert refused.retry.root == NAME
