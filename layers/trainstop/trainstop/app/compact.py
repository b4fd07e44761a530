"""Merge what arrived into the table that Athena reads: one row an incident, in its latest state."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from trainstop.domain.measure import COUNT, SECONDS, Measure
from trainstop.ports import Clock
from trainstop.ports.archive import ArchiveBucket, Lease, LeaseTakenError, Merge, PartChangedError, StoredObject

ARRIVALS_AT_ONCE: Final = 2_000
"""Arrivals of a day that are merged in one go: so many are fetched before anything is written."""


@dataclass(frozen=True, slots=True)
class CompactDeps:
    """What the sequence needs of the world."""

    bucket: ArchiveBucket
    merge: Merge
    lease: Lease
    clock: Clock


@dataclass(frozen=True, slots=True)
class Compacted:
    """What a compaction did.

    Attributes:
        rows: Rows of the parts that were written, old ones included.
        bytes: Size of those parts.
        oldest_arrival_seconds: How long the oldest arrival had waited; 0 where there was none.
        complete: False where something is left for the next one: the time was up, or somebody else was at it.
    """

    days: int = 0
    arrivals: int = 0
    rows: int = 0
    bytes: int = 0
    unreadable: int = 0
    oldest_arrival_seconds: float = 0
    complete: bool = True


def compact(deps: CompactDeps, deadline: datetime) -> Compacted:
    """Merge all arrivals, a day after the other; no merge is begun after the deadline.

    It may be run twice, killed at any moment, and run late: an arrival is deleted only when the part that has it is
    in its place, and an arrival that is merged again changes nothing.
    """
    done = Compacted()
    try:
        with deps.lease.held() as renew:
            for day in deps.bucket.days_with_arrivals():
                done = _compact_day(day, deps, deadline, renew, done)
    except LeaseTakenError:
        return replace(done, complete=False)
    return done


def _compact_day(
    day: str, deps: CompactDeps, deadline: datetime, renew: Callable[[], None], done: Compacted
) -> Compacted:
    first = done
    while keys := deps.bucket.arrivals(day, ARRIVALS_AT_ONCE):
        if deps.clock() >= deadline:
            return replace(done, complete=False)
        renew()
        try:
            done = _merge(day, keys, deps, done)
        except PartChangedError:
            return replace(done, complete=False)
    return done if done is first else replace(done, days=done.days + 1)


def _merge(day: str, keys: list[str], deps: CompactDeps, done: Compacted) -> Compacted:
    with TemporaryDirectory() as scratch:
        folders = [Path(scratch) / name for name in ("table", "arrivals", "merged")]
        for folder in folders:
            folder.mkdir()
        parts = deps.bucket.fetch(deps.bucket.parts(day), folders[0])
        arrivals = deps.bucket.fetch(keys, folders[1])
        merged = deps.merge(day, parts, arrivals, folders[2])
        for part in merged.parts:
            deps.bucket.put_part(part)
        deps.bucket.set_aside(merged.unreadable)
        deps.bucket.remove([key for key in keys if key not in merged.unreadable])
        return replace(
            done,
            arrivals=done.arrivals + len(keys),
            rows=done.rows + sum(part.rows for part in merged.parts),
            bytes=done.bytes + sum(part.path.stat().st_size for part in merged.parts),
            unreadable=done.unreadable + len(merged.unreadable),
            oldest_arrival_seconds=max(done.oldest_arrival_seconds, *_waited(arrivals, deps.clock())),
        )


def _waited(arrivals: Sequence[StoredObject], now: datetime) -> Iterator[float]:
    yield 0
    yield from ((now - each.written_at).total_seconds() for each in arrivals if each.written_at)


def measures_of(compacted: Compacted) -> Iterator[Measure]:
    """What is counted of a compaction."""
    yield Measure("ArrivalsCompacted", COUNT, compacted.arrivals)
    yield Measure("RowsCompacted", COUNT, compacted.rows)
    yield Measure("OldestArrivalSeconds", SECONDS, compacted.oldest_arrival_seconds)
    if compacted.unreadable:
        yield Measure("ArrivalsUnreadable", COUNT, compacted.unreadable)
