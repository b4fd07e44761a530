"""Incidents of jobs that ended before trainstop was there: list, describe, find evidence, classify, record.

Nobody is told and nothing is done. The newest day comes first, so that what was interrupted holds what matters most.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Final, Protocol

from trainstop.app.act import Acted
from trainstop.app.assemble import assemble
from trainstop.app.diagnose import diagnose, enough_for
from trainstop.app.occasion import Occasion
from trainstop.domain.backfill import Backfilled, Tally, Unread
from trainstop.domain.cost import PriceTable
from trainstop.domain.decision import Action, Decision, Outcome, ResubmitReason, StopReason
from trainstop.domain.family import family_key
from trainstop.domain.finding import Trigger, ending_trigger, findings_of, incident_id
from trainstop.domain.incident import Incident
from trainstop.domain.run import run_of
from trainstop.domain.signal import Origin
from trainstop.domain.training_job import COMPLETED, TERMINAL_STATUSES, TrainingJob
from trainstop.ports import Clock, Families, Incidents, JobList, JobSummary, JobUnreadableError, Logs, TooManyJobsError

MOST_UNREAD: Final = 100
"""So many jobs that cannot be described are no accident any more."""

_SHORTEST_SLICE = timedelta(seconds=2)
_DECISION = Decision(
    stop=False,
    stop_reason=StopReason.BACKFILL,
    stop_why="the job had ended before trainstop looked at it",
    alert_why="a backfill tells nobody",
    resubmit_reason=ResubmitReason.BACKFILL,
    policy_version="",
)


class TooManyUnreadError(Exception):
    """So many jobs cannot be described that going on makes no sense; the text names the last one."""


class EndedJobs(Protocol):
    """Training jobs, for looking at."""

    def describe(self, training_job_name: str) -> TrainingJob | None:
        """The job; None where SageMaker does not know it.

        Raises:
            JobUnreadableError: it cannot be described.
        """

    def tags(self, training_job_arn: str) -> Mapping[str, str] | None:
        """Its tags; None where they may not be read.

        Raises:
            JobUnreadableError: they cannot be read now.
        """


class BackfillState(Protocol):
    """How far earlier runs of a backfill came."""

    def load(self, until: datetime) -> Backfilled | None:
        """Of the backfill that ends then; None where there was none."""

    def save(self, backfilled: Backfilled) -> None:
        """Note it."""


@dataclass(frozen=True, slots=True)
class BackfillDeps:
    """What the sequence needs of the world."""

    job_list: JobList
    jobs: EndedJobs
    logs: Logs
    incidents: Incidents
    families: Families
    state: BackfillState
    prices: PriceTable
    clock: Clock


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asks for.

    Attributes:
        since, until: Jobs that were last modified in between are looked at.
        completed: Whether completed jobs are described, too.
        dry_run: Only list and count.
        restart: Begin anew, whatever earlier runs did.
        limit: Record about so many incidents and end; None for all.
    """

    since: datetime
    until: datetime
    completed: bool = True
    dry_run: bool = False
    restart: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Where a backfill is.

    Attributes:
        at: About how far back it is within the slice of time that it looks at.
        slice_ended: Whether that slice is done, and noted.
    """

    at: datetime
    backfilled: Backfilled
    slice_ended: bool = False


def backfill(order: Order, deps: BackfillDeps) -> Iterator[Step]:
    """Record what is missing, and tell of each step; a later run goes on after the last slice that was done.

    Raises:
        TooManyUnreadError: more than ``MOST_UNREAD`` jobs cannot be described.
    """
    so_far = _earlier(order, deps)
    enough = None if order.limit is None else so_far.tally.recorded_count + order.limit
    if so_far.unread:
        so_far = _once_more(so_far, order, deps)
    yield Step(so_far.reached, so_far)
    for since, until in slices(order.since, so_far.reached):
        jobs = _listed(since, until, deps)
        for number, job in enumerate(jobs, start=1):
            so_far = _with(job, so_far, order, deps)
            if enough is not None and so_far.tally.recorded_count >= enough:
                yield Step(until, so_far)
                return
            yield Step(until - (until - since) * number / len(jobs), so_far)
        so_far = so_far.at(since)
        if not order.dry_run:
            deps.state.save(so_far)
        yield Step(since, so_far, slice_ended=True)


def slices(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The days of a time span in UTC, the newest first; the first and the last one may be cut."""
    while until > since:
        last = until - timedelta(microseconds=1)
        midnight = datetime.combine(last.date(), time.min, until.tzinfo)
        yield max(since, midnight), until
        until = max(since, midnight)


def _earlier(order: Order, deps: BackfillDeps) -> Backfilled:
    noted = None if order.restart or order.dry_run else deps.state.load(order.until)
    return noted or Backfilled.beginning(order.until)


def _once_more(so_far: Backfilled, order: Order, deps: BackfillDeps) -> Backfilled:
    """Try once more what could not be described."""
    unread, so_far = so_far.unread, so_far.model_copy(update={"unread": ()})
    for each in unread:
        so_far = _looked_at(each.training_job_name, so_far, order, deps)
    deps.state.save(so_far)
    return so_far


def _listed(since: datetime, until: datetime, deps: BackfillDeps) -> list[JobSummary]:
    """The jobs of a slice, each once; of one that holds too many for one listing, by halves."""
    try:
        return list({each.training_job_arn: each for each in deps.job_list.changed(since, until)}.values())
    except TooManyJobsError:
        if until - since < _SHORTEST_SLICE:
            raise
    middle = since + (until - since) / 2
    halves = (*_listed(middle, until, deps), *_listed(since, middle, deps))
    return list({each.training_job_arn: each for each in halves}.values())


def _with(summary: JobSummary, so_far: Backfilled, order: Order, deps: BackfillDeps) -> Backfilled:
    """After a job of the listing. One whose ending is recorded costs one read, and no call to SageMaker."""
    listed = Tally(listed_count=1)
    if summary.training_job_status not in TERMINAL_STATUSES:
        return so_far.plus(listed)
    ending = ending_trigger(summary.training_job_status, summary.secondary_status)
    if ending is not None and deps.incidents.is_recorded(incident_id(summary.training_job_arn, ending)):
        return so_far.plus(listed + Tally(known_count=1))
    so_far = so_far.plus(listed if ending else listed + Tally(completed_count=1))
    if order.dry_run:
        return so_far.plus(Tally(recorded_count=1 if ending else 0))
    if ending is None and not order.completed:
        return so_far
    return _looked_at(summary.training_job_name, so_far, order, deps)


def _looked_at(training_job_name: str, so_far: Backfilled, order: Order, deps: BackfillDeps) -> Backfilled:
    try:
        job = deps.jobs.describe(training_job_name)
        if job is None:
            return so_far.plus(Tally(gone_count=1))
        tags = deps.jobs.tags(job.training_job_arn)
    except JobUnreadableError as error:
        if len(so_far.unread) >= MOST_UNREAD:
            more = f"more than {MOST_UNREAD} jobs could not be described"
            raise TooManyUnreadError(f"{more}, at last {training_job_name}: {error}") from error
        return so_far.plus(Tally(), Unread(training_job_name=training_job_name, reason=str(error)))
    kept = order.completed and _keep_good_run(job, tags or {}, deps)
    return so_far.plus(_record(job, tags, deps) + Tally(good_run_count=int(kept)))


def _keep_good_run(job: TrainingJob, tags: Mapping[str, str], deps: BackfillDeps) -> bool:
    """Keep a job that completed well; of a family the run that ended last stays."""
    if job.training_job_status != COMPLETED or job.rules_with_issues:
        return False
    return deps.families.keep(family_key(job, tags), run_of(job, tags), deps.clock())


def _record(job: TrainingJob, tags: Mapping[str, str] | None, deps: BackfillDeps) -> Tally:
    """Record the findings that nobody has recorded; trainstop's own retries are none of them."""
    findings = [each for each in findings_of(job) if each.trigger is not Trigger.RETRY_COMPLETED]
    ids = {each: incident_id(job.training_job_arn, each.trigger, each.subject) for each in findings}
    missing = [each for each in findings if not deps.incidents.is_recorded(ids[each])]
    if not missing:
        return Tally(known_count=len(findings))
    evidence = deps.logs.tail(job, enough_for(job))
    recorded: list[Incident] = []
    for finding in missing:
        occasion = Occasion(ids[finding], finding, job, tags, Origin.BACKFILL, deps.clock())
        verdict = diagnose(job, finding, evidence)
        incident = assemble(occasion, evidence, verdict, Acted(_DECISION, Outcome(action=Action.NONE)), deps.prices)
        if deps.incidents.record(incident):
            recorded.append(incident)
    counted = Tally(
        recorded_count=len(recorded),
        known_count=len(findings) - len(recorded),
        without_log_count=int(bool(recorded) and not evidence.lines),
    )
    return counted + _lost(recorded)


def _lost(recorded: list[Incident]) -> Tally:
    """What the job cost, where it failed or ran into a limit; a job ends once, so that it counts once."""
    costs = [each.job.cost_usd for each in recorded if each.trigger.is_failure]
    return Tally(lost_usd=sum(filter(None, costs), Decimal(0)), unknown_cost_count=costs.count(None))
