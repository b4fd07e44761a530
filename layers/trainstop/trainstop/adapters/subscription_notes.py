"""What SNS does not keep of subscriptions, as items ``subscription#<hash>`` of the incidents table."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from trainstop.adapters.clients import Clients
from trainstop.domain.job_actions import Recipient
from trainstop.domain.subscription import Subscription, Topic
from trainstop.ports import SubscriptionNote
from trainstop.records.times import iso

_BATCH: Final = 100
"""Items of one BatchGetItem."""


class SubscriptionNotesTable:
    """Notes on the incidents table. An address is in no key: of who unsubscribes nothing is left."""

    def __init__(self, clients: Clients, table_name: str) -> None:
        self._clients = clients
        self._table_name = table_name

    def write(self, topic: Topic, recipient: Recipient, note: SubscriptionNote) -> None:
        """Keep a note; an earlier one is replaced."""
        values = {
            "asked_at": iso(note.asked_at),
            "principal_arn": note.principal_arn,
            "filter_policy": json.dumps(note.filter_policy),
            "subscription_name": note.name,
        }
        self._clients.dynamodb.put_item(
            TableName=self._table_name,
            Item=_key(topic, recipient.protocol.value, recipient.endpoint)
            | {name: {"S": value} for name, value in values.items()},
        )

    def read(self, subscriptions: Sequence[Subscription]) -> tuple[SubscriptionNote | None, ...]:
        """The note on each; one that DynamoDB holds back under load is taken for none."""
        keys = [_key_of(each)["pk"]["S"] for each in subscriptions]
        wanted = list(dict.fromkeys(keys))
        found: dict[str, SubscriptionNote] = {}
        for start in range(0, len(wanted), _BATCH):
            asked = [{"pk": {"S": key}} for key in wanted[start : start + _BATCH]]
            answer = self._clients.dynamodb.batch_get_item(RequestItems={self._table_name: {"Keys": asked}})
            found |= {item["pk"]["S"]: _note(item) for item in answer["Responses"].get(self._table_name, [])}
        return tuple(found.get(key) for key in keys)

    def forget(self, subscription: Subscription) -> None:
        """Remove the note."""
        self._clients.dynamodb.delete_item(TableName=self._table_name, Key=_key_of(subscription))


def _key_of(subscription: Subscription) -> dict[str, dict[str, str]]:
    return _key(subscription.topic, subscription.protocol, subscription.endpoint)


def _key(topic: Topic, protocol: str, endpoint: str) -> dict[str, dict[str, str]]:
    digest = hashlib.sha256(f"{topic.value}\n{protocol}\n{endpoint.lower()}".encode()).hexdigest()
    return {"pk": {"S": f"subscription#{digest[:32]}"}}


def _note(item: Mapping[str, Any]) -> SubscriptionNote:
    return SubscriptionNote(
        name=item["subscription_name"]["S"],
        principal_arn=item["principal_arn"]["S"],
        asked_at=datetime.fromisoformat(item["asked_at"]["S"]),
        filter_policy=json.loads(item["filter_policy"]["S"]),
    )
