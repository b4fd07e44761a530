"""``trainstop archive export`` and ``import``: the archive from one account to another."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from trainstop.adapters.archive_files import ArchiveFiles, inspect
from trainstop.app.carry import Said, Source, bring_in, check, export, read_manifest
from trainstop.cli import output
from trainstop.cli.aws import Deployment, deployment
from trainstop.cli.caller import caller
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.since import now_utc, since
from trainstop.records.manifest import Manifest, NotImportableError


def export_archive(out: Path, *, stack: str, since_text: str, until_text: str | None, as_json: bool) -> None:
    """Copy the table's objects, and say what was copied.

    Raises:
        CliError: the folder cannot be written to, or AWS refuses.
    """
    now = now_utc()
    days = since(since_text, now).date(), (since(until_text, now, "--until") if until_text else now).date()
    with deployment(stack) as deployed, _progress("copying") as said:
        account = caller(deployed).account
        source = Source(account, deployed.stack.region, deployed.stack.name)
        try:
            manifest = export(out, source, days, copies=_files(deployed), inspect=inspect, now=now, said=said)
        except OSError as error:
            raise CliError(ExitCode.USAGE, f"{out} cannot be written to: {error.strerror or error}") from error
    if as_json:
        output.print_json(manifest.model_dump(mode="json"))
    else:
        output.print_lines([f"{_summary(manifest)} are in {out}"])


def import_archive(folder: Path, *, stack: str, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Check an export, and put it into the archive.

    Raises:
        CliError: the export is not whole or too new, or nobody agreed.
    """
    try:
        manifest = read_manifest(folder)
        with _progress("checking") as said:
            check(folder, manifest, inspect, said)
    except NotImportableError as error:
        raise CliError(ExitCode.NEGATIVE, str(error)) from error
    origin = f"{_summary(manifest)} of account {manifest.account}, {manifest.region}, stack {manifest.stack}"
    with deployment(stack) as deployed:
        output.remark(f"{origin}, go into {deployed.output('ArchiveBucketName')} ({deployed.stack.region})")
        if not dry_run:
            if not yes and not typer.confirm("Import?", err=True):
                raise CliError(ExitCode.NEGATIVE, "nothing was imported")
            with _progress("importing") as said:
                imported = bring_in(folder, manifest, _files(deployed), said)
    put, skipped, rows = (0, 0, 0) if dry_run else (imported.put, imported.skipped, imported.rows)
    if as_json:
        output.print_json({"put": put, "skipped": skipped, "rows": rows, "checked": len(manifest.objects)})
    elif dry_run:
        output.print_lines([f"{origin}, are whole; nothing was imported"])
    else:
        later = "compaction merges them within minutes: trainstop archive status"
        output.print_lines([f"{put} objects imported, {skipped} were waiting already; {later}"])


def _files(deployed: Deployment) -> ArchiveFiles:
    return ArchiveFiles(deployed.clients, deployed.output("ArchiveBucketName"))


def _summary(manifest: Manifest) -> str:
    days = sorted({each.day for each in manifest.objects})
    span = f" ({days[0]} to {days[-1]})" if days else ""
    rows, size = (sum(getattr(each, name) for each in manifest.objects) for name in ("rows", "size"))
    return f"{rows} rows of {len(days)} days{span}, {output.megabytes(size)}"


@contextmanager
def _progress(what: str) -> Iterator[Said]:
    """A bar on standard error where that is a terminal, else nothing."""
    console = output.passing()
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task(what, total=None)
        yield lambda done, of: progress.update(bar, completed=done, total=of)
