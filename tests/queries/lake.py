"""A small data lake in DuckDB: archived incidents, compacted, and CloudTrail records, as the Glue tables type them."""

import gzip
import json
from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from trainstop.adapters.parquet import merge
from trainstop.domain.incident import Incident
from trainstop.ports.archive import StoredObject
from trainstop.records.lake import arrival_key, day_of, table_of
from trainstop.records.query import Query, arguments, parse_query
from trainstop.records.row import encode, to_row

QUERIES = Path(__file__).parents[2] / "queries"
TODAY = date(2026, 1, 31)

# FORMATS.md 7.1, the columns that CloudTrail fills for SageMaker calls.
CLOUDTRAIL_TYPES = {
    "eventversion": "VARCHAR",
    "useridentity": "STRUCT(type VARCHAR, principalid VARCHAR, arn VARCHAR, accountid VARCHAR, invokedby VARCHAR, "
    "accesskeyid VARCHAR, username VARCHAR, sessioncontext STRUCT(attributes STRUCT(mfaauthenticated VARCHAR, "
    "creationdate VARCHAR), sessionissuer STRUCT(type VARCHAR, principalid VARCHAR, arn VARCHAR, accountid VARCHAR, "
    "username VARCHAR)))",
    "eventtime": "VARCHAR",
    "eventsource": "VARCHAR",
    "eventname": "VARCHAR",
    "awsregion": "VARCHAR",
    "sourceipaddress": "VARCHAR",
    "useragent": "VARCHAR",
    "errorcode": "VARCHAR",
    "errormessage": "VARCHAR",
    "requestparameters": "VARCHAR",
    "responseelements": "VARCHAR",
    "eventid": "VARCHAR",
    "recipientaccountid": "VARCHAR",
    "account": "VARCHAR",
    "region": "VARCHAR",
    "timestamp": "VARCHAR",
}

# What Trino has and DuckDB lacks.
MACROS = "CREATE MACRO json_extract_scalar(document, path) AS json_extract_string(document, path)"

_TEXT = {"requestParameters", "responseElements"}


def _lower(value: Any) -> Any:
    return {name.lower(): _lower(part) for name, part in value.items()} if isinstance(value, dict) else value


def _as_glue_reads(record: dict[str, Any]) -> dict[str, Any]:
    flat = {
        name.lower(): (json.dumps(value) if value is not None else None) if name in _TEXT else _lower(value)
        for name, value in record.items()
    }
    day = record["eventTime"][:10].replace("-", "/")
    return flat | {"account": record["recipientAccountId"], "region": record["awsRegion"], "timestamp": day}


def _struct(types: dict[str, str]) -> str:
    return "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in types.items()) + "}"


def compacted(root: Path, incidents: Sequence[Incident], without: Collection[str] = ()) -> None:
    """Archive incidents and merge them into the day's parts, each in a file by its key under the root."""
    days: dict[str, list[StoredObject]] = {}
    for incident in incidents:
        key = arrival_key(incident)
        path = root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode({name: value for name, value in to_row(incident).items() if name not in without}))
        days.setdefault(str(day_of(key)), []).append(StoredObject(key, "", path))
    for day, arrivals in days.items():
        folder = root / table_of(day)
        folder.mkdir(parents=True)
        assert merge(day, [], arrivals, folder).unreadable == ()
    for spilled in root.glob("table/*/*.ndjson"):
        spilled.unlink()


class Lake:
    """``run`` answers a query of ``queries/`` with rows as dicts; rows lack the columns ``without``, as older ones."""

    def __init__(
        self,
        root: Path,
        incidents: Sequence[Incident],
        calls: Sequence[dict[str, Any]],
        without: Collection[str] = (),
    ) -> None:
        self._connection = duckdb.connect()
        self._connection.execute(MACROS)
        compacted(root, incidents, without)
        trail = root / "trail.json.gz"
        trail.write_bytes(gzip.compress("\n".join(json.dumps(_as_glue_reads(call)) for call in calls).encode()))
        partitions = "hive_partitioning = true, hive_types = {'dt': 'VARCHAR'}"
        archive = f"read_parquet('{root}/table/*/*.parquet', {partitions})"
        self._connection.execute(f"CREATE TABLE incidents AS FROM {archive}")
        records = f"read_json('{trail}', columns = {_struct(CLOUDTRAIL_TYPES)})"
        self._connection.execute(f"CREATE TABLE cloudtrail AS FROM {records}")

    def run(self, name: str, **values: str) -> list[dict[str, Any]]:
        cursor = self._execute(name, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def columns(self, name: str, **values: str) -> list[str]:
        return [column[0] for column in self._execute(name, values).description]

    def _execute(self, name: str, values: dict[str, str]) -> duckdb.DuckDBPyConnection:
        query = a_query(name)
        return self._connection.execute(bind(query.sql, arguments(query, values, TODAY)))

    def close(self) -> None:
        self._connection.close()


def a_query(name: str) -> Query:
    return parse_query(name, (QUERIES / f"{name}.sql").read_text(encoding="utf-8"))


def bind(sql: str, literals: list[str]) -> str:
    """Put literals where the placeholders are, as Athena does with ExecutionParameters."""
    pieces = sql.split("?")
    assert len(pieces) == len(literals) + 1
    return "".join(part for pair in zip(pieces, [*literals, ""], strict=True) for part in pair)
