"""``trainstop report``: a span of time as one page."""

import os
from datetime import UTC, datetime, time, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final
from uuid import uuid4

from trainstop.adapters.archive_bucket import S3ArchiveBucket
from trainstop.adapters.athena import AthenaQueries
from trainstop.adapters.job_calls import AthenaJobCalls
from trainstop.adapters.lake import opened
from trainstop.app.report import Origin, ReportDeps, make_report
from trainstop.cli import output
from trainstop.cli.aws import Deployment, deployment
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.since import now_utc, since
from trainstop.domain.report import Span
from trainstop.render.report import Report
from trainstop.render.report.words import length, plural, title

_MOST_DAYS: Final = 400


def report(
    *, days: int, since_text: str | None, until_text: str | None, out: Path, force: bool, stack: str, as_json: bool
) -> None:
    """Make the page and write it."""
    span = _span(days, since_text, until_text, now_utc())
    if out.exists() and not force:
        raise CliError(ExitCode.USAGE, f"{out} is there already; give --force to write over it, or another --out")
    with deployment(stack) as deployed:
        made = make_report(
            _deps(deployed), span, Origin(deployed.stack.name, deployed.stack.region, version("trainstop"))
        )
    _write(out, made.html)
    if as_json:
        output.print_json({"file": str(out), "bytes": len(made.html), **_counts(made)})
    else:
        output.print_lines(_said(out, span, made))


def _deps(deployed: Deployment) -> ReportDeps:
    athena = AthenaQueries(
        deployed.client("athena"), deployed.output("QueryWorkGroupName"), deployed.output("GlueDatabaseName")
    )
    return ReportDeps(
        parts=S3ArchiveBucket(deployed.clients, deployed.output("ArchiveBucketName")),
        lake=opened,
        calls=AthenaJobCalls(athena),
        clock=now_utc,
        progress=output.remark,
    )


def _span(days: int, since_text: str | None, until_text: str | None, now: datetime) -> Span:
    """So many days up to now, the first one whole; or what the two options say."""
    until = since(until_text, now, option="--until") if until_text else now
    if since_text:
        start = since(since_text, now)
    else:
        start = datetime.combine((until - timedelta(microseconds=1)).date() - timedelta(days=days - 1), time(), UTC)
    if start >= until:
        raise CliError(ExitCode.USAGE, f"the time from {start:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} is empty")
    if until - start > timedelta(days=_MOST_DAYS):
        raise CliError(ExitCode.USAGE, f"a report is of {_MOST_DAYS} days at most")
    return Span(start, until)


def _write(out: Path, page: bytes) -> None:
    """Whole or not at all: a report is not half a page."""
    beside = out.with_name(f".{out.name}.{uuid4().hex[:8]}")
    try:
        beside.write_bytes(page)
        os.replace(beside, out)  # noqa: PTH105 - Path.replace says the same less plainly
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise CliError(ExitCode.USAGE, f"{out} cannot be written: {error.strerror or error}") from error


def _said(out: Path, span: Span, made: Report) -> list[str]:
    size = output.megabytes(len(made.html))
    lines = [f"{out}: {title(span)} ({length(span)}), {plural(made.total, 'incident')}, {size}"]
    if made.listed < made.total:
        lines.append(f"The list holds the newest {made.listed:,}; all are in the numbers.")
    if made.detailed < made.listed:
        lines.append(f"{plural(made.detailed, 'incident')} with timeline and log; the others with their facts.")
    if made.calls_problem:
        lines.append(f"Without calls of CloudTrail: {made.calls_problem}.")
    return lines


def _counts(made: Report) -> dict[str, object]:
    return {
        "incidents": made.total,
        "listed": made.listed,
        "detailed": made.detailed,
        "calls_problem": made.calls_problem,
    }
