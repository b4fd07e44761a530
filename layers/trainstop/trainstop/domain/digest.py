"""A day or a week in numbers: what failed, why, what it cost, what was stopped."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from trainstop.domain.base import Frozen
from trainstop.domain.decision import Action, Audience
from trainstop.domain.finding import Trigger
from trainstop.domain.incident import Incident
from trainstop.domain.signal import Origin
from trainstop.domain.stored_report import StoredReport

_LISTED_FAULTS = 8
_LISTED_DEAREST = 5
_OWN = frozenset({Trigger.OPERATOR, Trigger.BREAKER, Trigger.RETRY_COMPLETED})
"""What is about trainstop's own doing or a person's is no trouble of a job."""


class Period(StrEnum):
    """Of which time a digest is."""

    DAILY = "daily"
    WEEKLY = "weekly"

    @property
    def span(self) -> timedelta:
        """How long the time is."""
        return timedelta(days=1 if self is Period.DAILY else 7)


class FaultCount(Frozen):
    """One fault, and how often it struck.

    Attributes:
        cost_usd: Of the jobs whose cost is known.
        newest_job: The last one that it struck.
    """

    title: str
    count: int
    cost_usd: Decimal
    newest_job: str


class Digest(Frozen):
    """What happened in a span of time, to the jobs of one reader.

    Attributes:
        name: The team; "" for the platform.
        complete: False where there were more incidents than were counted.
        cost_usd: Of the jobs whose cost is known.
        unknown_costs: Of how many it is not.
        silenced_count: Incidents that nobody was to be told of.
        faults: The most frequent ones.
        dearest: Names of the jobs that cost most, with what they cost.
        retries_helped: How many retries of trainstop's completed.
        report: The page about the week, of all jobs; None for a day, and where no page of this week is stored.
    """

    period: Period
    audience: Audience = Audience.PLATFORM
    name: str = ""
    since: datetime
    until: datetime
    complete: bool = True
    count: int
    job_count: int
    cost_usd: Decimal
    unknown_costs: int
    triggers: dict[Trigger, int]
    categories: dict[str, int]
    actions: dict[Action, int]
    untold_count: int = 0
    retries_helped: int = 0
    faults: tuple[FaultCount, ...] = ()
    dearest: tuple[tuple[str, Decimal], ...] = ()
    report: StoredReport | None = None


def digest_of(
    incidents: Iterable[Incident],
    period: Period,
    until: datetime,
    *,
    name: str = "",
    complete: bool = True,
    report: StoredReport | None = None,
) -> Digest:
    """The digest of incidents, which are taken as those of the period.

    A job with several incidents costs once. Drills are left out, and what a backfill recorded: that is no news. So is
    a report that is not of this week.
    """
    found = [each for each in incidents if not each.drill and each.origin is not Origin.BACKFILL]
    troubles = [each for each in found if each.trigger not in _OWN]
    by_job = {each.job.arn or each.incident_id: each.job for each in troubles}
    costs = {each.name: each.cost_usd for each in by_job.values() if each.cost_usd is not None}
    dearest = sorted(((cost, job) for job, cost in costs.items() if cost), reverse=True)[:_LISTED_DEAREST]
    return Digest(
        period=period,
        audience=Audience.TEAM if name else Audience.PLATFORM,
        name=name,
        since=until - period.span,
        until=until,
        complete=complete,
        count=len(troubles),
        job_count=len(by_job),
        cost_usd=sum((job.cost_usd or Decimal(0) for job in by_job.values()), Decimal(0)),
        unknown_costs=sum(job.cost_usd is None for job in by_job.values()),
        triggers=dict(Counter(each.trigger for each in troubles).most_common()),
        categories=dict(Counter(each.diagnosis.category.value for each in troubles).most_common()),
        actions=dict(Counter(each.outcome.action for each in troubles).most_common()),
        untold_count=sum(each.told_at is None for each in troubles),
        retries_helped=sum(each.trigger is Trigger.RETRY_COMPLETED for each in found),
        faults=tuple(_faults(troubles)),
        dearest=tuple((job, cost) for cost, job in dearest),
        report=report if report and _is_of(report, period, until) else None,
    )


def _is_of(report: StoredReport, period: Period, until: datetime) -> bool:
    return period is Period.WEEKLY and report.is_of_week(until - period.span, until)


def _faults(troubles: Iterable[Incident]) -> list[FaultCount]:
    by_fault: dict[str, list[Incident]] = defaultdict(list)
    for each in troubles:
        by_fault[each.diagnosis.fingerprint or each.diagnosis.title].append(each)
    counted = [
        FaultCount(
            title=members[0].diagnosis.title,
            count=len(members),
            cost_usd=sum((each.job.cost_usd or Decimal(0) for each in members), Decimal(0)),
            newest_job=max(members, key=lambda each: each.occurred_at).job.name,
        )
        for members in by_fault.values()
    ]
    return sorted(counted, key=lambda fault: (-fault.count, -fault.cost_usd, fault.title))[:_LISTED_FAULTS]
