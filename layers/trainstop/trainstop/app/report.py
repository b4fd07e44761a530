"""The report: a span's parts of the table and CloudTrail's calls, made into one page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from trainstop.domain.report import Facts, Span
from trainstop.ports import Clock
from trainstop.ports.report import JobCalls, OpensLake, TableParts
from trainstop.records.lake import TABLE, day_of
from trainstop.render.report import DETAILS_MOST, LISTED_MOST, Content, Made, Report, report_page

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ReportDeps:
    """What the sequence needs of the world.

    Attributes:
        progress: Is told what is done now, for a person who waits.
    """

    parts: TableParts
    lake: OpensLake
    calls: JobCalls
    clock: Clock
    progress: Progress


@dataclass(frozen=True, slots=True)
class Origin:
    """Which deployed trainstop the report is of."""

    stack: str
    region: str
    version: str


def make_report(deps: ReportDeps, span: Span, origin: Origin) -> Report:
    """Fetch the span's days, count, and make the page; its bytes are in ``html``."""
    deps.progress("looking for the table's parts")
    with TemporaryDirectory() as scratch:
        paths = _fetch(deps, span, Path(scratch))
        deps.progress("asking CloudTrail's table for calls on the jobs")
        calls = deps.calls.of(span)
        deps.progress("counting")
        with deps.lake(paths, span) as lake:
            facts = lake.facts()
            content = Content(
                facts=facts,
                total=lake.total(),
                listed=lake.listed(LISTED_MOST),
                details=lake.in_detail(list(_linked(facts)), DETAILS_MOST),
                calls=calls,
            )
    deps.progress("writing the page")
    return report_page(content, span, Made(origin.stack, origin.region, deps.clock(), origin.version))


def _fetch(deps: ReportDeps, span: Span, folder: Path) -> list[Path]:
    days = set(span.days)
    keys = [key for key in deps.parts.keys(TABLE) if day_of(key) in days and key.endswith(".parquet")]
    deps.progress(f"fetching {len(keys)} parts of the table")
    return [stored.path for stored in deps.parts.fetch(keys, folder)]


def _linked(facts: Facts) -> Iterator[str]:
    """Incidents that the page points at: their details come first."""
    for group in (facts.faults, facts.stops, facts.slowest):
        yield from (each.incident_id for each in group)
