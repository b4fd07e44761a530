"""Boxes of alerts that wait, counts of messages by the hour, and the index of what is due, on the incidents table."""

import hashlib
from datetime import datetime, timedelta
from typing import Any, Final

from botocore.exceptions import ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import is_conditional_check_failure
from trainstop.adapters.groups import DUE
from trainstop.domain.decision import Audience, Channel
from trainstop.domain.held import LISTED_ENTRIES, Box, BoxKey, HeldAlert
from trainstop.records.times import epoch_seconds, iso

_KEPT: Final = timedelta(days=7)
_PAGE: Final = 100
_DIGITS: Final = 32

Item = dict[str, Any]


class HeldTable:
    """Held and Due on the incidents table."""

    def __init__(self, clients: Clients, table_name: str) -> None:
        self._clients = clients
        self._table_name = table_name

    def hold(self, key: BoxKey, alert: HeldAlert) -> None:
        """Put an alert into a box, once: the box is a list of its own items, of which only the first are shown.

        A box that is full only counts.
        """
        names = {"#alerts": "alerts", "#count": "count", "#ids": "ids", "#box": "box", "#due": "due"}
        values: Item = {
            ":id": {"S": alert.incident_id},
            ":ids": {"SS": [alert.incident_id]},
            ":alert": {"L": [{"S": alert.model_dump_json()}]},
            ":none": {"L": []},
            ":box": {"S": key.model_dump_json()},
            ":due": {"S": DUE},
            ":at": {"S": iso(key.release_at)},
            ":expires_at": {"N": epoch_seconds(key.release_at + _KEPT)},
            ":one": {"N": "1"},
            ":most": {"N": str(LISTED_ENTRIES)},
        }
        set_ = "SET #box = :box, #due = :due, due_at = :at, expires_at = :expires_at"
        listed = f"{set_}, #alerts = list_append(if_not_exists(#alerts, :none), :alert) ADD #count :one, #ids :ids"
        room = "attribute_not_exists(#count) OR (#count < :most AND NOT contains(#ids, :id))"
        if self._update(key, listed, room, names, values):
            return
        counted = {name: value for name, value in values.items() if name in {":id", ":one", ":most"}}
        self._update(
            key,
            "ADD #count :one",
            "#count >= :most AND NOT contains(#ids, :id)",
            {"#count": "count", "#ids": "ids"},
            counted,
        )

    def release(self, digest: str, now: datetime) -> Box | None:
        """The box, where its time has come."""
        answer = self._clients.dynamodb.get_item(TableName=self._table_name, Key=_key(digest), ConsistentRead=True)
        item = answer.get("Item", {})
        if "box" not in item or "due" not in item or item["due_at"]["S"] > iso(now):
            return None
        alerts = tuple(HeldAlert.model_validate_json(entry["S"]) for entry in item["alerts"]["L"])
        return Box(key=BoxKey.model_validate_json(item["box"]["S"]), alerts=alerts, count=int(item["count"]["N"]))

    def empty(self, box: Box) -> None:
        """Take the box out of the index of what is due; TTL removes it."""
        self._clients.dynamodb.update_item(
            TableName=self._table_name,
            Key=_key(digest_of(box.key)),
            UpdateExpression="REMOVE #due, due_at",
            ExpressionAttributeNames={"#due": "due"},
        )

    def take(self, audience: Audience, name: str, channel: Channel, now: datetime, limit: int) -> bool:
        """Count one message of this hour; False where the hour has had enough."""
        if limit <= 0:
            return False
        hour = f"{now:%Y-%m-%dT%H}"
        reader = hashlib.sha256(name.encode()).hexdigest()[:_DIGITS] if name else ""
        try:
            self._clients.dynamodb.update_item(
                TableName=self._table_name,
                Key={"pk": {"S": f"sent#{audience}#{reader}#{channel}#{hour}"}},
                UpdateExpression="SET expires_at = :expires_at ADD sent :one",
                ConditionExpression="attribute_not_exists(sent) OR sent < :limit",
                ExpressionAttributeValues={
                    ":one": {"N": "1"},
                    ":limit": {"N": str(limit)},
                    ":expires_at": {"N": epoch_seconds(now + _KEPT)},
                },
            )
        except ClientError as error:
            if not is_conditional_check_failure(error):
                raise
            return False
        return True

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Keys whose moment has come, the oldest first, at most so many."""
        found: list[str] = []
        request: Item = {
            "TableName": self._table_name,
            "IndexName": "by_due_time",
            "KeyConditionExpression": "#due = :due AND due_at <= :now",
            "ExpressionAttributeNames": {"#due": "due"},
            "ExpressionAttributeValues": {":due": {"S": DUE}, ":now": {"S": iso(now)}},
            "Limit": min(limit, _PAGE),
        }
        while len(found) < limit:
            answer = self._clients.dynamodb.query(**request)
            found += [item["pk"]["S"] for item in answer.get("Items", [])]
            if "LastEvaluatedKey" not in answer:
                break
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return tuple(found[:limit])

    def _update(self, key: BoxKey, update: str, condition: str, names: dict[str, str], values: Item) -> bool:
        try:
            self._clients.dynamodb.update_item(
                TableName=self._table_name,
                Key=_key(digest_of(key)),
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            if not is_conditional_check_failure(error):
                raise
            return False
        return True


def digest_of(key: BoxKey) -> str:
    """The key as hexadecimal digits."""
    return hashlib.sha256(key.model_dump_json().encode()).hexdigest()[:_DIGITS]


def _key(digest: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"held#{digest}"}}
