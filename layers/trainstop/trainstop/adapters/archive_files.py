"""The archive's objects and their copies on this machine's disk."""

import hashlib
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb

from trainstop.adapters.archive_bucket import S3ArchiveBucket
from trainstop.adapters.clients import Clients
from trainstop.adapters.parquet import database_at, row_count
from trainstop.ports.carrying import Listed, PartFacts

_THREADS: Final = 8
_CHUNK: Final = 1_048_576
_MAGIC: Final = b"PAR1"
_END_BYTES: Final = 65_536
"""Where a part's footer mostly is; a longer one is asked for by its length."""

_LENGTH_BYTES: Final = 8
"""A Parquet file ends in the footer's length (4 bytes, little-endian) and the magic."""


class ArchiveFiles:
    """The archive's bucket, for carrying its objects."""

    def __init__(self, clients: Clients, bucket_name: str) -> None:
        self._clients = clients
        self._bucket_name = bucket_name
        self._bucket = S3ArchiveBucket(clients, bucket_name)

    def listed(self, prefix: str) -> Iterator[Listed]:
        """The current objects under a prefix, by key."""
        return self._bucket.listed(prefix)

    def rows(self, parts: list[Listed]) -> int:
        """How many rows parts have together, by their footers: their data is not read."""
        with ThreadPoolExecutor(_THREADS) as pool, TemporaryDirectory() as scratch:
            folder = Path(scratch)
            paths = [folder / f"{number}.parquet" for number in range(len(parts))]
            list(pool.map(self._fetch_footer, parts, paths))
            with database_at(folder) as database:
                return sum(row_count(database, path) for path in paths)

    def copy_here(self, part: Listed, path: Path) -> bool:
        """Copy an object, unless the same content is there; whether it was copied.

        What is copied only in part has another name.
        """
        if path.is_file() and path.stat().st_size == part.size and f'"{_md5(path)}"' == part.etag:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        answer = self._clients.s3.get_object(Bucket=self._bucket_name, Key=part.key, IfMatch=part.etag)
        with unfinished.open("wb") as file:
            for chunk in answer["Body"].iter_chunks(_CHUNK):
                file.write(chunk)
        unfinished.replace(path)
        return True

    def put(self, key: str, path: Path) -> None:
        """Write an object."""
        with path.open("rb") as body:
            self._clients.s3.put_object(
                Bucket=self._bucket_name, Key=key, Body=body, ContentType="application/vnd.apache.parquet"
            )

    def _fetch_footer(self, part: Listed, path: Path) -> None:
        """Write a file of the part's size that has nothing but its footer in it."""
        end = self._end(part, min(part.size, _END_BYTES))
        (footer_bytes,) = struct.unpack("<I", end[-_LENGTH_BYTES : -len(_MAGIC)])
        if len(end) < footer_bytes + _LENGTH_BYTES:
            end = self._end(part, footer_bytes + _LENGTH_BYTES)
        with path.open("wb") as file:
            file.write(_MAGIC)
            file.truncate(part.size)
            file.seek(part.size - len(end))
            file.write(end)

    def _end(self, part: Listed, size: int) -> bytes:
        asked = f"bytes={part.size - size}-{part.size - 1}"
        return self._clients.s3.get_object(Bucket=self._bucket_name, Key=part.key, Range=asked)["Body"].read()


def inspect(path: Path) -> PartFacts:
    """What a file of rows is.

    Raises:
        ValueError: it is no Parquet file.
    """
    with TemporaryDirectory() as scratch, database_at(Path(scratch)) as database:
        try:
            rows, columns = row_count(database, path), database.read_parquet(str(path), hive_partitioning=False).columns
        except duckdb.Error as error:
            raise ValueError(f"{path.name} is no Parquet file") from error
    with path.open("rb") as file:
        return PartFacts(rows, tuple(columns), hashlib.file_digest(file, "sha256").hexdigest())


def _md5(path: Path) -> str:
    """What S3's ETag is of an object that was put in one piece under S3's own key."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
