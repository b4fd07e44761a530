"""Who is listened for, as items ``listener#<audience>`` of the incidents table: one read tells, one write replaces."""

from datetime import datetime, timedelta
from typing import Final

from botocore.exceptions import ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import is_conditional_check_failure
from trainstop.domain.decision import Audience
from trainstop.domain.listener import Listened
from trainstop.ports import Clock
from trainstop.records.times import iso

TRUSTED_FOR: Final = timedelta(days=1)
"""What was not read from SNS for so long is not believed: an alert then goes to those who certainly hear it."""

_MAX_NAMES: Final = 5_000
"""Keep the item below DynamoDB's 400 KB, unless names are very long; AWS allows 200 filters a topic by default."""


class ListenersTable:
    """Listeners and ListenerRegistry on the incidents table."""

    def __init__(self, clients: Clients, table_name: str, clock: Clock) -> None:
        self._clients = clients
        self._table_name = table_name
        self._clock = clock

    def listening(self, audience: Audience, name: str) -> bool:
        """Whether somebody listens for the owner or team; one read."""
        answer = self._clients.dynamodb.get_item(TableName=self._table_name, Key=_key(audience), ConsistentRead=True)
        item = answer.get("Item", {})
        if not item or datetime.fromisoformat(item["read_at"]["S"]) < self._clock() - TRUSTED_FOR:
            return False
        return Listened.model_validate_json(item["listened"]["S"]).includes(audience, name)

    def save(self, audience: Audience, listened: Listened, read_at: datetime) -> None:
        """Replace what is kept, unless that was read later."""
        kept = listened.model_copy(update={"names": listened.names[:_MAX_NAMES]})
        try:
            self._clients.dynamodb.put_item(
                TableName=self._table_name,
                Item=_key(audience) | {"listened": {"S": kept.model_dump_json()}, "read_at": {"S": iso(read_at)}},
                ConditionExpression="attribute_not_exists(pk) OR read_at <= :read_at",
                ExpressionAttributeValues={":read_at": {"S": iso(read_at)}},
            )
        except ClientError as error:
            if not is_conditional_check_failure(error):
                raise


def _key(audience: Audience) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"listener#{audience.value}"}}
