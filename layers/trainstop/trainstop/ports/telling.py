"""Telling: groups, what waits, topics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from trainstop.domain.decision import Audience, Channel
from trainstop.domain.digest import Period
from trainstop.domain.group import Group, GroupKey, Telling
from trainstop.domain.held import Box, BoxKey, HeldAlert
from trainstop.domain.incident import Incident


@dataclass(frozen=True, slots=True)
class Publication:
    """What is handed to SNS.

    Attributes:
        attributes: By name, SNS's data type and the value.
    """

    subject: str
    body: str
    attributes: Mapping[str, tuple[str, str]]


class PublishRefusedError(Exception):
    """SNS refuses a message for good: no such topic, no permission; the text is AWS's code and message."""


class Alerts(Protocol):
    """A topic that people and machines subscribe to."""

    def publish(self, publication: Publication) -> str:
        """Publish; the answer is SNS's MessageId.

        Raises:
            PublishRefusedError: another try cannot help.
        """


class Groups(Protocol):
    """Groups of incidents that are told together."""

    def join(
        self, incident: Incident, keys: Sequence[GroupKey], now: datetime, window_seconds: int
    ) -> tuple[Group, ...]:
        """Count the incident in each of its groups, once; the groups as they stand then."""

    def claim(self, digest: str, teller: str, now: datetime) -> Group | None:
        """Take the right to tell a group; None where there is nothing to tell, or somebody else is telling it."""

    def mark_told(self, group: Group, telling: Telling, thread: str, now: datetime) -> None:
        """Note that the group was told as it is here."""

    def acknowledge(self, digest: str, told_at: datetime, now: datetime) -> None:
        """Note that a person sees to what was told then; a group that is newer, or not there, needs nothing."""

    def close(self, digest: str, told_at: datetime, now: datetime) -> None:
        """Note that a person says that it is over; what comes then opens a new group."""

    def put_off(self, digest: str, now: datetime) -> None:
        """Work out anew when somebody has to look at the group."""

    def load(self, digest: str) -> Group | None:
        """The group as it stands."""


class Held(Protocol):
    """Alerts that wait, and the count of those that went out."""

    def hold(self, key: BoxKey, alert: HeldAlert) -> None:
        """Put an alert into a box, once."""

    def release(self, digest: str, now: datetime) -> Box | None:
        """The box, where its time has come."""

    def empty(self, box: Box) -> None:
        """Note that what is in the box was told."""

    def take(self, audience: Audience, name: str, channel: Channel, now: datetime, limit: int) -> bool:
        """Count one message of this hour; False where the hour has had enough."""


class Due(Protocol):
    """What waits for a moment."""

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Keys whose moment has come, the oldest first, at most so many."""


class Calendar(Protocol):
    """When digests go out."""

    def next_digest(self, period: Period) -> datetime | None:
        """When the digest is due; None where none is planned."""

    def plan_digest(self, period: Period, due_at: datetime | None) -> None:
        """Plan the digest for then; None for never."""
