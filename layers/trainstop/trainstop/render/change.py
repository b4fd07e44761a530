"""The change of an incident as the rest of the account gets it: one JSON object, ``trainstop.incident-change/1``.

It holds ``trainstop.alert/1``. Within version 1 keys may be added and are never removed or changed in meaning.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from trainstop.domain.base import Frozen
from trainstop.domain.change import Change, change_id
from trainstop.domain.incident import Incident
from trainstop.render.brief import subject_of
from trainstop.render.links import links_of
from trainstop.render.machine import Alert, json_of
from trainstop.render.story import story_of

CHANGE_SCHEMA: Literal["trainstop.incident-change/1"] = "trainstop.incident-change/1"


class IncidentChange(Frozen):
    """One change of one incident.

    Attributes:
        change_id: The same for every repeat of the change (domain.change).
        changed_at: When it changed: noticed, told, or done by a person.
        incident: The incident as it was when this was published.
    """

    schema_name: Literal["trainstop.incident-change/1"] = Field(alias="schema")
    change_id: str
    change: Change
    changed_at: AwareDatetime
    incident: Alert


def change_json(change: Change, incident: Incident, at: datetime) -> str:
    """The change as compact JSON, far below the 256 KB of an EventBridge event."""
    alert = json_of(incident, story_of(incident), links_of(incident), subject_of(incident))
    built = IncidentChange(
        schema=CHANGE_SCHEMA,
        change_id=change_id(incident.incident_id, change, at),
        change=change,
        changed_at=at,
        incident=Alert.model_validate_json(alert),
    )
    return built.model_dump_json(by_alias=True, exclude_defaults=True)


def change_schema() -> dict[str, Any]:
    """The JSON Schema of ``trainstop.incident-change/1``."""
    return IncidentChange.model_json_schema(mode="serialization")
