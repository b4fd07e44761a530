"""Incidents, and what is kept beside them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from trainstop.domain.handling import HandlingEntry, Resolution
from trainstop.domain.incident import Incident
from trainstop.domain.run import Run


class Incidents(Protocol):
    """The incidents that are known."""

    def is_recorded(self, incident_id: str) -> bool:
        """Whether the incident is there in its final form."""

    def claim(self, incident_id: str, now: datetime) -> bool:
        """Take the right to act for an incident; False where somebody else has it or it is recorded."""

    def record(self, incident: Incident) -> bool:
        """Write the incident in its final form, once; False where it was there already."""


class Told(Protocol):
    """Which incidents have been told."""

    def is_told(self, incident_id: str) -> bool:
        """Whether an alert was published for the incident."""

    def mark_told(self, incident_id: str, told_at: datetime, told_as: str) -> None:
        """Note that somebody was told, and how; the first time stands."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Incidents, newest first.

    Attributes:
        complete: False where the calls were used up before the time span or the limit was.
    """

    incidents: tuple[Incident, ...]
    complete: bool


class Recorded(Protocol):
    """Incidents that were recorded."""

    def get(self, incident_id: str) -> Incident | None:
        """One incident; None where there is none in its final form."""

    def since(self, since: datetime, now: datetime, limit: int) -> Listing:
        """Those of the days from ``now`` back to ``since``, newest first."""


class Archive(Protocol):
    """Where incidents are kept for years."""

    def put(self, key: str, body: bytes) -> None:
        """Write an object; a repeat overwrites it with the same content."""


class Families(Protocol):
    """The last run of each family of jobs that completed."""

    def keep(self, family_key: str, run: Run, now: datetime) -> bool:
        """Keep the run unless one that ended later is kept; False where one is, or this very one."""

    def last_good(self, family_key: str) -> Run | None:
        """The run that is kept; None where there is none."""


class Creators(Protocol):
    """Who started which job, as CloudTrail told it."""

    def note(self, training_job_arn: str, person: str, now: datetime) -> None:
        """Note who started the job; the first note stands."""

    def creator_of(self, training_job_arn: str) -> str:
        """Who started the job; "" where nobody has noted it."""


class SilencesUnreadableError(Exception):
    """The silences cannot be read: alerts go out."""


class SilencesFullError(Exception):
    """There is no room for another silence; the text says what to do."""


class Handled(Protocol):
    """What people did about incidents."""

    def append(self, incident_id: str, entry: HandlingEntry) -> bool:
        """Add an entry to an incident's handling; False where it has no room for one more."""

    def resolve_fault(self, fingerprint: str, resolution: Resolution) -> None:
        """Note how a fault ended, for whoever meets it again; the last one stands."""
