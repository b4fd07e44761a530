"""Carry the archive's table from one account to another: out into a folder, and in as arrivals."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pydantic import ValidationError

from trainstop.ports.carrying import ArchiveCopies, Inspect, Listed
from trainstop.records.lake import TABLE, arrivals_of, day_of
from trainstop.records.manifest import (
    NAME,
    ExportedObject,
    Manifest,
    NotImportableError,
    check_version,
    unknown_columns,
)

Said = Callable[[int, int], None]
"""Is told how many objects of how many are done."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an export comes from."""

    account: str
    region: str
    stack: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    Attributes:
        skipped: Objects that wait for compaction already, from an import that was cut short.
    """

    put: int
    skipped: int
    rows: int


def export(
    folder: Path,
    source: Source,
    days: tuple[date, date],
    *,
    copies: ArchiveCopies,
    inspect: Inspect,
    now: datetime,
    said: Said,
) -> Manifest:
    """Copy the table's objects of these days, the first and the last included, and write the manifest last.

    It may be begun anew: what is there already is not copied again.
    """
    first, last = (day.isoformat() for day in days)
    parts = [each for each in copies.listed(TABLE) if first <= (day_of(each.key) or "") <= last]
    objects = []
    for number, part in enumerate(parts, start=1):
        objects.append(_copy(part, folder, copies, inspect))
        said(number, len(parts))
    manifest = Manifest(
        account=source.account, region=source.region, stack=source.stack, exported_at=now, objects=tuple(objects)
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return manifest


def _copy(part: Listed, folder: Path, copies: ArchiveCopies, inspect: Inspect) -> ExportedObject:
    path = part.key.removeprefix(TABLE)
    copies.copy_here(part, folder / path)
    facts = inspect(folder / path)
    return ExportedObject(path=path, rows=facts.rows, size=part.size, sha256=facts.sha256)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of an export.

    Raises:
        NotImportableError: there is none, it is not of the form, or a newer trainstop wrote it.
    """
    try:
        text = (folder / NAME).read_text(encoding="utf-8")
    except OSError as error:
        raise NotImportableError(f"there is no {NAME} in {folder}: {error.strerror or error}") from error
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise NotImportableError(f"{NAME} is not of the form: {where}: {first['msg']}") from error
    check_version(manifest)
    return manifest


def check(folder: Path, manifest: Manifest, inspect: Inspect, said: Said) -> None:
    """See to it that every object is what the manifest says.

    Raises:
        NotImportableError: one is missing, is another content, or has columns that are not known here.
    """
    for number, each in enumerate(manifest.objects, start=1):
        problem = next(_problems(folder / each.path, each, inspect), None)
        if problem:
            raise NotImportableError(f"{each.path}: {problem}")
        said(number, len(manifest.objects))


def _problems(path: Path, exported: ExportedObject, inspect: Inspect) -> Iterator[str]:
    if not path.is_file():
        yield "is missing"
        return
    try:
        facts = inspect(path)
    except ValueError as error:
        yield str(error)
        return
    if facts.sha256 != exported.sha256:
        yield "is not what was exported: its SHA-256 differs"
    if facts.rows != exported.rows:
        yield f"has {facts.rows} rows, not {exported.rows}"
    if unknown := unknown_columns(facts.columns):
        yield f"has columns of a newer trainstop: {', '.join(unknown)}"


def bring_in(folder: Path, manifest: Manifest, copies: ArchiveCopies, said: Said) -> Imported:
    """Put each object as an arrival of its day, for compaction to merge; one that waits there already is skipped."""
    put = skipped = 0
    for number, each in enumerate(manifest.objects, start=1):
        key = f"{arrivals_of(each.day)}{each.arrival_name}"
        if any(there.key == key for there in copies.listed(key)):
            skipped += 1
        else:
            copies.put(key, folder / each.path)
            put += 1
        said(number, len(manifest.objects))
    return Imported(put, skipped, sum(each.rows for each in manifest.objects))
