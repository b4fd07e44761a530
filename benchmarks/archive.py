"""The archive of a million incidents of a year: what a question touches and takes, and what keeping it costs."""

import json
import math
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import boto3
import duckdb

from benchmarks.grouping import made_incident
from benchmarks.made_archive import DAYS, INCIDENTS, LAST_DAY, made_archive
from sandbox.cloud.athena import parameters, trino
from sandbox.cloud.athena.scanned import scanned_bytes
from sandbox.cloud.athena.tables import ReadFile
from trainstop.adapters.archive_bucket import S3ArchiveBucket
from trainstop.adapters.athena import AthenaQueries
from trainstop.adapters.clients import CONFIG, Clients
from trainstop.adapters.lease import ARCHIVE, TableLease
from trainstop.adapters.messaging import S3Archive
from trainstop.adapters.parquet import merge
from trainstop.adapters.query_files import queries
from trainstop.app.archive import archive
from trainstop.app.compact import CompactDeps, compact
from trainstop.domain.incident import EvidenceFacts, Incident
from trainstop.records.hive import text
from trainstop.records.lake import PART_ROWS
from trainstop.records.query import Query, arguments
from trainstop.records.row import encode

WEEK_QUESTION = "failures_by_category_and_week"
REPEATS = 3
RUNS_A_DAY = 288
"""One every five minutes, as CompactMinutes is by default."""

TOLD_AFTER = timedelta(seconds=2)
_NEXT_DAY = datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, tzinfo=UTC) + timedelta(days=1)
_COMPACT_GIGABYTES = 1.769
_ARCHIVE_GIGABYTES = 0.512
_USD = {
    "put_or_list": 0.005 / 1000,
    "get": 0.0004 / 1000,
    "write_unit": 0.625 / 1e6,
    "invocation": 0.20 / 1e6,
    "gigabyte_second": 0.0000166667,
}
"""FORMATS.md 12, us-east-1. DELETE is free."""


class Question(NamedTuple):
    """One question: seconds and bytes in the sandbox's Athena, and on one sorted file."""

    name: str
    seconds: float
    bytes: int
    peer_seconds: float
    peer_bytes: int


class Span(NamedTuple):
    """What a question over a span touches."""

    objects: int
    bytes: int
    json_bytes: int


class Upkeep(NamedTuple):
    """A day's archiving and compacting.

    Attributes:
        requests: Calls by their operation.
        archive_ms: Milliseconds of one archived state; with its call.
        compact_ms: Milliseconds of one run, the median.
    """

    incidents: int
    states: int
    requests: Mapping[str, int]
    archive_ms: float
    compact_ms: float
    total_compact_seconds: float

    @property
    def usd_per_million(self) -> float:
        """What a million incidents cost, at this day's rate of incidents."""
        puts = sum(self.requests.get(name, 0) for name in ("PutObject", "ListObjectsV2", "CopyObject"))
        units = self.requests.get("PutItem", 0) + self.requests.get("DeleteItem", 0)
        usd = (
            puts * _USD["put_or_list"]
            + self.requests.get("GetObject", 0) * _USD["get"]
            + units * _USD["write_unit"]
            + (self.states + RUNS_A_DAY) * _USD["invocation"]
            + self.states * self.archive_ms / 1000 * _ARCHIVE_GIGABYTES * _USD["gigabyte_second"]
            + self.total_compact_seconds * _COMPACT_GIGABYTES * _USD["gigabyte_second"]
        )
        return usd / self.incidents * 1e6


class Figures(NamedTuple):
    """All of it."""

    table_bytes: int
    one_file_bytes: int
    week: Span
    year: Span
    questions: Sequence[Question]
    month_questions: Sequence[Question]
    upkeep: Upkeep


def measure(environment: Mapping[str, str]) -> Figures:
    """Put a made year into the deployed stack's archive, ask the query pack, and let a day arrive."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        keys, one = made_archive(folder)
        clients, stack = _clients(environment), _outputs(environment)
        for key in keys:
            clients.s3.put_object(Bucket=stack["ArchiveBucketName"], Key=key, Body=(folder / key).read_bytes())
        client = _client("athena", environment)
        athena = AthenaQueries(client, stack["QueryWorkGroupName"], stack["GlueDatabaseName"])
        engine = partial(_engine_seconds, client)
        pack = [query for query in queries().values() if "cloudtrail" not in query.sql]
        week, year = LAST_DAY - timedelta(days=6), LAST_DAY - timedelta(days=DAYS - 1)
        return Figures(
            table_bytes=sum((folder / key).stat().st_size for key in keys),
            one_file_bytes=one.stat().st_size,
            week=_span(week, keys, athena, one),
            year=_span(year, keys, athena, one),
            questions=[_ask(query, year, athena, engine, one) for query in pack],
            month_questions=[_ask(query, LAST_DAY - timedelta(days=29), athena, engine, one) for query in pack],
            upkeep=_upkeep(clients, stack),
        )


def objects_a_year(incidents: int) -> int:
    """How many objects the table of a year has that sees so many incidents."""
    return DAYS * math.ceil(incidents / DAYS / PART_ROWS)


def _span(since: date, keys: Sequence[str], athena: AthenaQueries, one: Path) -> Span:
    query = queries()[WEEK_QUESTION]
    answer = athena.run(query.sql, _literals(query, since), timeout_seconds=300, max_rows=1000)
    return Span(
        objects=sum(f"dt={since}" <= key.split("/")[1] for key in keys),
        bytes=answer.bytes_scanned,
        json_bytes=_json_bytes(since, one),
    )


def _json_bytes(since: date, one: Path) -> int:
    """The bytes of one gzipped JSON object for each incident of the span; of a year, by every hundredth incident."""
    step = 1 if (LAST_DAY - since).days < DAYS // 2 else 100
    with duckdb.connect() as database:
        found = database.execute(
            "SELECT * EXCLUDE (dt) FROM read_parquet(?) WHERE dt >= ? AND hash(incident_id) % ? = 0",
            [str(one), str(since), step],
        )
        names = [column[0] for column in found.description or []]
        total = 0
        while batch := found.fetchmany(10_000):
            total += sum(len(encode(_jsonable(dict(zip(names, row, strict=True))))) for row in batch)
    return total * step


def _jsonable(row: Mapping[str, Any]) -> dict[str, Any]:
    return dict(json.loads(json.dumps(row, default=str)))


def _ask(
    query: Query, since: date, athena: AthenaQueries, engine_seconds: Callable[[str], float], one: Path
) -> Question:
    literals = _literals(query, since)
    answers = [athena.run(query.sql, literals, timeout_seconds=300, max_rows=1) for _ in range(REPEATS)]
    took = [engine_seconds(each.query_execution_id) for each in answers]
    files = [_row_groups(one, since)]
    peer = [_ask_duckdb(parameters.bind(query.sql, literals), one, files) for _ in range(REPEATS)]
    return Question(
        query.name,
        min(took),
        answers[0].bytes_scanned,
        min(seconds for seconds, _ in peer),
        peer[0][1],
    )


def _engine_seconds(client: Any, query_execution_id: str) -> float:  # noqa: ANN401 - boto3 makes its classes at run time
    """Athena's own count, without the fixed 50 ms that the emulator adds for what AWS does around a query."""
    execution = client.get_query_execution(QueryExecutionId=query_execution_id)["QueryExecution"]
    return float(execution["Statistics"]["EngineExecutionTimeInMillis"]) / 1000


def _row_groups(one: Path, since: date) -> list[ReadFile]:
    """The one file's row groups with a day of the span: DuckDB reads no other, as rows are in the order of time."""
    with duckdb.connect() as database:
        rows = database.execute(
            "SELECT row_group_id, lower(split_part(path_in_schema, ', ', 1)) AS name, "
            "sum(total_compressed_size), "
            "max(max(stats_max_value) FILTER (path_in_schema = 'dt')) OVER (PARTITION BY row_group_id) AS last_day "
            "FROM parquet_metadata(?) GROUP BY 1, 2",
            [str(one)],
        ).fetchall()
    groups: dict[int, dict[str, int]] = {}
    for group, name, size, last_day in rows:
        if last_day >= str(since):
            groups.setdefault(group, {})[name] = int(size)
    return [ReadFile({}, sum(sizes.values()), sizes) for sizes in groups.values()]


def _ask_duckdb(sql: str, one: Path, files: list[list[ReadFile]]) -> tuple[float, int]:
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        trino.define(database)
        database.execute(f"CREATE VIEW incidents AS FROM read_parquet({text(str(one))})")
        began = time.perf_counter()
        database.execute(sql).fetchall()
        return time.perf_counter() - began, scanned_bytes(database, sql, files)


def _literals(query: Query, since: date) -> list[str]:
    given = {"since": str(since), "until": str(LAST_DAY)}
    names = {parameter.name for parameter in query.parameters}
    values = {name: value for name, value in given.items() if name in names}
    missing = {parameter.name: "none" for parameter in query.parameters if parameter.default is None}
    return arguments(query, missing | values, LAST_DAY)


def _upkeep(clients: Clients, stack: Mapping[str, str]) -> Upkeep:
    """A day of incidents, each recorded and told, with a compaction every five minutes."""
    incidents = INCIDENTS // DAYS
    counts: dict[str, int] = {}
    for client in (clients.s3, clients.dynamodb):
        client.meta.events.register("before-call", lambda model, **_: _count(counts, model.name))
    store = S3Archive(clients, stack["ArchiveBucketName"])
    deps = CompactDeps(
        bucket=S3ArchiveBucket(clients, stack["ArchiveBucketName"]),
        merge=merge,
        lease=TableLease(
            clients, stack["IncidentsTableName"], ARCHIVE, lasts=timedelta(minutes=5), clock=lambda: datetime.now(UTC)
        ),
        clock=lambda: datetime.now(UTC),
    )
    archived, compacted = [], []
    for run in range(RUNS_A_DAY):
        arriving = range(run * incidents // RUNS_A_DAY, (run + 1) * incidents // RUNS_A_DAY)
        archived += [_seconds(partial(archive, state, store)) for state in _states(arriving)]
        compacted.append(_seconds(lambda: compact(deps, datetime.now(UTC) + timedelta(minutes=2))))
    return Upkeep(
        incidents=incidents,
        states=len(archived),
        requests=counts,
        archive_ms=statistics.median(archived) * 1000,
        compact_ms=statistics.median(compacted) * 1000,
        total_compact_seconds=sum(compacted),
    )


def _states(numbers: range) -> Iterator[Incident]:
    for number in numbers:
        at = _NEXT_DAY + timedelta(days=1) * number / (INCIDENTS // DAYS)
        lines = tuple(f"step {number + line} loss {math.sin(number + line):.9f} {'x' * 80}" for line in range(16))
        incident = made_incident(number).model_copy(
            update={"occurred_at": at, "detected_at": at, "evidence": EvidenceFacts(line_count=200, excerpt=lines)}
        )
        yield incident
        yield incident.model_copy(update={"told_at": incident.detected_at + TOLD_AFTER, "told_as": "published"})


def _count(counts: dict[str, int], operation: str) -> None:
    counts[operation] = counts.get(operation, 0) + 1


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _outputs(environment: Mapping[str, str]) -> dict[str, str]:
    stacks = _client("cloudformation", environment).describe_stacks(StackName=environment["TRAINSTOP_STACK"])
    return {each["OutputKey"]: each["OutputValue"] for each in stacks["Stacks"][0]["Outputs"]}


def _client(service: str, environment: Mapping[str, str]) -> Any:  # noqa: ANN401 - boto3 makes its classes at run time
    return boto3.client(
        service,
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name=environment["AWS_DEFAULT_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        config=CONFIG,
    )


def _clients(environment: Mapping[str, str]) -> Clients:
    clients = Clients()
    for service in ("s3", "dynamodb"):
        clients.__dict__[service] = _client(service, environment)
    return clients
