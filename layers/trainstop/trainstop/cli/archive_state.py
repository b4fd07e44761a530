"""``trainstop archive status`` and ``compact``: what the archive holds, and merging what waits."""

import json
from datetime import datetime
from typing import Any

from trainstop.adapters.archive_files import ArchiveFiles
from trainstop.cli import output
from trainstop.cli.aws import Deployment, deployment
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.since import now_utc
from trainstop.records.lake import ARRIVALS, TABLE, UNREADABLE, day_of


def show_status(*, stack: str, as_json: bool) -> None:
    """Print what the archive holds."""
    with deployment(stack) as deployed:
        facts = _facts(ArchiveFiles(deployed.clients, deployed.output("ArchiveBucketName")), now_utc())
    if as_json:
        output.print_json(facts)
    else:
        output.print_facts(_shown(facts))


def compact_now(*, stack: str, as_json: bool) -> None:
    """Have the compact function run, and print what it did.

    Raises:
        CliError: it failed, or left something for the next time.
    """
    with deployment(stack) as deployed:
        done = _invoke(deployed)
    if as_json:
        output.print_json(done)
    else:
        written = f"{done['rows']} rows, {output.megabytes(done['bytes'])} written"
        merged = f"{done['arrivals']} arrivals of {done['days']} days were merged"
        output.print_lines([f"{merged}: {written}; {done['unreadable']} could not be read"])
    if not done["complete"]:
        raise CliError(
            ExitCode.NEGATIVE, "not all is merged: another compaction is at it, or the time was up; try again"
        )


def _facts(files: ArchiveFiles, now: datetime) -> dict[str, Any]:
    parts = list(files.listed(TABLE))
    arrivals = list(files.listed(ARRIVALS))
    days = sorted({day for each in parts if (day := day_of(each.key))})
    oldest = min((each.modified_at for each in arrivals), default=None)
    return {
        "days": len(days),
        "first_day": days[0] if days else None,
        "last_day": days[-1] if days else None,
        "objects": len(parts),
        "rows": files.rows(parts),
        "bytes": sum(each.size for each in parts),
        "arrivals": len(arrivals),
        "oldest_arrival_seconds": None if oldest is None else max(0, round((now - oldest).total_seconds())),
        "unreadable": sum(1 for _ in files.listed(UNREADABLE)),
    }


def _shown(facts: dict[str, Any]) -> list[tuple[str, str]]:
    span = f" ({facts['first_day']} to {facts['last_day']})" if facts["days"] else ""
    waiting = f", the oldest for {facts['oldest_arrival_seconds']} s" if facts["arrivals"] else ""
    return [
        ("days", f"{facts['days']}{span}"),
        ("objects", str(facts["objects"])),
        ("rows", str(facts["rows"])),
        ("size", output.megabytes(facts["bytes"])),
        ("arrivals waiting", f"{facts['arrivals']}{waiting}"),
        ("unreadable", str(facts["unreadable"])),
    ]


def _invoke(deployed: Deployment) -> dict[str, Any]:
    answer = deployed.slow_client("lambda").invoke(FunctionName=deployed.output("CompactFunctionName"))
    told = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise CliError(ExitCode.AWS, f"the function failed: {told.get('errorMessage')}")
    return dict(told)
