"""The archive's bucket: arrivals, and the parts of the table that they are merged into."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import code_of
from trainstop.adapters.object_versions import delete_objects
from trainstop.ports.archive import NewPart, PartChangedError, StoredObject
from trainstop.ports.carrying import Listed
from trainstop.records.lake import ARRIVALS, UNREADABLE, arrivals_of, day_of, table_of

_THREADS: Final = 8
"""As many as a client has connections to spare (botocore's max_pool_connections is 10)."""

_MAX_PAGES: Final = 1000
_LOST_RACE: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"})
"""What S3 answers to If-Match and If-None-Match that do not hold (docs: conditional writes)."""


class S3ArchiveBucket:
    """The archive's bucket."""

    def __init__(self, clients: Clients, bucket_name: str) -> None:
        self._clients = clients
        self._bucket_name = bucket_name

    def days_with_arrivals(self) -> list[str]:
        """The days that have something to merge, oldest first."""
        return self._days(ARRIVALS)

    def arrivals(self, day: str, most: int) -> list[str]:
        """Keys of a day's arrivals, at most so many."""
        return list(islice(self.keys(arrivals_of(day)), most))

    def parts(self, day: str) -> list[str]:
        """Keys of a day's parts of the table, in their order."""
        return list(self.keys(table_of(day)))

    def keys(self, prefix: str) -> Iterator[str]:
        """Keys under a prefix, in their order."""
        return (each.key for each in self.listed(prefix))

    def listed(self, prefix: str) -> Iterator[Listed]:
        """The current objects under a prefix, by key."""
        for page in self._pages(prefix):
            for each in page.get("Contents", []):
                yield Listed(each["Key"], each["Size"], each["ETag"], each["LastModified"])

    def fetch(self, keys: Iterable[str], folder: Path) -> list[StoredObject]:
        """Copy objects into a folder, in the order of their keys; one that is gone is left out."""
        numbered = [(key, folder / f"{number}-{key.rpartition('/')[2]}") for number, key in enumerate(keys)]
        if len(numbered) <= 1:
            return [found for key, path in numbered if (found := self._fetch(key, path))]
        with ThreadPoolExecutor(_THREADS) as pool:
            fetched = pool.map(lambda each: self._fetch(*each), numbered)
            return [found for found in fetched if found]

    def put_part(self, part: NewPart) -> None:
        """Put a part in the place of the one that it was made from: S3 shows either the old one or this one.

        Raises:
            PartChangedError: that one is not there any more, or another one is.
        """
        condition: dict[str, Any] = {"IfMatch": part.replaces} if part.replaces else {"IfNoneMatch": "*"}
        try:
            self._clients.s3.put_object(
                Bucket=self._bucket_name,
                Key=part.key,
                Body=part.path.read_bytes(),
                ContentType="application/vnd.apache.parquet",
                **condition,
            )
        except ClientError as error:
            if code_of(error) not in _LOST_RACE:
                raise
            raise PartChangedError(part.key) from error

    def set_aside(self, keys: Sequence[str]) -> None:
        """Move arrivals that cannot be read under ``unreadable/``, for a person to look at."""
        for key in keys:
            self._clients.s3.copy_object(
                Bucket=self._bucket_name,
                Key=UNREADABLE + key.removeprefix(ARRIVALS),
                CopySource={"Bucket": self._bucket_name, "Key": key},
            )
        self.remove(keys)

    def remove(self, keys: Sequence[str]) -> None:
        """Delete objects; older versions of them stay as long as the bucket's lifecycle says.

        Raises:
            RuntimeError: S3 did not delete one; the text says which and why.
        """
        delete_objects(self._clients, self._bucket_name, [{"Key": key} for key in keys])

    def _fetch(self, key: str, path: Path) -> StoredObject | None:
        try:
            answer = self._clients.s3.get_object(Bucket=self._bucket_name, Key=key)
        except self._clients.s3.exceptions.NoSuchKey:
            return None
        path.write_bytes(answer["Body"].read())
        return StoredObject(key, answer["ETag"], path, answer["LastModified"])

    def _days(self, prefix: str) -> list[str]:
        folders = (each["Prefix"] for page in self._pages(prefix, "/") for each in page.get("CommonPrefixes", []))
        return sorted(day for folder in folders if (day := day_of(folder)))

    def _pages(self, prefix: str, delimiter: str = "") -> Iterator[dict[str, Any]]:
        request: dict[str, Any] = {"Bucket": self._bucket_name, "Prefix": prefix}
        if delimiter:
            request["Delimiter"] = delimiter
        for _ in range(_MAX_PAGES):
            page: dict[str, Any] = dict(self._clients.s3.list_objects_v2(**request))
            yield page
            if "NextContinuationToken" not in page:
                return
            request["ContinuationToken"] = page["NextContinuationToken"]
