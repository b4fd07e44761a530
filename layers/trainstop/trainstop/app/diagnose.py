"""Why: the ends of a job's logs, and what the classifier makes of them."""

from collections.abc import Callable, Sequence

from trainstop.app.occasion import Occasion
from trainstop.classify import classify
from trainstop.classify.debugger_rules import explain_rule
from trainstop.classify.reach import names_a_cause
from trainstop.domain.category import Actor, Category, Retry
from trainstop.domain.evidence import Evidence
from trainstop.domain.failure import Failure, LogLine
from trainstop.domain.finding import Finding, Trigger
from trainstop.domain.signal import RefusedSubmission
from trainstop.domain.training_job import FAILED, TrainingJob
from trainstop.domain.verdict import Verdict
from trainstop.ports import Logs

_RETRY_COMPLETED = Verdict(
    category=Category.UNKNOWN,
    title="The retry completed",
    actor=Actor.NOBODY,
    retry=Retry.NO,
    advice="Nothing is to be done: the retry made what the first job was to make.",
)


def failure_of(job: TrainingJob, finding: Finding, evidence: Evidence) -> Failure:
    """What the classifier is given of a job."""
    transitions = tuple((entry.status or "", entry.status_message or "") for entry in job.secondary_status_transitions)
    return Failure(
        failure_reason=job.failure_reason,
        secondary_status=job.secondary_status,
        training_job_status=job.training_job_status,
        lines=evidence.lines,
        transitions=transitions,
        image=job.image,
        instance_type=job.instances[0].instance_type if job.instances else None,
        volume_size_gb=job.resource_config.volume_size_in_gb if job.resource_config else None,
        max_runtime_seconds=job.stopping_condition.max_runtime_in_seconds if job.stopping_condition else None,
        spot=bool(job.enable_managed_spot_training),
        hyperparameters=job.hyper_parameters,
        rules={finding.subject: finding.details} if finding.trigger.is_rule else {},
        log_stream_exists=evidence.stream_exists,
    )


def enough_for(job: TrainingJob) -> Callable[[Sequence[LogLine]], bool]:
    """Whether lines of the job's log are enough to explain it: of a failed job they must reach back to a cause."""
    return names_a_cause if job.training_job_status == FAILED else lambda _: True


def evidence_of(occasion: Occasion, logs: Logs) -> Evidence:
    """The ends of the job's logs; a retry that completed has nothing to explain."""
    if occasion.finding.trigger is Trigger.RETRY_COMPLETED:
        return Evidence()
    return logs.tail(occasion.job, enough_for(occasion.job))


def diagnose(job: TrainingJob, finding: Finding, evidence: Evidence) -> Verdict:
    """Why the job failed, or what the rule that found an issue means."""
    if finding.trigger is Trigger.RETRY_COMPLETED:
        return _RETRY_COMPLETED
    verdict = classify(failure_of(job, finding, evidence))
    return explain_rule(job, finding, verdict) if finding.trigger.is_rule else verdict


def diagnose_refusal(refusal: RefusedSubmission) -> Verdict:
    """Why SageMaker did not take a submission."""
    return classify(Failure(failure_reason=f"{refusal.error_code}: {refusal.error_message}"))
