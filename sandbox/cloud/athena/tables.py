"""A Glue table's files as a relation that DuckDB reads, with the columns and types that Glue declares."""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sandbox.cloud.athena import cloudtrail, partitions
from sandbox.cloud.athena.hive import HiveType, parse, quoted, text

# One line of a table; CloudTrail's widest records are some 256 KB.
_LARGEST_OBJECT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class ReadFile:
    """A file of a table that a query may read: its partition and its size as it lies in S3."""

    partition: Mapping[str, str]
    stored_bytes: int


# The tables of the running query, each as its files.
tables_read: ContextVar[list[list[ReadFile]]] = ContextVar("tables_read")


def columns(table: Mapping[str, Any]) -> dict[str, HiveType]:
    """A Glue table's columns, without its partition keys, in order."""
    return {column["Name"].lower(): parse(column["Type"]) for column in table["StorageDescriptor"].get("Columns") or []}


def is_json(table: Mapping[str, Any]) -> bool:
    """Whether a table's rows are JSON, CloudTrail's included."""
    storage = table.get("StorageDescriptor") or {}
    serde = (storage.get("SerdeInfo") or {}).get("SerializationLibrary") or ""
    return (
        (table.get("Parameters") or {}).get("classification") in {"json", "cloudtrail"}
        or storage.get("InputFormat") == cloudtrail.INPUT_FORMAT
        or "json" in serde.lower()
    )


def relation(table: Mapping[str, Any], files: Sequence[str]) -> str:
    """The table as SQL: `(SELECT …)`. Its files move into folders that name their partitions, so DuckDB prunes them."""
    held = columns(table)
    is_trail = table["StorageDescriptor"].get("InputFormat") == cloudtrail.INPUT_FORMAT
    paths: list[Path] = []
    read: list[ReadFile] = []
    for number, name in enumerate(files):
        source = Path(name)
        root, relative = _apart(source)
        partition = partitions.values(table, relative)
        if partition is None:
            continue
        read.append(ReadFile(partition, source.stat().st_size))
        paths.append(_placed(source, root, number, partition, held if is_trail else None))
    tables_read.get([]).append(read)
    if not paths:
        return empty(table)
    wanted = ", ".join(f"{text(name)}: {text(kind.duckdb)}" for name, kind in held.items())
    return (
        f"read_json([{', '.join(text(str(path)) for path in paths)}], format = 'newline_delimited', "
        f"columns = {{{wanted}}}, maximum_object_size = {_LARGEST_OBJECT_BYTES}, {_partitioning(table)})"
    )


def empty(table: Mapping[str, Any]) -> str:
    """The table without a row, its columns typed all the same."""
    typed = {name: kind.duckdb for name, kind in columns(table).items()}
    typed |= {key["Name"]: parse(key["Type"]).duckdb for key in table.get("PartitionKeys") or []}
    nothing = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(name)}" for name, kind in typed.items())
    return f"(SELECT {nothing} WHERE FALSE)"


def _apart(path: Path) -> tuple[Path, str]:
    """The emulator's folder for the query, and the rest of the path: the object's key below the table's location."""
    scratch = Path(tempfile.gettempdir())
    first, *rest = path.relative_to(scratch).parts
    return scratch / first, "/".join(rest)


def _placed(
    source: Path, root: Path, number: int, partition: Mapping[str, str], trail_columns: Mapping[str, HiveType] | None
) -> Path:
    folder = root / ".placed"
    for name, value in partition.items():
        folder /= f"{name}={quote(value, safe='')}"
    folder.mkdir(parents=True, exist_ok=True)
    if trail_columns is None:
        target = folder / f"{number}-{source.name}"
        shutil.move(source, target)
        return target
    target = folder / f"{number}.json"
    with target.open("w", encoding="utf-8") as rows:
        rows.writelines(json.dumps(row) + os.linesep for row in cloudtrail.rows(source, trail_columns))
    return target


def _partitioning(table: Mapping[str, Any]) -> str:
    keys = table.get("PartitionKeys") or []
    if not keys:
        return "hive_partitioning = false"
    types = ", ".join(f"{text(key['Name'])}: {parse(key['Type']).duckdb}" for key in keys)
    return f"hive_partitioning = true, hive_types = {{{types}}}"
