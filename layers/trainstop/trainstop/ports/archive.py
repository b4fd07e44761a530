"""The archive's bucket, as compaction and whoever erases rows see it."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


class LeaseTakenError(RuntimeError):
    """Somebody else holds the lease; the text says until when."""


class PartChangedError(RuntimeError):
    """Somebody else wrote a part of the table since it was read; the text is its key."""


class Lease(Protocol):
    """The right to do alone what two must not do at a time."""

    def held(self) -> AbstractContextManager[Callable[[], None]]:
        """Hold the lease for a while; what it gives makes that while begin anew.

        Raises:
            LeaseTakenError: somebody else holds it.
        """


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object of the bucket and its copy here.

    Attributes:
        etag: Which content it is: what a replacement of it must still find.
        written_at: By S3's clock; None where nobody asked.
    """

    key: str
    etag: str
    path: Path
    written_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewPart:
    """A part of a day's table, ready to be put.

    Attributes:
        replaces: The ETag of the object that it takes the place of; None where there is none yet.
    """

    key: str
    path: Path
    rows: int
    replaces: str | None


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of a day's arrivals.

    Attributes:
        parts: Those that changed.
        unreadable: Keys of the arrivals that are no rows of an incident.
    """

    parts: tuple[NewPart, ...]
    unreadable: tuple[str, ...]


class ArchiveBucket(Protocol):
    """The bucket."""

    def days_with_arrivals(self) -> list[str]:
        """The days that have something to merge, oldest first."""

    def arrivals(self, day: str, most: int) -> list[str]:
        """Keys of a day's arrivals, at most so many."""

    def parts(self, day: str) -> list[str]:
        """Keys of a day's parts of the table, in their order."""

    def fetch(self, keys: Iterable[str], folder: Path) -> list[StoredObject]:
        """Copy objects into a folder, in the order of their keys; one that is gone is left out."""

    def put_part(self, part: NewPart) -> None:
        """Put a part in the place of the one that it was made from.

        Raises:
            PartChangedError: that one is not there any more, or another one is.
        """

    def set_aside(self, keys: Sequence[str]) -> None:
        """Move arrivals that cannot be read out of the way, for a person to look at."""

    def remove(self, keys: Sequence[str]) -> None:
        """Delete objects."""


Merge = Callable[[str, Sequence[StoredObject], Sequence[StoredObject], Path], Merged]
"""A day, its parts and its arrivals to the parts that change, written into a folder."""
