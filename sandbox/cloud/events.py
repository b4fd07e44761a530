"""Events as AWS services put them on the default bus: any source, the whole envelope as given."""

import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import eventbridge

_REQUIRED = frozenset({"detail-type", "source", "detail"})


class EventError(ValueError):
    """An event lacks what every event has; the message is for its sender."""


def deliver(events: Iterable[Mapping[str, Any]]) -> int:
    """Matches each event against the bus's rules and sends it to their targets; returns how many there were.

    PutEvents would refuse `aws.` sources and set time and id itself. What of the envelope is missing is filled in.

    Raises:
        EventError: an event has no source, detail-type or detail.
    """
    whole = [_whole(event) for event in events]
    eventbridge._ensure_default_bus()  # noqa: SLF001 - an extension
    for event in whole:
        with request_scope(event["Account"], event["Region"]):
            view = eventbridge._pattern_event_view(event)  # noqa: SLF001 - an extension
            eventbridge._dispatch_event(event, view)  # noqa: SLF001 - an extension
            eventbridge._archive_event(event, view)  # noqa: SLF001 - an extension
    return len(whole)


def _whole(event: Mapping[str, Any]) -> dict[str, Any]:
    missing = _REQUIRED - event.keys()
    if missing:
        raise EventError(f"the event lacks {', '.join(sorted(missing))}")
    return {
        "EventId": event.get("id") or str(uuid.uuid4()),
        "Source": event["source"],
        "DetailType": event["detail-type"],
        "Detail": json.dumps(event["detail"]),
        "EventBusName": "default",
        "Time": event.get("time") or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Resources": event.get("resources") or [],
        "Account": event.get("account") or get_account_id(),
        "Region": event.get("region") or get_region(),
    }
