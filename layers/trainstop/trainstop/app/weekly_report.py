"""The weekly report: seven whole days as a page in the archive's bucket, noted for the digest to link to."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from trainstop.app.report import Origin, ReportDeps, make_report
from trainstop.domain.report import Span
from trainstop.domain.stored_report import DAYS, StoredReport
from trainstop.ports.report import ReportPages, Reports
from trainstop.records.lake import report_key


@dataclass(frozen=True, slots=True)
class WeeklyReportDeps:
    """What the sequence needs of the world, and where it is.

    Attributes:
        making: What the page is made of.
        bucket_name: Of the archive.
    """

    making: ReportDeps
    pages: ReportPages
    reports: Reports
    origin: Origin
    bucket_name: str


def weekly_report(deps: WeeklyReportDeps, last_day: date) -> StoredReport:
    """Make the report of the seven days up to ``last_day``, put it, and note it; doing it again puts the same object.

    A week without incidents has a page that says so. What is noted is there: the page is put first.
    """
    first_day = last_day - timedelta(days=DAYS - 1)
    made = make_report(deps.making, Span(_midnight(first_day), _midnight(last_day + timedelta(days=1))), deps.origin)
    stored = StoredReport(
        bucket=deps.bucket_name,
        key=report_key(first_day, last_day),
        region=deps.origin.region,
        first_day=first_day,
        last_day=last_day,
        made_at=deps.making.clock(),
        incidents=made.total,
        cost_usd=Decimal(str(made.lost.usd)).quantize(Decimal("0.01")),
        unknown_costs=made.lost.unknown,
        calls_problem=made.calls_problem,
    )
    deps.pages.put(stored.key, made.html)
    deps.reports.note(stored)
    return stored


def last_day_of(asked: str | None, now: datetime) -> date:
    """The day that was asked for, ``YYYY-MM-DD`` and not after today; where none was, yesterday in UTC.

    Raises:
        ValueError: it is no such day.
    """
    today = now.astimezone(UTC).date()
    if asked is None:
        return today - timedelta(days=1)
    day = date.fromisoformat(asked)
    if day > today:
        raise ValueError(f"last_day {asked} is after today, {today}")
    return day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
