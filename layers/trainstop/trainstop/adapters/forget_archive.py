"""What the archive's bucket, and the results of queries, hold of a training job, in any version of any object."""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb

from trainstop.adapters.archive_bucket import S3ArchiveBucket
from trainstop.adapters.forget_rows import held_rows, without_job
from trainstop.adapters.object_versions import ObjectVersions, Version
from trainstop.adapters.parquet import database_at
from trainstop.ports.archive import NewPart
from trainstop.ports.forgetting import Trace
from trainstop.records.lake import ARRIVALS, REPORTS, TABLE, UNREADABLE
from trainstop.records.naming import names

RESULTS: Final = "results/"
"""Where the workgroup has Athena write (template.yaml)."""

_GZIP: Final = b"\x1f\x8b"
_WINDOW_BITS: Final = 31
_PACKED: Final = re.compile(rb"H4sI[A-Za-z0-9+/]+={0,2}")
"""Data of a report's page: gzipped, in base64 (render.report.pack)."""


class UnreadablePartError(RuntimeError):
    """An object that should be Parquet is none, so that nobody knows what it holds; the text says where it is."""


Holds = Callable[[Path, str], "frozenset[str] | None"]
"""The ids of the job's incidents in a file; None where it does not name the job."""


class TableMemory:
    """Parts of the table, and parts that were imported and wait for compaction: they hold other jobs' rows as well.

    A version that was overwritten and holds the job is deleted; a current one is rewritten without it.
    """

    def __init__(self, versions: ObjectVersions, bucket: S3ArchiveBucket, prefix: str, name: str) -> None:
        self._versions = versions
        self._bucket = bucket
        self._prefix = prefix
        self.name = name

    def find(self, job: str, incident_ids: AbstractSet[str]) -> Sequence[Trace]:
        """Versions with rows of the job, or that name it.

        Raises:
            UnreadablePartError: one cannot be read.
        """
        del incident_ids
        there = (each for each in self._versions.under(self._prefix) if _is_part(each))
        with TemporaryDirectory() as scratch, database_at(Path(scratch)) as database:
            try:
                return list(_traces(self._versions, there, job, partial(held_rows, database)))
            except duckdb.Error as error:
                raise UnreadablePartError(f"an object under {self._prefix} is no Parquet file") from error

    def remove(self, job: str, traces: Sequence[Trace]) -> None:
        """Rewrite each current version, then delete every version that held the job."""
        with TemporaryDirectory() as scratch:
            for trace in traces:
                if trace.is_current:
                    self._rewrite(job, trace, Path(scratch))
        self._versions.delete([(trace.key, trace.version) for trace in traces])

    def _rewrite(self, job: str, trace: Trace, scratch: Path) -> None:
        """Put the object without the job in its place; one of which nothing is left is deleted."""
        for stored in self._bucket.fetch([trace.key], scratch):
            path = scratch / "without.parquet"
            rows = without_job(stored.path, job, path)
            if rows:
                self._bucket.put_part(NewPart(trace.key, path, rows, stored.etag))
            else:
                # A mark of the deletion: without it the version before would be current once this one is gone.
                self._bucket.remove([trace.key])


class ArrivalMemory:
    """Arrivals of one incident each."""

    name = "archive: arrivals"

    def __init__(self, versions: ObjectVersions) -> None:
        self._versions = versions

    def find(self, job: str, incident_ids: AbstractSet[str]) -> Sequence[Trace]:
        """Those that wait are read; those that were merged are known by the ids of their incidents."""
        listed = [each for each in self._versions.under(ARRIVALS) if not _is_part(each)]
        waiting = (each for each in listed if each.is_current and not each.is_marker)
        found = list(_traces(self._versions, waiting, job, _arrival_of))
        known = incident_ids | {_id_in(trace.key) for trace in found}
        found_keys = {(trace.key, trace.version) for trace in found}
        merged = [
            Trace(each.key, each.version_id, each.is_current)
            for each in listed
            if _id_in(each.key) in known and (each.key, each.version_id) not in found_keys
        ]
        return [*found, *merged]

    def remove(self, job: str, traces: Sequence[Trace]) -> None:
        """Delete every version."""
        del job
        self._versions.delete([(trace.key, trace.version) for trace in traces])


class FileMemory:
    """Objects that are deleted where they name the job, in all their versions."""

    def __init__(self, versions: ObjectVersions, prefix: str, name: str, *, whole: bool = False) -> None:
        self._versions = versions
        self._prefix = prefix
        self._whole = whole
        self.name = name

    def find(self, job: str, incident_ids: AbstractSet[str]) -> Sequence[Trace]:
        """Those that name it; all of them where they are taken as a whole."""
        del incident_ids
        there = (each for each in self._versions.under(self._prefix) if not each.is_marker)
        if self._whole:
            return [Trace(each.key, each.version_id, each.is_current) for each in there]
        return list(_traces(self._versions, there, job, _text_of))

    def remove(self, job: str, traces: Sequence[Trace]) -> None:
        """Delete every version."""
        del job
        self._versions.delete([(trace.key, trace.version) for trace in traces])


def archive_memories(
    versions: ObjectVersions, bucket: S3ArchiveBucket, results: ObjectVersions
) -> list["TableMemory | ArrivalMemory | FileMemory"]:
    """The places of the two buckets, in the order in which they are looked at."""
    return [
        TableMemory(versions, bucket, TABLE, "archive: table"),
        TableMemory(versions, bucket, ARRIVALS, "archive: imports"),
        ArrivalMemory(versions),
        FileMemory(versions, UNREADABLE, "archive: unreadable"),
        FileMemory(versions, REPORTS, "archive: reports"),
        FileMemory(results, RESULTS, "query results (all)", whole=True),
    ]


def _traces(versions: ObjectVersions, there: Iterator[Version], job: str, holds: Holds) -> Iterator[Trace]:
    with TemporaryDirectory() as scratch:
        for version, path in versions.read(there, Path(scratch)):
            ids = holds(path, job)
            if ids is not None:
                yield Trace(version.key, version.version_id, version.is_current, ids)


def _is_part(version: Version) -> bool:
    return version.key.endswith(".parquet") and not version.is_marker


def _id_in(key: str) -> str:
    """``incidents/dt=2026-01-15/<incident id>.<state number>.json.gz``."""
    return key.rpartition("/")[2].partition(".")[0]


def _arrival_of(path: Path, job: str) -> frozenset[str] | None:
    """An arrival that cannot be read is looked at as a text: compaction will set it aside."""
    content = _unpacked(path.read_bytes())
    try:
        row = json.loads(content)
        return frozenset({str(row["incident_id"])}) if row["job_name"] == job else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return frozenset() if names(content.decode("utf-8", "replace"), job) else None


def _text_of(path: Path, job: str) -> frozenset[str] | None:
    content = path.read_bytes()
    texts = [_unpacked(content), *map(_decoded, _PACKED.findall(content))]
    return frozenset() if any(names(text.decode("utf-8", "replace"), job) for text in texts) else None


def _decoded(packed: bytes) -> bytes:
    try:
        return _unpacked(base64.b64decode(packed))
    except binascii.Error:
        return b""


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(_GZIP):
        return content
    try:
        return zlib.decompressobj(_WINDOW_BITS).decompress(content)
    except zlib.error:
        return content
