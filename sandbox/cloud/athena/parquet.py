"""Parquet files as Athena reads them: by the columns that Glue declares, whichever of them a file has."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from trainstop.records.hive import HiveType, quoted, text

_sizes: dict[tuple[int, int, int], dict[str, int]] = {}


def alike(paths: Sequence[Path]) -> list[list[Path]]:
    """The files in groups of the same columns: DuckDB then opens only those that the partitions leave."""
    _look_into(paths)
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
    _look_into([path])
    return _sizes[_content(path)]


def _look_into(paths: Sequence[Path]) -> None:
    """Read the footers of the files that were not seen before, all at a time."""
    contents = {os.fspath(path): _content(path) for path in paths}
    unseen = {path: content for path, content in contents.items() if content not in _sizes}
    if not unseen:
        return
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT file_name, lower(split_part(path_in_schema, ', ', 1)), sum(total_compressed_size), min(column_id) "
            "FROM parquet_metadata(?) GROUP BY 1, 2 ORDER BY 1, 4",
            [list(unseen)],
        ).fetchall()
    for path, name, size, _ in rows:
        _sizes.setdefault(unseen[path], {})[name] = int(size)


def _content(path: Path) -> tuple[int, int, int]:
    """What tells one content of a file from another."""
    stat = path.stat()
    return stat.st_ino, stat.st_size, stat.st_mtime_ns
