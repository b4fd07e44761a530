"""The interface of ``trainstop backfill``."""

from typing import Annotated

import typer

from trainstop.cli.options import DEFAULT_STACK, AsJson, StackName, flag


def backfill(
    *,
    since: Annotated[
        str, typer.Option(metavar="WHEN", help="From when on: 90d, a date, or a time; by a job's last change.")
    ] = "90d",
    until: Annotated[
        str, typer.Option(metavar="WHEN", help="Up to when; without it up to when the stack was created.")
    ] = "",
    failed_only: Annotated[
        bool, flag("--failed-only", "Leave completed jobs out: fewer calls, no rules of theirs, no good runs.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="End after about so many incidents.")] = None,
    dry_run: Annotated[bool, flag("--dry-run", "Only list and count.")] = False,
    restart: Annotated[bool, flag("--restart", "Begin anew, instead of where an earlier run ended.")] = False,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Record incidents of jobs that ended before trainstop was deployed; nobody is told, and nothing is stopped."""
    from trainstop.cli import backfill as filling  # noqa: PLC0415 - boto3 is slow to import

    request = filling.Request(since, until, failed_only, dry_run, restart, limit)
    filling.run(request, stack=stack, as_json=as_json)
