"""What a report is made of: the table's parts, the numbers and rows in them, and CloudTrail's calls."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from trainstop.domain.report import Calls, Facts, Listed, Span
from trainstop.domain.stored_report import StoredReport
from trainstop.ports.archive import StoredObject

IncidentRow = Mapping[str, Any]
"""A row of the table by its columns' names: times naive and in UTC, lists, structs as dicts."""


class TableParts(Protocol):
    """The objects of the table."""

    def keys(self, prefix: str) -> Iterable[str]:
        """Keys under a prefix, in their order."""

    def fetch(self, keys: Iterable[str], folder: Path) -> list[StoredObject]:
        """Copy objects into a folder; one that is gone is left out."""


class Lake(Protocol):
    """The incidents of a span; drills are none."""

    def facts(self) -> Facts:
        """Their numbers."""

    def total(self) -> int:
        """How many there are."""

    def listed(self, most: int) -> Sequence[Listed]:
        """The newest ones, newest first."""

    def in_detail(self, first: Sequence[str], most: int) -> Sequence[IncidentRow]:
        """Whole rows: those with the ids in ``first``, then by severity, cost, and how new they are."""


class OpensLake(Protocol):
    """Opens Parquet files as the incidents of a span."""

    def __call__(self, paths: Sequence[Path], span: Span) -> AbstractContextManager[Lake]:
        """The lake; it is closed with the block."""


class JobCalls(Protocol):
    """CloudTrail's calls on the jobs of incidents."""

    def of(self, span: Span) -> Calls:
        """The calls on jobs with an incident in the span; where they cannot be had, why."""


class ReportPages(Protocol):
    """Where weekly reports are put."""

    def put(self, key: str, page: bytes) -> None:
        """Put a page in the place of the one with this key."""


class Reports(Protocol):
    """Which weekly reports there are."""

    def latest(self) -> StoredReport | None:
        """The one whose last day is the latest; None where there is none."""

    def note(self, report: StoredReport) -> bool:
        """Note a report; False where one of later days is noted, which stays."""
