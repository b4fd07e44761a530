"""An incident as an item of the incidents table, in DynamoDB's typed attributes, as streams carry it too.

An item is ``{"pk": {"S": "incident#<id>"}, "state": {"S": "recorded"}, "incident": {"S": "<JSON>"}, ...}``. What
stands beside ``incident`` repeats what the indexes and people's eyes need; ``told_at`` is set later, by ``notify``, and
``handling``, a list of JSON texts, by people.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from trainstop.domain.handling import Handling, HandlingEntry
from trainstop.domain.incident import Incident
from trainstop.records import times

Item = Mapping[str, Mapping[str, Any]]

INCIDENT_PREFIX = "incident#"


class State(StrEnum):
    """Where an incident's item stands."""

    ACTING = "acting"
    RECORDED = "recorded"


class NotAnIncidentError(ValueError):
    """The item holds no incident: it is a claim, or one of trainstop's own notes."""


def incident_key(incident_id: str) -> dict[str, dict[str, str]]:
    """The key of an incident's item."""
    return {"pk": {"S": f"{INCIDENT_PREFIX}{incident_id}"}}


_LATER = frozenset({"told_at", "told_as", "handling"})


def to_item(incident: Incident, state: str = State.RECORDED) -> dict[str, dict[str, Any]]:
    """The item of an incident. What comes after the record are attributes of their own, never inside the JSON.

    An attribute without a value is left out: DynamoDB refuses "" as the key of an index, and a submission that was
    refused may have no job name.
    """
    values = {
        "state": state,
        "incident": incident.model_dump_json(exclude=set(_LATER)),
        "job_name": incident.job.name,
        "day": times.day(incident.occurred_at),
        "occurred_at": times.iso(incident.occurred_at),
        "category": incident.diagnosis.category.value,
        "trigger": incident.trigger.value,
    }
    if incident.told_at is not None:
        values["told_at"] = times.iso(incident.told_at)
    if incident.told_as:
        values["told_as"] = incident.told_as
    item: dict[str, dict[str, Any]] = {name: {"S": str(value)} for name, value in values.items() if value}
    if incident.handling.entries:
        item["handling"] = {"L": [{"S": entry.model_dump_json()} for entry in incident.handling.entries]}
    return incident_key(incident.incident_id) | item


def holds_incident(item: Item) -> bool:
    """Whether the item (or stream image) is an incident in its final form."""
    return (
        _text(item, "pk").startswith(INCIDENT_PREFIX)
        and _text(item, "state") == State.RECORDED
        and bool(_text(item, "incident"))
    )


def was_offered_again(item: Item) -> bool:
    """Whether the incident was touched for records of it that were given up on (adapters.outbox)."""
    return bool(_text(item, "offered_again_at"))


def from_item(item: Item) -> Incident:
    """The incident of an item or of a stream's NewImage, with ``told_at`` and ``handling`` merged in.

    Raises:
        NotAnIncidentError: the item has no incident.
        pydantic.ValidationError: the incident is of a form that this version does not know.
    """
    text = _text(item, "incident")
    if not text:
        raise NotAnIncidentError(f"no incident in the item {_text(item, 'pk')!r}")
    incident = Incident.model_validate_json(text)
    later: dict[str, Any] = {}
    if told_at := _text(item, "told_at"):
        later |= {"told_at": datetime.fromisoformat(told_at), "told_as": _text(item, "told_as")}
    if entries := item.get("handling", {}).get("L", []):
        read = (HandlingEntry.model_validate_json(entry["S"]) for entry in entries)
        later["handling"] = Handling(entries=tuple(read))
    return incident.model_copy(update=later) if later else incident


def _text(item: Item, name: str) -> str:
    value = item.get(name, {}).get("S", "")
    return value if isinstance(value, str) else ""
