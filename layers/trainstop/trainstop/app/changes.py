"""Publish what became of an incident, off the incidents table's stream, for whoever follows it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from trainstop.domain.change import Change
from trainstop.domain.handling import HandlingAction
from trainstop.domain.incident import Incident
from trainstop.domain.signal import Origin
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


def changes_of(incident: Incident, record: Mapping[str, Any]) -> tuple[tuple[Change, datetime], ...]:
    """What a stream record of an incident stands for, and when that was.

    The stream shows an incident as it is after a write, and each write adds one change: the newest. One that was
    offered again, because its records were given up on, stands for everything that may have been missed.
    """
    known = sorted(_known(incident), key=lambda each: each[1])
    return tuple(known if was_offered_again(record.get("dynamodb", {}).get("NewImage", {})) else known[-1:])


def _known(incident: Incident) -> Iterator[tuple[Change, datetime]]:
    """A backfill tells nobody what it recorded; what people do about it later is news."""
    if incident.origin is not Origin.BACKFILL:
        yield Change.RECORDED, incident.detected_at
    if incident.told_at is not None:
        yield Change.TOLD, incident.told_at
    yield from ((_BY_HAND[entry.action], entry.at) for entry in incident.handling.entries)


_BY_HAND = {
    HandlingAction.ACKNOWLEDGE: Change.ACKNOWLEDGED,
    HandlingAction.RESOLVE: Change.RESOLVED,
    HandlingAction.NOTE: Change.NOTED,
}
