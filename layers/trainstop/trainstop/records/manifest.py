"""What an export of the archive says about itself: ``manifest.json`` beside the objects."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from trainstop.domain.base import Frozen
from trainstop.domain.incident import SCHEMA_VERSION
from trainstop.records.schema import COLUMNS

FORMAT_VERSION: Final = 1
NAME: Final = "manifest.json"

_PATH: Final = re.compile(r"dt=(\d{4}-\d{2}-\d{2})/part-\d{5}\.parquet")
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class NotImportableError(ValueError):
    """The export cannot be imported by this version of trainstop, or is not whole; the text says why."""


class ExportedObject(Frozen):
    """One part of a day's table.

    Attributes:
        path: Below the export's folder, ``dt=2026-01-15/part-00001.parquet``.
    """

    path: Annotated[str, StringConstraints(pattern=f"^{_PATH.pattern}$")]
    rows: Annotated[int, Field(ge=0)]
    size: Annotated[int, Field(ge=0)]
    sha256: Sha256

    @property
    def day(self) -> str:
        """The day whose incidents are in it."""
        return self.path[len("dt=") : len("dt=2026-01-15")]

    @property
    def arrival_name(self) -> str:
        """What it is called as an arrival: the same content has the same name."""
        return f"import-{self.sha256[:16]}.parquet"


class Manifest(Frozen):
    """An export.

    Attributes:
        schema_version: Of incidents (domain.incident).
        columns: Of the table, by the version that exported.
    """

    format_version: int = FORMAT_VERSION
    schema_version: int = SCHEMA_VERSION
    columns: tuple[str, ...] = tuple(column.name for column in COLUMNS)
    account: str
    region: str
    stack: str
    exported_at: datetime
    objects: tuple[ExportedObject, ...]


def check_version(manifest: Manifest) -> None:
    """See to it that this version of trainstop knows all that is in the export.

    Raises:
        NotImportableError: it was made by a newer one.
    """
    newer = list(_newer(manifest))
    if newer:
        raise NotImportableError(f"the export is of a newer trainstop: {'; '.join(newer)}. Update trainstop here first")


def unknown_columns(names: Iterable[str]) -> list[str]:
    """Those that this version's table does not have."""
    return sorted(set(names) - {column.name for column in COLUMNS})


def _newer(manifest: Manifest) -> Iterator[str]:
    if manifest.format_version > FORMAT_VERSION:
        yield f"format {manifest.format_version}, known is {FORMAT_VERSION}"
    if manifest.schema_version > SCHEMA_VERSION:
        yield f"schema {manifest.schema_version}, known is {SCHEMA_VERSION}"
    if unknown := unknown_columns(manifest.columns):
        yield f"unknown columns {', '.join(unknown)}"
