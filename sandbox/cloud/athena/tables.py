"""A Glue table's files as a relation that DuckDB reads, with the columns and types that Glue declares."""

import json
import os
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sandbox.cloud.athena import cloudtrail, objects, parquet, partitions
from trainstop.records.hive import HiveType, parse, quoted, text

# One line of a table; CloudTrail's widest records are some 256 KB.
_LARGEST_OBJECT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class ReadFile:
    """A file of a table that a query may read.

    Attributes:
        partition: Its partition keys' values.
        stored_bytes: Its size as it lies in S3.
        column_bytes: The size of each column where the format keeps them apart.
    """

    partition: Mapping[str, str]
    stored_bytes: int
    column_bytes: Mapping[str, int] | None = None


# The tables of the running query, each as its files.
tables_read: ContextVar[list[list[ReadFile]]] = ContextVar("tables_read")


def columns(table: Mapping[str, Any]) -> dict[str, HiveType]:
    """A Glue table's columns, without its partition keys, in order."""
    return {column["Name"].lower(): parse(column["Type"]) for column in table["StorageDescriptor"].get("Columns") or []}


def is_typed(table: Mapping[str, Any]) -> bool:
    """Whether a table is read by the types that Glue declares: Parquet, and JSON, CloudTrail's included."""
    return is_parquet(table) or _is_json(table)


def is_parquet(table: Mapping[str, Any]) -> bool:
    """Whether a table's files are Parquet."""
    return "parquet" in ((table.get("StorageDescriptor") or {}).get("InputFormat") or "").lower()


def _is_json(table: Mapping[str, Any]) -> bool:
    storage = table.get("StorageDescriptor") or {}
    serde = (storage.get("SerdeInfo") or {}).get("SerializationLibrary") or ""
    return (
        (table.get("Parameters") or {}).get("classification") in {"json", "cloudtrail"}
        or storage.get("InputFormat") == cloudtrail.INPUT_FORMAT
        or "json" in serde.lower()
    )


def relation(table: Mapping[str, Any], files: Sequence[str]) -> str:
    """The table as SQL: `(SELECT …)`. Its files lie in folders that name their partitions, so DuckDB prunes them."""
    location = f"/{table['StorageDescriptor']['Location'].removeprefix('s3://').strip('/')}/"
    found = {Path(name): partitions.values(table, name.partition(location)[2]) for name in files}
    read = {path: partition for path, partition in found.items() if partition is not None}
    if not read:
        return empty(table)
    return (_parquet if is_parquet(table) else _json)(table, read)


def _parquet(table: Mapping[str, Any], read: Mapping[Path, Mapping[str, str]]) -> str:
    is_hive = all(f"/{key}=" in str(path) for path in read for key in partitions.keys(table))
    placed = read if is_hive else {_placed(path, n, part): part for n, (path, part) in enumerate(read.items())}
    relations = []
    for paths in parquet.alike(list(placed)):
        files = [ReadFile(placed[path], path.stat().st_size, parquet.column_sizes(path)) for path in paths]
        tables_read.get([]).append(files)
        relations.append(parquet.relation(paths, columns(table), partitions.keys(table), _partitioning(table)))
    return f"({' UNION ALL '.join(relations)})"


def _json(table: Mapping[str, Any], read: Mapping[Path, Mapping[str, str]]) -> str:
    held = columns(table)
    is_trail = table["StorageDescriptor"].get("InputFormat") == cloudtrail.INPUT_FORMAT
    paths = [
        _placed(path, number, partition, held if is_trail else None)
        for number, (path, partition) in enumerate(read.items())
    ]
    tables_read.get([]).append([ReadFile(partition, path.stat().st_size) for path, partition in read.items()])
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


def _placed(
    source: Path, number: int, partition: Mapping[str, str], trail_columns: Mapping[str, HiveType] | None = None
) -> Path:
    """A file in a folder that names its partition; CloudTrail's as lines."""
    folder = objects.scratch.get()
    for name, value in partition.items():
        folder /= f"{name}={quote(value, safe='')}"
    folder.mkdir(parents=True, exist_ok=True)
    if trail_columns is None:
        target = folder / f"{number}-{source.name}"
        target.hardlink_to(source)
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
