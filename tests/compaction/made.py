"""An archive's bucket in memory, as S3 answers, and what is in its table."""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from trainstop.adapters.parquet import merge
from trainstop.app.archive import archive
from trainstop.app.compact import CompactDeps, compact
from trainstop.domain.incident import Incident
from trainstop.ports.archive import LeaseTakenError, NewPart, PartChangedError, StoredObject
from trainstop.records.lake import ARRIVALS, TABLE, UNREADABLE, arrivals_of, day_of, table_of

NOW = datetime(2026, 1, 15, 13, tzinfo=UTC)


class KilledError(Exception):
    """The function ended here."""


@dataclass
class Bucket:
    """Objects by key. Once ``writes_left`` have been made the next one is the moment of death."""

    objects: dict[str, bytes] = field(default_factory=dict)
    writes_left: int = 10**9
    fetched: list[str] = field(default_factory=list)

    def put(self, key: str, body: bytes) -> None:
        self.objects[key] = body

    def days_with_arrivals(self) -> list[str]:
        return sorted({str(day_of(key)) for key in self.objects if key.startswith(ARRIVALS)})

    def arrivals(self, day: str, most: int) -> list[str]:
        return self._keys(arrivals_of(day))[:most]

    def parts(self, day: str) -> list[str]:
        return self._keys(table_of(day))

    def fetch(self, keys: Iterable[str], folder: Path) -> list[StoredObject]:
        found = []
        for number, key in enumerate(key for key in keys if key in self.objects):
            self.fetched.append(key)
            path = folder / f"{number}-{key.rpartition('/')[2]}"
            path.write_bytes(self.objects[key])
            found.append(StoredObject(key, self._etag(key), path, NOW - timedelta(minutes=3)))
        return found

    def put_part(self, part: NewPart) -> None:
        self._die_perhaps()
        if part.replaces != (self._etag(part.key) if part.key in self.objects else None):
            raise PartChangedError(part.key)
        self.objects[part.key] = part.path.read_bytes()

    def set_aside(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.objects[UNREADABLE + key.removeprefix(ARRIVALS)] = self.objects[key]
        self.remove(keys)

    def remove(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._die_perhaps()
            self.objects.pop(key, None)

    def _die_perhaps(self) -> None:
        if self.writes_left == 0:
            raise KilledError
        self.writes_left -= 1

    def _keys(self, prefix: str) -> list[str]:
        return sorted(key for key in self.objects if key.startswith(prefix))

    def _etag(self, key: str) -> str:
        return f'"{hashlib.md5(self.objects[key]).hexdigest()}"'  # noqa: S324 - as S3 has it


@dataclass
class FakeLease:
    """A lease, which somebody else takes after so many renewals; -1 where somebody has it from the beginning."""

    renewals_left: int = 10**9

    @contextmanager
    def held(self):
        if self.renewals_left < 0:
            raise LeaseTakenError("until later")
        yield self._renew

    def _renew(self) -> None:
        if self.renewals_left == 0:
            raise LeaseTakenError("until later")
        self.renewals_left -= 1


def arrive(bucket: Bucket, *incidents: Incident) -> None:
    for incident in incidents:
        archive(incident, bucket)


def compacted(bucket: Bucket, *, seconds: int = 600, lease: FakeLease | None = None):
    """Compact with so many seconds left; each look at the clock takes one."""
    clock = iter(NOW + timedelta(seconds=number) for number in range(10**6))
    deps = CompactDeps(bucket=bucket, merge=merge, lease=lease or FakeLease(), clock=lambda: next(clock))
    return compact(deps, NOW + timedelta(seconds=seconds))


def table(bucket: Bucket, folder: Path, columns: str = "incident_id, state_number") -> list[tuple]:
    """The rows of all days' parts."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, key in enumerate(sorted(key for key in bucket.objects if key.startswith(TABLE))):
        paths.append(str(folder / f"{number}.parquet"))
        Path(paths[-1]).write_bytes(bucket.objects[key])
    if not paths:
        return []
    with duckdb.connect() as database:
        rows = database.read_parquet(paths, union_by_name=True)
        return database.sql(f"SELECT {columns} FROM rows ORDER BY ALL").fetchall() if rows else []  # noqa: S608 - a test's own columns
