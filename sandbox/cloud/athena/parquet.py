"""Parquet files as Athena reads them: by the columns that Glue declares, whichever of them a file has."""

import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import duckdb

from trainstop.records.hive import HiveType, quoted, text


def alike(paths: Sequence[Path]) -> list[list[Path]]:
    """The files in groups of the same columns: DuckDB then opens only those that the partitions leave."""
    found: dict[tuple[str, ...], list[Path]] = {}
    for path in paths:
        found.setdefault(tuple(column_sizes(path)), []).append(path)
    return list(found.values())


def relation(paths: Sequence[Path], declared: Mapping[str, HiveType], keys: Sequence[str], partitioning: str) -> str:
    """Files of the same columns as SQL. A declared column that they lack is null, and others are not there."""
    there = column_sizes(paths[0])
    columns = [
        f"CAST({quoted(name) if name in there else 'NULL'} AS {kind.duckdb}) AS {quoted(name)}"
        for name, kind in declared.items()
    ]
    wanted = ", ".join([*columns, *map(quoted, keys)])
    listed = ", ".join(text(str(path)) for path in paths)
    return f"SELECT {wanted} FROM read_parquet([{listed}], {partitioning})"  # noqa: S608 - an engine makes SQL


def column_sizes(path: Path) -> dict[str, int]:
    """Bytes of each column as it lies in the file, by its lower-case name, in the file's order."""
    stat = path.stat()
    return _column_sizes(stat.st_ino, stat.st_size, stat.st_mtime_ns, os.fspath(path))


@cache
def _column_sizes(_inode: int, _size: int, _written: int, path: str) -> dict[str, int]:
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT lower(split_part(path_in_schema, ', ', 1)), sum(total_compressed_size), min(column_id) "
            "FROM parquet_metadata(?) GROUP BY 1 ORDER BY 3",
            [path],
        ).fetchall()
    return {name: int(size) for name, size, _ in rows}
