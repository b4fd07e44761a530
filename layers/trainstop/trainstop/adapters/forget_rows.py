"""Rows of a training job in a Parquet file, by DuckDB."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import duckdb

from trainstop.adapters.parquet import database_at, row_count, write_part
from trainstop.records.hive import quoted, text
from trainstop.records.naming import FORGOTTEN, pattern

_HOLD_NAMES: Final = ("retry_root", "retry_job_name", "last_good_job_name")
"""Columns in which another job's row names a job."""

_REPLACEMENT: Final = rf"\1{FORGOTTEN}\2"
_MAY_NAME: Final = ("operator_details",)
"""What a command was about, in words."""


def held_rows(database: duckdb.DuckDBPyConnection, path: Path, job: str) -> frozenset[str] | None:
    """The ids of the job's incidents in a file; None where no row is the job's or names it.

    Raises:
        duckdb.Error: it is no Parquet file of incidents.
    """
    there = [name for (name,) in database.execute("SELECT name FROM parquet_schema(?)", [str(path)]).fetchall()]
    mentioned = " OR ".join(["false", *(condition for _, condition, _ in _mentions(there, job))])
    asked = (
        f"SELECT DISTINCT if(job_name = ?, incident_id, NULL) FROM read_parquet(?) WHERE job_name = ? OR {mentioned}"  # noqa: S608 - names of columns and a quoted text
    )
    rows = database.execute(asked, [job, str(path), job]).fetchall()
    return frozenset(str(identity) for (identity,) in rows if identity is not None) if rows else None


def without_job(path: Path, job: str, to: Path) -> int:
    """Write the file's rows but the job's, in their order, and with no other row naming it; how many are left."""
    with database_at(to.parent) as database:
        rows = database.read_parquet(str(path)).filter(f"job_name IS DISTINCT FROM {text(job)}")
        replaced = [f"{value} AS {quoted(name)}" for name, _, value in _mentions(rows.columns, job)]
        write_part(rows.project(f"* REPLACE ({', '.join(replaced)})") if replaced else rows, to)
        return row_count(database, to)


def _mentions(columns: Iterable[str], job: str) -> list[tuple[str, str, str]]:
    """Columns of other jobs' rows: name, the condition that it names the job, its value without the name."""
    there = set(columns)
    exact = [
        (name, f"{name} = {text(job)}", f"CASE WHEN {name} = {text(job)} THEN {text(FORGOTTEN)} ELSE {name} END")
        for name in _HOLD_NAMES
        if name in there
    ]
    regexp = text(pattern(job))
    in_words = [
        (
            name,
            f"regexp_matches({name}, {regexp})",
            f"regexp_replace({name}, {regexp}, {text(_REPLACEMENT)}, 'g')",
        )
        for name in _MAY_NAME
        if name in there
    ]
    return [*exact, *in_words]
