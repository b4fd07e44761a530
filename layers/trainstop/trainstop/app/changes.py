"""Publish what became of an incident, off the incidents table's stream, for whoever follows it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from trainstop.domain.change import Change
from trainstop.domain.incident import Incident
from trainstop.ports import IncidentChanges
from trainstop.records.item import was_offered_again


def publish_changes(incident: Incident, record: Mapping[str, Any], changes: IncidentChanges) -> tuple[Change, ...]:
    """Publish the changes that a stream record stands for; the answer names them.

    What raises is delivered again with its record, so every change is published at least once.
    """
    published = []
    for change, at in changes_of(incident, record):
        changes.publish(change, incident, at)
        published.append(change)
    return tuple(published)


def changes_of(incident: Incident, record: Mapping[str, Any]) -> Iterator[tuple[Change, datetime]]:
    """What a stream record of an incident stands for, and when that was.

    An incident is told after it was recorded, so one with ``told_at`` is there for that. One that was offered again,
    because its records were given up on, stands for everything that may have been missed.
    """
    if incident.told_at is None or was_offered_again(record.get("dynamodb", {}).get("NewImage", {})):
        yield Change.RECORDED, incident.detected_at
    if incident.told_at is not None:
        yield Change.TOLD, incident.told_at
