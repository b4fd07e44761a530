"""Whether an incident still waits for somebody."""

from enum import StrEnum

from trainstop.domain.finding import Trigger
from trainstop.domain.incident import Incident


class Standing(StrEnum):
    """How an incident stands, in a word for a column."""

    OPEN = "open"
    ACKNOWLEDGED = "ack"
    RESOLVED = "resolved"
    SILENCED = "silenced"
    NOTHING_TO_HANDLE = "-"
    """Nobody was to be told, or it is no trouble: what a person did, a retry that completed."""

    @property
    def is_open(self) -> bool:
        """Whether nobody has resolved it yet, though somebody should."""
        return self in {Standing.OPEN, Standing.ACKNOWLEDGED, Standing.SILENCED}


def standing(incident: Incident) -> Standing:
    """How an incident stands: by what people did, else by whom it was to tell."""
    if incident.handling.resolved is not None:
        return Standing.RESOLVED
    if incident.handling.acknowledged is not None:
        return Standing.ACKNOWLEDGED
    no_trouble = incident.operator is not None or incident.trigger is Trigger.RETRY_COMPLETED
    if no_trouble or not incident.decision.orders_alert:
        return Standing.NOTHING_TO_HANDLE
    return Standing.SILENCED if incident.decision.silence is not None else Standing.OPEN
