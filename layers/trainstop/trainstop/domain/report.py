"""A span of time in numbers, for the report: what failed, why, what it cost, what was stopped, and how fast.

Money is in USD and always beside the number of those whose amount is unknown: these are in no sum and
never count as 0.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class Span(NamedTuple):
    """From ``since`` on, up to but not including ``until``; both in UTC."""

    since: datetime
    until: datetime

    @property
    def days(self) -> list[str]:
        """The days that it touches, ``YYYY-MM-DD``, oldest first."""
        last = (self.until - timedelta(microseconds=1)).date()
        return [str(self.since.date() + timedelta(days=n)) for n in range((last - self.since.date()).days + 1)]

    @property
    def bin(self) -> "Bin":
        """The step of its trends: at most about a hundred of them make a readable chart."""
        length = self.until - self.since
        return next((step for step, most in _LONGEST.items() if length <= most), Bin.MONTH)


class Bin(StrEnum):
    """A step of time."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_LONGEST = {Bin.HOUR: timedelta(days=2), Bin.DAY: timedelta(days=92), Bin.WEEK: timedelta(days=731)}


class Money(NamedTuple):
    """A sum in USD of those whose amount is known, and of how many it is not."""

    usd: float
    unknown: int


class Totals(NamedTuple):
    """The span as a whole.

    Attributes:
        incidents: What went wrong; a job may have several.
        jobs: Jobs with an incident.
        own_records: Records that are no trouble: what people did by trainstop, its breaker, retries that completed.
        failed_jobs: Jobs that failed or ran into a time limit.
        lost_jobs: Those, and the ones that were stopped because of a rule or an alarm.
        lost: What the lost jobs cost.
        stopped, already_stopped, stops_held, stops_failed: Jobs by what became of a wanted stop.
        saved: What the stopped jobs would have cost from the stop to their time limit.
        open: Incidents that nobody has resolved yet, though somebody should.
        refused: Submissions that AWS refused.
        backfilled: Incidents of jobs that ended before trainstop watched; in no measure of speed.
    """

    incidents: int
    jobs: int
    own_records: int
    failed_jobs: int
    lost_jobs: int
    lost: Money
    stopped: int
    already_stopped: int
    stops_held: int
    stops_failed: int
    saved: Money
    open: int
    refused: int
    backfilled: int


class Speed(NamedTuple):
    """How long something took, in seconds from when it happened; None where nothing was measured."""

    measured: int
    p50: float | None
    p95: float | None
    slowest: float | None


class Speeds(NamedTuple):
    """To trainstop's noticing, to StopTrainingJob's answer, and to the alert."""

    notice: Speed
    stop: Speed
    alert: Speed


class Count(NamedTuple):
    """Incidents of one cause in one step of time."""

    at: datetime
    why: str
    incidents: int


class Loss(NamedTuple):
    """What the jobs cost that were lost in one step of time."""

    at: datetime
    jobs: int
    cost: Money


class Delay(NamedTuple):
    """Seconds to trainstop's noticing, of what happened in one step of time."""

    at: datetime
    p50: float
    p95: float


class Share(NamedTuple):
    """Lost jobs that have a cause, or a team, in common; "" is no team."""

    name: str
    jobs: int
    cost: Money
    dearest_job: str
    dearest_usd: float | None


class Fault(NamedTuple):
    """Incidents with one fingerprint.

    Attributes:
        incident_id: The newest of them, which the texts are from.
        first_at: The first in the span; it may have been seen before.
    """

    fingerprint: str
    incident_id: str
    title: str
    why: str
    advice: str
    actor: str
    retry: str
    root_line: str
    incidents: int
    jobs: int
    teams: int
    cost: Money
    first_at: datetime
    last_at: datetime


class Stop(NamedTuple):
    """A stop by trainstop.

    Attributes:
        hours_left: From the stop to the job's time limit; None where that is unknown.
    """

    incident_id: str
    job_name: str
    why: str
    stopped_at: datetime | None
    usd_per_hour: float | None
    hours_left: float | None
    saved_usd: float | None


class Slow(NamedTuple):
    """An incident that was noticed late; seconds from when it happened."""

    incident_id: str
    job_name: str
    why: str
    origin: str
    occurred_at: datetime
    notice_seconds: float
    alert_seconds: float | None


class Facts(NamedTuple):
    """All numbers of a report."""

    totals: Totals
    speeds: Speeds
    counts: tuple[Count, ...]
    losses: tuple[Loss, ...]
    delays: tuple[Delay, ...]
    causes: tuple[Share, ...]
    teams: tuple[Share, ...]
    faults: tuple[Fault, ...]
    stops: tuple[Stop, ...]
    slowest: tuple[Slow, ...]


class Listed(NamedTuple):
    """One line of the list of incidents; seconds, and cents of USD, are whole numbers, None where unknown."""

    incident_id: str
    occurred_second: int
    job_name: str
    why: str
    category: str
    title: str
    severity: str
    trigger: str
    action: str
    standing: str
    team: str
    owner: str
    instances: str
    status: str
    place: str
    cost_cents: int | None
    notice_seconds: int | None
    alert_seconds: int | None


class Call(NamedTuple):
    """A call on a job that CloudTrail holds; ``at`` as it says: ``2026-01-15 12:00:00``."""

    at: str
    name: str
    who: str
    source_ip: str
    error_code: str


class Calls(NamedTuple):
    """Calls on jobs, by account, Region and job name; why there are none, or not all, in ``problem``."""

    by_job: dict[tuple[str, str, str], tuple[Call, ...]]
    problem: str = ""
