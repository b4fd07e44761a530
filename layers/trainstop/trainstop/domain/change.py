"""What became of an incident, as those who follow it from outside are told."""

from datetime import UTC, datetime
from enum import StrEnum


class Change(StrEnum):
    """A step in an incident's life."""

    RECORDED = "recorded"
    TOLD = "told"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    NOTED = "noted"

    @property
    def happens_once(self) -> bool:
        """Whether an incident has it only once: what a person does may be done again."""
        return self in {Change.RECORDED, Change.TOLD}


def change_id(incident_id: str, change: Change, at: datetime) -> str:
    """The same for every repeat of one change, so that its receivers can drop repeats.

    It is ``<incident id>.<change>``; what can happen again has its moment, in UTC, behind that.
    """
    name = f"{incident_id}.{change.value}"
    return name if change.happens_once else f"{name}.{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
