"""Merges arrivals into the Parquet parts of a day's table, by DuckDB, which has all the types that Glue declares.

DuckDB is not in the layer of all functions: this module is imported only by those that have it. What is put into SQL
here are the names and types of ``records.schema``; values and paths are arguments.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import duckdb

from trainstop.ports.archive import Merged, NewPart, StoredObject
from trainstop.records.hive import duckdb_type, quoted
from trainstop.records.lake import PART_ROWS, part_key
from trainstop.records.schema import COLUMNS

_LARGEST_ROW_BYTES: Final = 4_000_000
"""DynamoDB takes items of up to 400 kB; JSON with all columns is somewhat longer."""

_MOST_UNPACKED_BYTES: Final = 64_000_000
"""An arrival that unpacks to more is none of ``archive``'s."""

_GZIP_WINDOW_BITS: Final = 31

_IMPORTED, _IN_TABLE, _ARRIVED = 0, 1, 2
"""Of two rows with the same state number the one of the higher rank stays: what arrives anew may have further columns,
what is imported may have fewer."""

_TYPES: Final = {column.name: duckdb_type(column.type) for column in COLUMNS}
_DECLARED: Final = ", ".join(f"{quoted(name)} {kind}" for name, kind in _TYPES.items())
_STATE: Final = "coalesce(state_number, 1 + (told_at IS NOT NULL)::INT + coalesce(len(notes), 0))::INT AS state_number"
"""Rows of before there was the column tell by what they hold how often they changed."""

_LATEST: Final = "QUALIFY row_number() OVER (PARTITION BY incident_id ORDER BY state_number DESC, rank DESC) = 1"
_CREATE: Final = f"""
CREATE TABLE arrived ({_DECLARED}, rank INT);
CREATE TABLE part_rows ({_DECLARED}, rank INT);
CREATE TABLE places (incident_id VARCHAR, part INT);
"""
_NO_ROWS: Final = f"SELECT {', '.join(f'NULL::{kind} AS {quoted(name)}' for name, kind in _TYPES.items())} WHERE false"
_KEEP_LATEST: Final = f"CREATE TABLE latest AS FROM arrived {_LATEST}"
_FIND_PLACES: Final = """
INSERT INTO places SELECT incident_id, ? FROM latest SEMI JOIN read_parquet(?) AS part USING (incident_id)
"""
_MAKE_PLACES: Final = """
INSERT INTO places
SELECT incident_id, ? + (? + row_number() OVER (ORDER BY occurred_at, incident_id) - 1) // ?
FROM latest ANTI JOIN places USING (incident_id)
"""
_TAKE_PART: Final = "INSERT INTO part_rows FROM latest SEMI JOIN (FROM places WHERE part = ?) USING (incident_id)"
_PART: Final = f"SELECT * EXCLUDE (rank) FROM part_rows {_LATEST} ORDER BY occurred_at, incident_id"  # noqa: S608 - constants
_OF_OTHER_DAYS: Final = "SELECT count(*) FROM arrived WHERE strftime(occurred_at, '%Y-%m-%d') IS DISTINCT FROM ?"

_Database = duckdb.DuckDBPyConnection


def merge(day: str, parts: Sequence[StoredObject], arrivals: Sequence[StoredObject], folder: Path) -> Merged:
    """Merge a day's arrivals into its parts.

    Each incident keeps the row of its latest state. One that is in a part stays in that part, and one that is new goes
    into the last part that has room: a part is only ever replaced as a whole, and no row moves from one to another.

    Args:
        day: ``2026-01-15``.
        parts: The day's parts of the table, in their order.
        arrivals: Rows as ``archive`` writes them (``.json.gz``), or exported parts (``.parquet``).
        folder: Where the new parts are written.
    """
    with database_at(folder) as database:
        database.execute(_CREATE)
        unreadable = [*_take_imports(database, day, arrivals), *_take_rows(database, day, arrivals, folder)]
        database.execute(_KEEP_LATEST)
        _place(database, parts)
        touched = database.execute("SELECT DISTINCT part FROM places ORDER BY part").fetchall()
        written = [_write(database, day, number, parts, folder) for (number,) in touched]
    return Merged(tuple(written), tuple(unreadable))


def database_at(folder: Path) -> _Database:
    """A database in memory, which spills into the folder, for times in UTC."""
    database = duckdb.connect(config={"memory_limit": "70%", "temp_directory": str(folder / "spilled"), "threads": 2})
    database.execute("SET TimeZone = 'UTC'; SET autoinstall_known_extensions = false")
    return database


def row_count(database: _Database, path: Path) -> int:
    """How many rows a part has, by its footer."""
    [(count,)] = database.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchall()
    return int(count)


def todays_columns(rows: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """Rows of any version of the archive with the columns of this one: those that they lack are null.

    Raises:
        duckdb.Error: a column cannot be read as what it is today.
    """
    there = set(rows.columns)
    values = ((quoted(name) if name in there else "NULL", name, kind) for name, kind in _TYPES.items())
    columns = ", ".join(f"CAST({value} AS {kind}) AS {quoted(name)}" for value, name, kind in values)
    return rows.project(columns).project(f"* REPLACE ({_STATE})")


def rows_in(database: _Database, paths: Sequence[Path]) -> duckdb.DuckDBPyRelation:
    """The rows of parts of any versions with the columns of this one; of no parts, no rows."""
    if not paths:
        return database.sql(_NO_ROWS)
    parts = database.read_parquet([str(path) for path in paths], union_by_name=True, hive_partitioning=False)
    return todays_columns(parts)


def write_part(rows: duckdb.DuckDBPyRelation, path: Path) -> None:
    """Write rows, already in their order, as a part of the table."""
    rows.write_parquet(str(path), compression="zstd")


def _take_imports(database: _Database, day: str, arrivals: Sequence[StoredObject]) -> Iterator[str]:
    """Read exported parts; the keys of those that cannot be read."""
    for arrival in arrivals:
        if arrival.path.suffix == ".parquet" and not _took(database, day, arrival.path, _IMPORTED):
            yield arrival.key


def _take_rows(database: _Database, day: str, arrivals: Sequence[StoredObject], folder: Path) -> Iterator[str]:
    """Read single rows; the keys of those that cannot be read."""
    lines = {each.key: _line(each.path) for each in arrivals if each.path.suffix != ".parquet"}
    yield from (key for key, line in lines.items() if line is None)
    readable = [(key, line) for key, line in lines.items() if line is not None]
    if readable:
        yield from _take_lines(database, day, readable, folder / "arrivals.ndjson")


def _take_lines(database: _Database, day: str, lines: Sequence[tuple[str, str]], path: Path) -> Iterator[str]:
    """Read lines of JSON; where some have values that no column takes, halve them until those stand alone."""
    path.write_text("".join(f"{line}\n" for _, line in lines), encoding="utf-8")
    if _took(database, day, path, _ARRIVED):
        return
    if len(lines) == 1:
        yield lines[0][0]
        return
    middle = len(lines) // 2
    yield from _take_lines(database, day, lines[:middle], path)
    yield from _take_lines(database, day, lines[middle:], path)


def _took(database: _Database, day: str, path: Path, rank: int) -> bool:
    """Insert a file's rows; False, and nothing is inserted, where one is no row or of another day."""
    database.begin()
    try:
        todays_columns(_rows(database, path)).project(f"*, {rank}").insert_into("arrived")
        [(strangers,)] = database.execute(_OF_OTHER_DAYS, [day]).fetchall()
    except duckdb.Error:
        database.rollback()
        return False
    if strangers:
        database.rollback()
        return False
    database.commit()
    return True


def _rows(database: _Database, path: Path) -> duckdb.DuckDBPyRelation:
    if path.suffix == ".parquet":
        return database.read_parquet(str(path))
    return database.read_json(
        str(path), format="newline_delimited", columns=_TYPES, maximum_object_size=_LARGEST_ROW_BYTES
    )


def _line(path: Path) -> str | None:
    """The JSON object of an arrival on one line; None where it is none with an incident's id."""
    try:
        row = json.loads(zlib.decompressobj(_GZIP_WINDOW_BITS).decompress(path.read_bytes(), _MOST_UNPACKED_BYTES))
    except (zlib.error, ValueError, RecursionError):
        return None
    has_id = isinstance(row, dict) and isinstance(row.get("incident_id"), str) and row["incident_id"]
    return json.dumps(row, ensure_ascii=False) if has_id else None


def _place(database: _Database, parts: Sequence[StoredObject]) -> None:
    """Say in which part each row of ``latest`` belongs."""
    for number, part in enumerate(parts, start=1):
        database.execute(_FIND_PLACES, [number, str(part.path)])
    last = max(len(parts), 1)
    taken = row_count(database, parts[-1].path) if parts else 0
    database.execute(_MAKE_PLACES, [last, taken, PART_ROWS])


def _write(database: _Database, day: str, number: int, parts: Sequence[StoredObject], folder: Path) -> NewPart:
    """Write a part anew: its old rows and its new ones, of each incident the latest."""
    old = parts[number - 1] if number <= len(parts) else None
    database.execute("DELETE FROM part_rows")
    database.execute(_TAKE_PART, [number])
    if old is not None:
        todays_columns(_rows(database, old.path)).project(f"*, {_IN_TABLE}").insert_into("part_rows")
    path = folder / f"part-{number:05}.parquet"
    write_part(database.sql(_PART), path)
    return NewPart(part_key(day, number), path, row_count(database, path), old.etag if old else None)
