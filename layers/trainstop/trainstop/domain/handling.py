"""What people did about an incident: they acknowledged it, resolved it, or left a note."""

from enum import StrEnum

from pydantic import AwareDatetime

from trainstop.domain.base import Frozen

MOST_ENTRIES = 50
TEXT_CHARACTERS = 500


class HandlingAction(StrEnum):
    """What a person did."""

    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"
    NOTE = "note"


class HandlingEntry(Frozen):
    """One thing that one person did.

    Attributes:
        by: ARN of that person.
        text: In that person's words, cleaned, secrets removed; "" for an acknowledgement without words.
    """

    action: HandlingAction
    at: AwareDatetime
    by: str
    text: str = ""


class Resolution(Frozen):
    """How a fault ended the last time, as a person told it.

    Attributes:
        by: ARN of that person.
    """

    text: str
    at: AwareDatetime
    by: str
    incident_id: str


class Handling(Frozen):
    """All that was done, oldest first; at most ``MOST_ENTRIES``."""

    entries: tuple[HandlingEntry, ...] = ()

    @property
    def acknowledged(self) -> HandlingEntry | None:
        """The first acknowledgement: from then on somebody looks after it."""
        return next(iter(self.of(HandlingAction.ACKNOWLEDGE)), None)

    @property
    def resolved(self) -> HandlingEntry | None:
        """The last resolution: who resolves again corrects what was said."""
        return next(reversed(self.of(HandlingAction.RESOLVE)), None)

    def of(self, action: HandlingAction) -> tuple[HandlingEntry, ...]:
        """The entries of one kind."""
        return tuple(entry for entry in self.entries if entry.action is action)

    def has(self, entry: HandlingEntry) -> bool:
        """Whether the same person did and said the same before."""
        return any((each.action, each.by, each.text) == (entry.action, entry.by, entry.text) for each in self.entries)
