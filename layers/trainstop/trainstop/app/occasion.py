"""What an incident is about, before anything is known about why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from trainstop.app.deps import WatchDeps
from trainstop.app.locate import Located
from trainstop.domain.finding import Finding, Trigger, incident_id
from trainstop.domain.resubmission import retry_of
from trainstop.domain.signal import Nothing, NothingToDo, Origin
from trainstop.domain.training_job import TrainingJob
from trainstop.ports import Retry


@dataclass(frozen=True, slots=True)
class Occasion:
    """One finding about one described job, and when and by whom it was noticed.

    Attributes:
        tags: The job's; None where they could not be read.
        line: The retry that the job is; None for a job that a person submitted.
    """

    incident_id: str
    finding: Finding
    job: TrainingJob
    tags: Mapping[str, str] | None
    origin: Origin
    detected_at: datetime
    line: Retry | None = None


def notice(finding: Finding, located: Located, deps: WatchDeps) -> Occasion | NothingToDo:
    """The occasion of a finding that nobody has recorded yet."""
    job, now = located.job, deps.clock()
    identity = incident_id(job.training_job_arn, finding.trigger, finding.subject)
    if deps.incidents.is_recorded(identity):
        return NothingToDo(reason=Nothing.ALREADY_RECORDED, detail=identity)
    line = line_of(job.training_job_name, deps)
    if finding.trigger is Trigger.RETRY_COMPLETED and line is None:
        return NothingToDo(reason=Nothing.JOB_COMPLETED, detail=job.training_job_name)
    tags = deps.jobs.tags(job.training_job_arn)
    return Occasion(identity, finding, job, tags, located.origin, now, line)


def line_of(training_job_name: str, deps: WatchDeps) -> Retry | None:
    """The retry that a job is; None for one that a person submitted. Other jobs' names cost no call."""
    return deps.retries.load(training_job_name) if retry_of(training_job_name) is not None else None
