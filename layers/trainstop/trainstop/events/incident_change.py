"""trainstop's own events on the bus, reduced to what webhooks are chosen by."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from trainstop.domain.base import Frozen
from trainstop.domain.change import Change
from trainstop.domain.decision import Audience, Severity
from trainstop.events.errors import UnreadableEventError

CHANGE_SOURCE = "trainstop"
CHANGE_DETAIL_TYPE = "trainstop Incident Change"


class PublishedChange(Frozen):
    """A change that was published.

    Attributes:
        audiences: Whom its alert is for; empty where nobody is told.
        detail: The whole detail as compact JSON.
    """

    change_id: str
    change: Change
    severity: Severity
    audiences: tuple[Audience, ...] = ()
    detail: str


def is_change(event: Mapping[str, Any]) -> bool:
    """Whether an event is one of ours about an incident."""
    return event.get("source") == CHANGE_SOURCE and event.get("detail-type") == CHANGE_DETAIL_TYPE


def published_change(event: Mapping[str, Any]) -> PublishedChange:
    """Read an event in EventBridge's shape.

    Raises:
        UnreadableEventError: it is not in the form of docs/events.md.
    """
    try:
        detail = event["detail"]
        incident = detail["incident"]
        alert = incident.get("decision", {}).get("alert") or {}
        return PublishedChange(
            change_id=detail["change_id"],
            change=detail["change"],
            severity=incident["severity"],
            audiences=alert.get("audience", ()),
            detail=json.dumps(detail, ensure_ascii=False, separators=(",", ":")),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise UnreadableEventError(f"not a change of an incident: {type(error).__name__}: {error}") from error
    except ValidationError as error:
        raise UnreadableEventError.of("a change of an incident", error) from error
