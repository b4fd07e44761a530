"""When digests are due, as items ``digest#<period>`` of the incidents table."""

from datetime import datetime
from typing import Any

from trainstop.adapters.clients import Clients
from trainstop.adapters.groups import DUE
from trainstop.domain.digest import Period
from trainstop.records.times import iso


class CalendarTable:
    """The next time of each digest."""

    def __init__(self, clients: Clients, table_name: str) -> None:
        self._clients = clients
        self._table_name = table_name

    def next_digest(self, period: Period) -> datetime | None:
        """When the digest is due; None where none is planned."""
        answer = self._clients.dynamodb.get_item(TableName=self._table_name, Key=_key(period), ConsistentRead=True)
        text = answer.get("Item", {}).get("due_at", {}).get("S")
        return datetime.fromisoformat(text) if text else None

    def plan_digest(self, period: Period, due_at: datetime | None) -> None:
        """Plan the digest for then; None for never."""
        if due_at is None:
            self._clients.dynamodb.delete_item(TableName=self._table_name, Key=_key(period))
            return
        item = _key(period) | {"due": {"S": DUE}, "due_at": {"S": iso(due_at)}}
        self._clients.dynamodb.put_item(TableName=self._table_name, Item=item)


def _key(period: Period) -> dict[str, dict[str, Any]]:
    return {"pk": {"S": f"digest#{period}"}}
