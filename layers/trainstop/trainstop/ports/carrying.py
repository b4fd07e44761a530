"""The archive's objects, for whoever carries them from one account to another."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as the bucket lists it."""

    key: str
    size: int
    etag: str
    modified_at: datetime


class ArchiveCopies(Protocol):
    """The archive's bucket, and copies of its objects on this machine's disk."""

    def listed(self, prefix: str) -> Iterator[Listed]:
        """The current objects under a prefix, by key."""

    def copy_here(self, part: Listed, path: Path) -> bool:
        """Copy an object, unless the same content is there; whether it was copied."""

    def put(self, key: str, path: Path) -> None:
        """Write an object."""


class PartFacts(NamedTuple):
    """What a file of rows is."""

    rows: int
    columns: tuple[str, ...]
    sha256: str


Inspect = Callable[[Path], PartFacts]
"""Raises ValueError for a file that is no Parquet."""
