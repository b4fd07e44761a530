"""What keeps an alert untold for a while, in the form in which an incident remembers it."""

from enum import StrEnum

from pydantic import AwareDatetime

from trainstop.domain.base import Frozen


class SilenceKind(StrEnum):
    """Why people asked for quiet."""

    SILENCE = "silence"
    MAINTENANCE = "maintenance"
    """Planned: it began later than it was asked for, or comes back every week."""


class SilenceFacts(Frozen):
    """The silence that kept an incident untold.

    Attributes:
        author: ARN of who set it.
        reason: Why, in that person's words.
        until: When it ends.
    """

    silence_id: str
    kind: SilenceKind
    author: str
    reason: str
    until: AwareDatetime
