"""The bytes a query reads: those of the files that are left when the partitions have been pruned."""

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb

from sandbox.cloud.athena.tables import ReadFile
from trainstop.records.hive import quoted, text

_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r"'(?:[^']|'')*'")
_SCANNED_OF = re.compile(r"\d+/(\d+)")


def scanned_bytes(connection: duckdb.DuckDBPyConnection, sql: str, tables: list[list[ReadFile]]) -> int:
    """What Athena would bill a query for: its tables' files as they lie in S3, of Parquet the columns that are read.

    A Parquet file's footer is free, as `count(*)` is. DuckDB's plan names no table, so a scan belongs to the table with
    as many files; where several have, to the largest of them.
    """
    plan = connection.execute("EXPLAIN (FORMAT JSON) " + sql).fetchall()[0][1]
    return sum(_of_scan(connection, scan, tables) for scan in _scans(json.loads(plan)))


def _read_of(file: ReadFile, scan: dict[str, Any]) -> int:
    """The bytes that a scan reads of a file."""
    if file.column_bytes is None:
        return file.stored_bytes
    projected = scan.get("Projections") or []
    words = set(_WORD.findall(" ".join([projected] if isinstance(projected, str) else projected)))
    words |= set(_WORD.findall(_QUOTED.sub("", str(scan.get("Filters") or ""))))
    return sum(size for name, size in file.column_bytes.items() if name in words)


def _scans(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        if node["name"].strip().startswith(("READ_JSON", "READ_PARQUET")):
            yield node["extra_info"]
        yield from _scans(node["children"])


def _of_scan(connection: duckdb.DuckDBPyConnection, scan: dict[str, Any], tables: list[list[ReadFile]]) -> int:
    pruned = _SCANNED_OF.fullmatch(scan.get("Scanning Files", ""))
    candidates = [files for files in tables if files and (not pruned or len(files) == int(pruned[1]))]
    return max((_left(connection, files, scan) for files in candidates), default=0)


def _left(connection: duckdb.DuckDBPyConnection, files: list[ReadFile], scan: dict[str, Any]) -> int:
    sizes = [_read_of(file, scan) for file in files]
    everything, condition = sum(sizes), scan.get("File Filters")
    if not condition or not files[0].partition:
        return everything
    rows = ", ".join(
        "(" + ", ".join([*(text(value) for value in file.partition.values()), str(size)]) + ")"
        for file, size in zip(files, sizes, strict=True)
    )
    names = ", ".join([*(quoted(name) for name in files[0].partition), "stored_bytes"])
    try:
        [(left,)] = connection.execute(
            f"SELECT coalesce(sum(stored_bytes), 0) FROM (VALUES {rows}) AS files({names}) WHERE {condition}"  # noqa: S608 - DuckDB's own words
        ).fetchall()
    except duckdb.Error:
        # The plan's words are for people: not every condition reads as SQL again.
        return everything
    return int(left)
