"""From a signal to the job as it really is, and to what is wrong with it."""

from dataclasses import dataclass, replace

from trainstop.domain.arn import Arn
from trainstop.domain.finding import Finding, Trigger, findings_of
from trainstop.domain.signal import AlarmSignal, JobSignal, Nothing, NothingToDo, Origin, RuleJobSignal
from trainstop.domain.training_job import COMPLETED, TrainingJob
from trainstop.ports import RuleJobs, TrainingJobs


@dataclass(frozen=True, slots=True)
class Located:
    """A described job, and what is wrong with it, if anything is."""

    job: TrainingJob
    findings: tuple[Finding, ...]
    origin: Origin

    @property
    def nothing(self) -> NothingToDo:
        """That nothing is wrong with it, and how it is."""
        completed = self.job.training_job_status == COMPLETED
        reason = Nothing.JOB_COMPLETED if completed else Nothing.JOB_IN_PROGRESS
        return NothingToDo(reason=reason, detail=self.job.training_job_name)

    def with_status(self, training_job_status: str) -> "Located":
        """The job in another status: trainstop changed it since it was described."""
        return replace(self, job=self.job.model_copy(update={"training_job_status": training_job_status}))


def locate(
    signal: JobSignal | RuleJobSignal | AlarmSignal, jobs: TrainingJobs, rule_jobs: RuleJobs
) -> Located | NothingToDo:
    """Describe the job that a signal points at.

    What the description does not confirm is no finding: a forged, stale or repeated event changes nothing.
    """
    name = _training_job_name(signal, rule_jobs)
    if name is None:
        return NothingToDo(reason=Nothing.NOT_A_RULE_JOB)
    job = jobs.describe(name)
    if job is None:
        return NothingToDo(reason=Nothing.JOB_UNKNOWN, detail=name)
    if isinstance(signal, JobSignal) and _is_foreign(signal.training_job_arn, job):
        return NothingToDo(reason=Nothing.FOREIGN_JOB, detail=name)
    findings = findings_of(job)
    if isinstance(signal, AlarmSignal):
        findings = (*findings, _alarm_finding(signal))
    return Located(job, findings, signal.origin)


def _training_job_name(signal: JobSignal | RuleJobSignal | AlarmSignal, rule_jobs: RuleJobs) -> str | None:
    if not isinstance(signal, RuleJobSignal):
        return signal.training_job_name
    arn = rule_jobs.training_job_arn_of(signal.processing_job_name)
    return Arn.parse(arn).name if arn else None


def _is_foreign(event_arn: str | None, job: TrainingJob) -> bool:
    """Whether the event speaks of a job of another account or Region that has the same name."""
    if event_arn is None:
        return False
    try:
        claimed = Arn.parse(event_arn)
    except ValueError:
        return True
    return (claimed.account, claimed.region) != (job.arn.account, job.arn.region)


def _alarm_finding(signal: AlarmSignal) -> Finding:
    """One incident each time that the alarm goes off: its time is part of the subject."""
    return Finding(
        trigger=Trigger.ALARM,
        subject=f"{signal.alarm_name} at {signal.changed_at:%Y-%m-%dT%H:%M:%SZ}",
        occurred_at=signal.changed_at,
        details=signal.reason,
    )
