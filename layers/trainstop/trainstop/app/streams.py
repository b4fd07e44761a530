"""The incidents table's stream: the table is the outbox of notify and archive."""

from collections.abc import Mapping
from typing import Any

from trainstop.domain.incident import Incident
from trainstop.records.item import from_item, holds_incident


def incident_of(record: Mapping[str, Any]) -> Incident | None:
    """The incident of a stream record; None for claims, deletions and trainstop's own notes."""
    image = record.get("dynamodb", {}).get("NewImage")
    return from_item(image) if image and holds_incident(image) else None
