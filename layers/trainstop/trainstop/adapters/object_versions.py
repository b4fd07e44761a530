"""Objects of a bucket with all their versions: what lies there, not only what is current."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

from botocore.exceptions import ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import code_of

_THREADS: Final = 8
_AT_ONCE: Final = 200
"""Versions that are on this machine's disk at a time."""

_DELETED_AT_ONCE: Final = 1000
"""DeleteObjects' maximum."""

_GONE: Final = frozenset({"NoSuchKey", "NoSuchVersion", "404"})


_Each = TypeVar("_Each")


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an object, or the mark of its deletion."""

    key: str
    version_id: str
    is_current: bool
    is_marker: bool


class ObjectVersions:
    """One bucket."""

    def __init__(self, clients: Clients, bucket_name: str) -> None:
        self._clients = clients
        self.bucket_name = bucket_name

    def under(self, prefix: str) -> Iterator[Version]:
        """All versions and marks under a prefix, by key, the newest first."""
        pages = self._clients.s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket_name, Prefix=prefix)
        for page in pages:
            yield from (_version(dict(each), is_marker=False) for each in page.get("Versions", []))
            yield from (_version(dict(each), is_marker=True) for each in page.get("DeleteMarkers", []))

    def read(self, versions: Iterable[Version], folder: Path) -> Iterator[tuple[Version, Path]]:
        """Copies of versions in a folder, each until the next one is asked for; one that is gone is left out."""
        with ThreadPoolExecutor(_THREADS) as pool:
            for number, some in enumerate(_batched(versions, _AT_ONCE)):
                paths = [folder / f"{number}-{place}" for place in range(len(some))]
                for version, path, there in zip(some, paths, pool.map(self._fetch, some, paths), strict=True):
                    if there:
                        yield version, path
                        path.unlink()

    def delete(self, versions: Sequence[tuple[str, str]]) -> None:
        """Delete (key, version id) for good.

        Raises:
            RuntimeError: S3 did not delete one; the text says which and why.
        """
        objects = [{"Key": key, "VersionId": version_id} for key, version_id in versions]
        delete_objects(self._clients, self.bucket_name, objects)

    def _fetch(self, version: Version, path: Path) -> bool:
        try:
            answer = self._clients.s3.get_object(Bucket=self.bucket_name, Key=version.key, VersionId=version.version_id)
        except ClientError as error:
            if code_of(error) not in _GONE:
                raise
            return False
        path.write_bytes(answer["Body"].read())
        return True


def delete_objects(clients: Clients, bucket_name: str, objects: Sequence[Mapping[str, str]]) -> None:
    """Delete objects by ``Key``, or single versions of them by ``VersionId`` too.

    Raises:
        RuntimeError: S3 did not delete one; the text says which and why.
    """
    for some in _batched(objects, _DELETED_AT_ONCE):
        asked: list[Any] = list(some)
        answer = clients.s3.delete_objects(Bucket=bucket_name, Delete={"Objects": asked, "Quiet": True})
        for error in answer.get("Errors", []):
            raise RuntimeError(f"{error.get('Key')} was not deleted: {error.get('Code')} {error.get('Message')}")


def _version(each: dict[str, Any], *, is_marker: bool) -> Version:
    return Version(each["Key"], each["VersionId"], is_current=each["IsLatest"], is_marker=is_marker)


def _batched(items: Iterable[_Each], size: int) -> Iterator[list[_Each]]:
    left = iter(items)
    while some := list(islice(left, size)):
        yield some
