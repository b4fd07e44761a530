"""What is wrong with a job, as its description shows it, and the identity of the incident that it makes."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from trainstop.domain.base import Frozen
from trainstop.domain.resubmission import retry_of
from trainstop.domain.training_job import (
    COMPLETED,
    FAILED,
    MAX_RUNTIME_EXCEEDED,
    MAX_WAIT_TIME_EXCEEDED,
    STOPPED,
    TrainingJob,
)


class Trigger(StrEnum):
    """What made an incident of a job."""

    JOB_FAILED = "job_failed"
    JOB_STOPPED = "job_stopped"
    RUNTIME_LIMIT = "runtime_limit"
    WAIT_LIMIT = "wait_limit"
    DEBUGGER_RULE = "debugger_rule"
    PROFILER_RULE = "profiler_rule"
    REFUSED_SUBMISSION = "refused_submission"
    ALARM = "alarm"
    RETRY_COMPLETED = "retry_completed"
    """A job that trainstop submitted in place of a failed one completed."""
    BREAKER = "breaker"
    """trainstop stopped so many jobs that it stops no more until a person says so."""
    OPERATOR = "operator"
    """A person acted on the job by trainstop's own command."""

    @property
    def is_rule(self) -> bool:
        """Whether a Debugger or profiler rule found an issue."""
        return self in {Trigger.DEBUGGER_RULE, Trigger.PROFILER_RULE}

    @property
    def is_failure(self) -> bool:
        """Whether a job failed or ran into a limit."""
        return self in {Trigger.JOB_FAILED, Trigger.RUNTIME_LIMIT, Trigger.WAIT_LIMIT}


class Finding(Frozen):
    """One thing wrong with one job.

    Attributes:
        subject: What distinguishes two findings of one trigger on one job: the rule's or the alarm's name, else "".
        occurred_at: When it happened by SageMaker's clock, not when it was noticed.
        details: The rule's StatusDetails or the alarm's reason, else "".
    """

    trigger: Trigger
    subject: str = ""
    occurred_at: datetime
    details: str = ""


_LIMITS = {MAX_RUNTIME_EXCEEDED: Trigger.RUNTIME_LIMIT, MAX_WAIT_TIME_EXCEEDED: Trigger.WAIT_LIMIT}


def findings_of(job: TrainingJob) -> tuple[Finding, ...]:
    """All that is wrong with a job, rules first.

    A job that was stopped while a rule had found issues gives the rule's finding only: the stop is its consequence.
    """
    return tuple(_findings(job))


def _findings(job: TrainingJob) -> Iterator[Finding]:
    rules = job.rules_with_issues
    for kind, status in rules:
        yield Finding(
            trigger=Trigger(kind),
            subject=status.rule_configuration_name or "",
            occurred_at=status.last_modified_time or job.changed_at,
            details=(status.status_details or "").strip(),
        )
    if may_be_completed_retry(job.training_job_name, job.training_job_status):
        yield Finding(trigger=Trigger.RETRY_COMPLETED, occurred_at=job.changed_at)
    ending = ending_trigger(job.training_job_status, job.secondary_status)
    if ending is None or (ending is Trigger.JOB_STOPPED and rules):
        return
    yield Finding(trigger=ending, occurred_at=job.changed_at)


def ending_trigger(training_job_status: str, secondary_status: str) -> Trigger | None:
    """The trigger that a job's end makes, None for a job that runs or completed (pairs: FORMATS.md 1.5)."""
    if training_job_status == FAILED:
        return Trigger.JOB_FAILED
    if training_job_status == STOPPED:
        return _LIMITS.get(secondary_status, Trigger.JOB_STOPPED)
    return None


def may_be_completed_retry(training_job_name: str, training_job_status: str) -> bool:
    """Whether the job completed and has the name of a retry; only trainstop's own note tells whether it is one."""
    return training_job_status == COMPLETED and retry_of(training_job_name) is not None


def incident_id(arn: str, trigger: Trigger, subject: str = "") -> str:
    """The identity of an incident: the same job, trigger and subject give the same id, whoever noticed it.

    ARNs are compared without regard to case (FORMATS.md 1.3). The id is 20 hexadecimal digits.
    """
    identity = f"{arn.lower()}\0{trigger.value}\0{subject}"
    return hashlib.sha256(identity.encode()).hexdigest()[:20]
