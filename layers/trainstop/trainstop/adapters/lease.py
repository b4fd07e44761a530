"""The right to do alone what two must not do at a time, as an item ``lease#<name>`` of the incidents table."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

from botocore.exceptions import ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import is_conditional_check_failure
from trainstop.ports import Clock
from trainstop.ports.archive import LeaseTakenError
from trainstop.records.times import epoch_seconds, iso

ARCHIVE: Final = "compaction"
"""Who changes the archive's table holds this one: compaction, and whoever erases rows."""


class TableLease:
    """A lease on the incidents table.

    It ends by itself after ``lasts``, so that a holder that died keeps nobody out for longer; one that takes longer has
    to renew it.
    """

    def __init__(self, clients: Clients, table_name: str, name: str, *, lasts: timedelta, clock: Clock) -> None:
        self._clients = clients
        self._table_name = table_name
        self._key = {"pk": {"S": f"lease#{name}"}}
        self._lasts = lasts
        self._clock = clock

    @contextmanager
    def held(self) -> Iterator[Callable[[], None]]:
        """Hold the lease for a while; what it gives makes that while begin anew.

        Raises:
            LeaseTakenError: somebody else holds it.
        """
        holder = str(uuid4())
        self._take(holder)
        try:
            yield lambda: self._take(holder)
        finally:
            self._give_back(holder)

    def _take(self, holder: str) -> None:
        now = self._clock()
        until = now + self._lasts
        try:
            self._clients.dynamodb.put_item(
                TableName=self._table_name,
                Item={
                    **self._key,
                    "holder": {"S": holder},
                    "held_until": {"S": iso(until)},
                    "expires_at": {"N": epoch_seconds(until + timedelta(days=1))},
                },
                ConditionExpression="attribute_not_exists(pk) OR holder = :holder OR held_until < :now",
                ExpressionAttributeValues={":now": {"S": iso(now)}, ":holder": {"S": holder}},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if not is_conditional_check_failure(error):
                raise
            item: Any = error.response.get("Item", {})
            until_then = item.get("held_until", {}).get("S", "a moment from now")
            raise LeaseTakenError(f"somebody else is at it, until {until_then} at the latest") from error

    def _give_back(self, holder: str) -> None:
        try:
            self._clients.dynamodb.delete_item(
                TableName=self._table_name,
                Key=self._key,
                ConditionExpression="holder = :holder",
                ExpressionAttributeValues={":holder": {"S": holder}},
            )
        except ClientError as error:
            if not is_conditional_check_failure(error):
                raise
