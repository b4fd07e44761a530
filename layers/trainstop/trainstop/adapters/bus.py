"""Incident changes on the account's default event bus: documented in docs/events.md."""

from datetime import datetime

from trainstop.adapters.clients import Clients
from trainstop.domain.change import Change
from trainstop.domain.incident import Incident
from trainstop.events.incident_change import CHANGE_DETAIL_TYPE, CHANGE_SOURCE
from trainstop.render import change_json


class BusChanges:
    """IncidentChanges on EventBridge."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def publish(self, change: Change, incident: Incident, at: datetime) -> None:
        """Put one event; its resource is the job's ARN, where there is a job.

        Raises:
            RuntimeError: EventBridge did not take it, which it says inside an answer that is no error.
        """
        answer = self._clients.events.put_events(
            Entries=[
                {
                    "Source": CHANGE_SOURCE,
                    "DetailType": CHANGE_DETAIL_TYPE,
                    "Time": at,
                    "Resources": [incident.job.arn] if incident.job.arn else [],
                    "Detail": change_json(change, incident, at),
                }
            ]
        )
        if answer["FailedEntryCount"]:
            entry = answer["Entries"][0]
            raise RuntimeError(f"EventBridge refused an incident's change: {entry.get('ErrorCode')}")
