"""The interface of ``trainstop archive``: its state, compaction, erasure, export and import."""

from pathlib import Path
from typing import Annotated

import typer

from trainstop.cli.options import DEFAULT_STACK, AsJson, StackName, flag

archive_app = typer.Typer(help="Look after the archive of incidents.", no_args_is_help=True)


@archive_app.command("status")
def status(*, stack: StackName = DEFAULT_STACK, as_json: AsJson = False) -> None:
    """Show what the archive holds, and what waits to be merged into its table."""
    from trainstop.cli import archive_state  # noqa: PLC0415 - boto3 is slow to import

    archive_state.show_status(stack=stack, as_json=as_json)


@archive_app.command("compact")
def compact(*, stack: StackName = DEFAULT_STACK, as_json: AsJson = False) -> None:
    """Merge what waits into the table now."""
    from trainstop.cli import archive_state  # noqa: PLC0415 - boto3 is slow to import

    archive_state.compact_now(stack=stack, as_json=as_json)


@archive_app.command("forget")
def forget(
    *,
    job: Annotated[str, typer.Option("--job", metavar="NAME", help="The training job's whole name.")],
    yes: Annotated[bool, flag("--yes", "Do not ask.")] = False,
    dry_run: Annotated[bool, flag("--dry-run", "Remove nothing; only say what would be.")] = False,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Remove a training job's data everywhere, and look again."""
    from trainstop.cli import forget as forgetting  # noqa: PLC0415 - boto3 is slow to import

    forgetting.forget_job(job, stack=stack, yes=yes, dry_run=dry_run, as_json=as_json)


@archive_app.command("export")
def export(
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to write to.")],
    since: Annotated[str, typer.Option(metavar="WHEN", help="From when on: 24h, 7d, a date.")] = "2024-01-01",
    until: Annotated[str | None, typer.Option(metavar="WHEN", help="The last day; without it today.")] = None,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Copy the table to a folder, with a manifest, for another account."""
    from trainstop.cli import carry  # noqa: PLC0415 - boto3 is slow to import

    carry.export_archive(out, stack=stack, since_text=since, until_text=until, as_json=as_json)


@archive_app.command("import")
def import_(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="What trainstop archive export wrote.")],
    *,
    yes: Annotated[bool, flag("--yes", "Do not ask.")] = False,
    dry_run: Annotated[bool, flag("--dry-run", "Put nothing; only check the export.")] = False,
    stack: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Put an export into this account's archive."""
    from trainstop.cli import carry  # noqa: PLC0415 - boto3 is slow to import

    carry.import_archive(folder, stack=stack, yes=yes, dry_run=dry_run, as_json=as_json)
