"""The incidents table: incidents and their claims, the sweep's state, the last good policy."""

from datetime import datetime, timedelta
from typing import Any, Final

from botocore.exceptions import ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import is_conditional_check_failure
from trainstop.domain.incident import Incident
from trainstop.records.item import State, incident_key, to_item
from trainstop.records.times import iso

CLAIM_LEASE: Final = timedelta(seconds=90)
"""Longer than watch may run (60 s), shorter than its queue's visibility time-out: a lost worker's claim lapses before
its message comes back."""


class IncidentsTable:
    """Incidents, Told and SweepState on one DynamoDB table."""

    def __init__(self, clients: Clients, table_name: str) -> None:
        self._clients = clients
        self._table_name = table_name

    def is_recorded(self, incident_id: str) -> bool:
        """Whether the incident is there in its final form; strongly consistent."""
        return bool(self._get(incident_key(incident_id)).get("state", {}).get("S") == State.RECORDED)

    def claim(self, incident_id: str, now: datetime) -> bool:
        """Take the right to act: one conditional write decides between workers; a lapsed claim may be taken over."""
        item = incident_key(incident_id) | {
            "state": {"S": State.ACTING.value},
            "claimed_until": {"S": iso(now + CLAIM_LEASE)},
        }
        return self._put(
            item,
            "attribute_not_exists(pk) OR (#state = :acting AND claimed_until < :now)",
            {":acting": {"S": State.ACTING.value}, ":now": {"S": iso(now)}},
        )

    def record(self, incident: Incident) -> bool:
        """Write the incident unless it is recorded already; a claim of its own is replaced."""
        return self._put(
            to_item(incident), "attribute_not_exists(pk) OR #state = :acting", {":acting": {"S": State.ACTING.value}}
        )

    def is_told(self, incident_id: str) -> bool:
        """Whether the alert was published."""
        return "told_at" in self._get(incident_key(incident_id))

    def mark_told(self, incident_id: str, told_at: datetime, told_as: str) -> None:
        """Note when somebody was told, and how; the first time stands."""
        try:
            self._clients.dynamodb.update_item(
                TableName=self._table_name,
                Key=incident_key(incident_id),
                UpdateExpression="SET told_at = :told_at, told_as = :told_as",
                ConditionExpression="attribute_exists(pk) AND attribute_not_exists(told_at)",
                ExpressionAttributeValues={":told_at": {"S": iso(told_at)}, ":told_as": {"S": told_as}},
            )
        except ClientError as error:
            if not is_conditional_check_failure(error):
                raise

    def load(self) -> datetime | None:
        """Up to when jobs were swept."""
        text = self._get({"pk": {"S": "sweep#state"}}).get("swept_until", {}).get("S")
        return datetime.fromisoformat(text) if text else None

    def save(self, swept_until: datetime) -> None:
        """Note up to when jobs were swept."""
        item = {"pk": {"S": "sweep#state"}, "swept_until": {"S": iso(swept_until)}}
        self._clients.dynamodb.put_item(TableName=self._table_name, Item=item)

    def load_last_good_policy(self) -> tuple[str, str] | None:
        """(version, text) of the last policy that was valid; None where none ever was."""
        item = self._get({"pk": {"S": "policy#last_good"}})
        version, text = item.get("version", {}).get("S"), item.get("text", {}).get("S")
        return (version, text) if version and text else None

    def save_last_good_policy(self, version: str, text: str) -> None:
        """Keep a valid policy for the day on which a newer one is broken."""
        item = {"pk": {"S": "policy#last_good"}, "version": {"S": version}, "text": {"S": text}}
        self._clients.dynamodb.put_item(TableName=self._table_name, Item=item)

    def _get(self, key: dict[str, Any]) -> dict[str, Any]:
        answer = self._clients.dynamodb.get_item(TableName=self._table_name, Key=key, ConsistentRead=True)
        return dict(answer.get("Item", {}))

    def _put(self, item: dict[str, Any], condition: str, values: dict[str, Any]) -> bool:
        try:
            self._clients.dynamodb.put_item(
                TableName=self._table_name,
                Item=item,
                ConditionExpression=condition,
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            if is_conditional_check_failure(error):
                return False
            raise
        return True
