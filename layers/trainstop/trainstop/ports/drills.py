"""What a drill asks of the deployed stack."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from trainstop.domain.incident import Incident
from trainstop.domain.signal import Drill


class DrillRefusedError(Exception):
    """EventBridge does not take a drill's event; the text is AWS's code and message."""


class DrillBus(Protocol):
    """The public way in."""

    def put(self, drill: Drill) -> str:
        """Ask for a drill; the answer is EventBridge's EventId.

        Raises:
            DrillRefusedError: the event was not taken.
        """


class KnownIncidents(Protocol):
    """What is recorded, for looking at."""

    def get(self, incident_id: str) -> Incident | None:
        """The incident; None where none is there in its final form."""


class ArchivedObjects(Protocol):
    """What is archived, for looking at."""

    def first_under(self, prefix: str) -> str | None:
        """The key of an object under the prefix, though it may have been merged since; None without one."""


class Stations(Protocol):
    """The parts that an event passes, for looking at where it is stuck."""

    def look(self, station: str) -> Iterator[str]:
        """How a station stands and where more is to be seen, a sentence each. Reads only."""


class Arrival(StrEnum):
    """What is known of a message at its receiver."""

    DELIVERED = "delivered"
    PENDING = "pending"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    """Nothing reaches the receiver until it has confirmed its subscription."""
    LOOK = "look"
    """Only the receiver can tell, by looking."""


@dataclass(frozen=True, slots=True)
class Reception:
    """One receiver of an alert.

    Attributes:
        channel: E.g. ``email``.
        receiver: Who, masked so that it may be shown.
        detail: Through which topic and filter, or how the delivery stands.
    """

    channel: str
    receiver: str
    arrival: Arrival
    detail: str = ""


class Receivers(Protocol):
    """The receivers of one kind of channel."""

    def of(self, incident: Incident) -> Iterator[Reception]:
        """Who is to receive the incident's alert, and what is known of it."""
