"""Find what no event told: jobs that ended, and rules that found issues, since the last sweep."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from trainstop.app.hints import hint
from trainstop.domain.finding import Trigger, ending_trigger, findings_of, incident_id, may_be_completed_retry
from trainstop.domain.training_job import TrainingJob
from trainstop.events.parse import SWEEP_SOURCE
from trainstop.ports import Clock, Incidents, JobList, JobSummary, SweepState, TrainingJobs, WatchQueue

OVERLAP = timedelta(minutes=10)
"""Each sweep looks this far back behind the last one: listings lag, and events deserve their time to arrive."""

FIRST_LOOK_BACK = timedelta(hours=24)
SLICE = timedelta(hours=1)
"""A gap is caught up in slices: each is finished and noted before the next begins."""

MAX_LOOK_BACK = timedelta(days=30)
MAX_RUNNING_JOBS = 200


@dataclass(frozen=True, slots=True)
class SweepDeps:
    """What the sequence needs of the world."""

    job_list: JobList
    jobs: TrainingJobs
    incidents: Incidents
    queue: WatchQueue
    state: SweepState
    clock: Clock


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did.

    Attributes:
        caught_up: False where the time ran out before the present was reached; the next sweep goes on from there.
    """

    listed_count: int
    queued_count: int
    swept_until: datetime
    caught_up: bool


def sweep(deps: SweepDeps, deadline: datetime) -> Swept:
    """Queue a hint for every job whose incident is missing.

    Args:
        deps: The world.
        deadline: No new slice is begun after it.
    """
    now = deps.clock()
    swept_until = max(deps.state.load() or now - FIRST_LOOK_BACK, now - MAX_LOOK_BACK)
    listed_count = queued_count = 0
    while swept_until < now and deps.clock() < deadline:
        until = min(swept_until + SLICE, now)
        ended = list(deps.job_list.changed(swept_until - OVERLAP, until))
        queued_count += _queue(_hints_for_ended(ended, deps, now), deps.queue)
        listed_count += len(ended)
        deps.state.save(until)
        swept_until = until
    running = list(deps.job_list.in_progress(MAX_RUNNING_JOBS)) if deps.clock() < deadline else []
    queued_count += _queue(_hints_for_running(running, deps, deadline, now), deps.queue)
    return Swept(listed_count + len(running), queued_count, swept_until, caught_up=swept_until >= now)


def _hints_for_ended(jobs: Iterable[JobSummary], deps: SweepDeps, now: datetime) -> Iterator[dict[str, Any]]:
    for job in jobs:
        trigger = _ending(job)
        if trigger is None or deps.incidents.is_recorded(incident_id(job.training_job_arn, trigger)):
            continue
        described = deps.jobs.describe(job.training_job_name)
        if described is not None and _unknown_findings(described, deps.incidents):
            yield _hint(described, now)


def _ending(job: JobSummary) -> Trigger | None:
    """The trigger of a job that ended: badly, or as a retry that completed."""
    if may_be_completed_retry(job.training_job_name, job.training_job_status):
        return Trigger.RETRY_COMPLETED
    return ending_trigger(job.training_job_status, job.secondary_status)


def _hints_for_running(
    jobs: Iterable[JobSummary], deps: SweepDeps, deadline: datetime, now: datetime
) -> Iterator[dict[str, Any]]:
    """Rule statuses are only in the description, so every running job is described, as far as the time goes."""
    for job in jobs:
        if deps.clock() >= deadline:
            return
        described = deps.jobs.describe(job.training_job_name)
        if described is not None and _unknown_findings(described, deps.incidents):
            yield _hint(described, now)


def _unknown_findings(job: TrainingJob, incidents: Incidents) -> bool:
    return any(
        not incidents.is_recorded(incident_id(job.training_job_arn, finding.trigger, finding.subject))
        for finding in findings_of(job)
    )


def _hint(job: TrainingJob, now: datetime) -> dict[str, Any]:
    rules = [status.rule_configuration_name or "" for _, status in job.rules_with_issues]
    return hint(SWEEP_SOURCE, job, rules, now)


def _queue(hints: Iterator[dict[str, Any]], queue: WatchQueue) -> int:
    events = list(hints)
    if events:
        queue.send(events)
    return len(events)
