"""The incidents of a span in Parquet files on this machine's disk, asked by DuckDB.

DuckDB is not in the layer of all functions: this module is imported by those that have it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb

from trainstop.adapters import lake_sql as sql
from trainstop.adapters.parquet import database_at, rows_in
from trainstop.domain.report import (
    Count,
    Delay,
    Facts,
    Fault,
    Listed,
    Loss,
    Money,
    Share,
    Slow,
    Span,
    Speed,
    Speeds,
    Stop,
    Totals,
)

_FAULTS, _STOPS, _SLOWEST = 12, 10, 10


@contextmanager
def opened(paths: Sequence[Path], span: Span) -> "Iterator[DuckLake]":
    """The files' incidents that are in the span; columns that a file lacks are null."""
    with TemporaryDirectory() as scratch, database_at(Path(scratch)) as database:
        yield DuckLake(database, paths, span)


class DuckLake:
    """The incidents of a span; drills are none."""

    def __init__(self, database: duckdb.DuckDBPyConnection, paths: Sequence[Path], span: Span) -> None:
        self._database = database
        self._span = span
        rows_in(database, paths).create_view("archived")
        moments = {"since": _naive(span.since), "until": _naive(span.until)}
        database.execute(sql.INCIDENTS, moments)
        database.execute(sql.LOST)
        database.execute(sql.STOPS)

    def facts(self) -> Facts:
        """Their numbers."""
        step = {"step": self._span.bin.value}
        return Facts(
            totals=self._totals(),
            speeds=Speeds(*(self._speed(what) for what in ("notice_seconds", "stop_seconds", "alert_seconds"))),
            counts=tuple(Count(_utc(at), why, count) for at, why, count in self._ask(sql.COUNTS, step)),
            losses=tuple(Loss(_utc(at), jobs, Money(*cost)) for at, jobs, *cost in self._ask(sql.LOSSES, step)),
            delays=tuple(Delay(_utc(at), *seconds) for at, *seconds in self._ask(sql.DELAYS, step)),
            causes=self._shares("why", "jobs DESC, usd DESC"),
            teams=self._shares("team", "usd DESC, jobs DESC"),
            faults=tuple(self._faults()),
            stops=tuple(map(_stop, self._ask(sql.DEAREST_STOPS, {"most": _STOPS}))),
            slowest=tuple(map(_slow, self._ask(sql.SLOWEST, {"most": _SLOWEST}))),
        )

    def total(self) -> int:
        """How many there are."""
        return int(self._ask("SELECT count(*) FROM incidents")[0][0])

    def listed(self, most: int) -> list[Listed]:
        """The newest ones, newest first."""
        return list(map(Listed._make, self._ask(sql.LISTED, {"most": most})))

    def in_detail(self, first: Sequence[str], most: int) -> list[dict[str, Any]]:
        """Whole rows: those with the ids in ``first``, then by severity, cost, and how new they are."""
        asked = {"first": list(dict.fromkeys(first)) or [""], "most": most}
        chosen = [identity for (identity,) in self._ask(sql.CHOSEN, asked)]
        rows = {row["incident_id"]: row for row in self._whole(chosen)}
        return [rows[identity] for identity in chosen if identity in rows]

    def _whole(self, ids: list[str]) -> Iterator[dict[str, Any]]:
        cursor = self._database.execute(sql.WHOLE, {"ids": ids})
        names = [column[0] for column in cursor.description or []]
        yield from (dict(zip(names, row, strict=True)) for row in cursor.fetchall())

    def _totals(self) -> Totals:
        (row,) = self._ask(sql.TOTALS)
        counts = dict(zip(_TOTAL_COLUMNS, row, strict=True))
        lost = Money(counts.pop("lost_usd"), counts.pop("lost_unknown"))
        saved = Money(counts.pop("saved_usd"), counts.pop("saved_unknown"))
        return Totals(**counts, lost=lost, saved=saved)

    def _speed(self, column: str) -> Speed:
        return Speed._make(self._ask(sql.SPEED.format(seconds=column))[0])

    def _shares(self, name: str, order: str) -> tuple[Share, ...]:
        rows = self._ask(sql.SHARES.format(name=name, order=order))
        return tuple(Share(each, jobs, Money(usd, unknown), *dearest) for each, jobs, usd, unknown, *dearest in rows)

    def _faults(self) -> Iterator[Fault]:
        rows = self._ask(sql.FAULTS, {"most": _FAULTS})
        said = {row["incident_id"]: row for row in self._whole([row[1] for row in rows])}
        for fingerprint, newest, title, why, actor, retry, incidents, jobs, teams, usd, unknown, first, last in rows:
            yield Fault(
                fingerprint=fingerprint,
                incident_id=newest,
                title=title or why,
                why=why,
                advice=said[newest]["advice"] or "",
                actor=actor or "",
                retry=retry or "",
                root_line=said[newest]["root_line"] or "",
                incidents=incidents,
                jobs=jobs,
                teams=teams,
                cost=Money(usd, unknown),
                first_at=_utc(first),
                last_at=_utc(last),
            )

    def _ask(self, query: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        return self._database.execute(query, dict(values or {})).fetchall()


_TOTAL_COLUMNS: Final = (
    "incidents",
    "jobs",
    "own_records",
    "failed_jobs",
    "lost_jobs",
    "lost_usd",
    "lost_unknown",
    "stopped",
    "already_stopped",
    "stops_held",
    "stops_failed",
    "saved_usd",
    "saved_unknown",
    "open",
    "refused",
    "backfilled",
)
"""What ``lake_sql.TOTALS`` answers, in its order."""


def _stop(row: Sequence[Any]) -> Stop:
    identity, job_name, why, stopped_at, *amounts = row
    return Stop(identity, job_name, why, _utc(stopped_at) if stopped_at else None, *amounts)


def _slow(row: Sequence[Any]) -> Slow:
    identity, job_name, why, origin, occurred_at, *seconds = row
    return Slow(identity, job_name, why, origin or "", _utc(occurred_at), *seconds)


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
