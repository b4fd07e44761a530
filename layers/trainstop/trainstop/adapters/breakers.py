"""The count of stops by the hour, and the breakers, as items of the incidents table.

``stops#<hour>`` and ``stops#<hour>#<owner>`` count; ``breaker#`` and ``breaker#<owner>`` stay until a
person closes them.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import code_of, is_conditional_check_failure
from trainstop.ports import Breaker, BudgetUnreadableError, StopLimit
from trainstop.records.times import epoch_seconds, iso

_COUNT_KEPT: Final = timedelta(days=7)
_PREFIX: Final = "breaker#"
_MAX_PAGES: Final = 50


class StopBreakers:
    """StopBudget on the incidents table, and what a person does about a breaker."""

    def __init__(self, clients: Clients, table_name: str) -> None:
        self._clients = clients
        self._table_name = table_name

    def take(self, now: datetime, limits: Sequence[StopLimit]) -> Breaker | None:
        """Count one stop under every limit; the breaker that is open, or that this stop opens.

        A stop that one limit allows and the next forbids stays counted under the first: too many held is the safe side.

        Raises:
            BudgetUnreadableError: DynamoDB did not answer.
        """
        try:
            for limit in limits:
                if (breaker := self.open_breaker(limit.owner)) is not None:
                    return breaker
            refused = next((limit for limit in limits if not self._count(now, limit)), None)
            return None if refused is None else self._open(now, refused)
        except ClientError as error:
            raise BudgetUnreadableError(code_of(error)) from error
        except BotoCoreError as error:
            raise BudgetUnreadableError(type(error).__name__) from error

    def open_breaker(self, owner: str) -> Breaker | None:
        """The breaker of an owner, or of all jobs ("" ), if it is open."""
        answer = self._clients.dynamodb.get_item(TableName=self._table_name, Key=_key(owner), ConsistentRead=True)
        return _breaker(answer.get("Item", {}))

    def all_open(self) -> list[Breaker]:
        """Every open breaker, as ``find_open`` finds them."""
        return self.find_open()[0]

    def find_open(self) -> tuple[list[Breaker], bool]:
        """Open breakers, and whether these are all.

        It reads the table, a megabyte a call, at most 50 of them: for people, not for functions.
        """
        request: dict[str, Any] = {
            "TableName": self._table_name,
            "FilterExpression": "begins_with(pk, :prefix)",
            "ExpressionAttributeValues": {":prefix": {"S": _PREFIX}},
        }
        found: list[Breaker] = []
        for _ in range(_MAX_PAGES):
            answer = self._clients.dynamodb.scan(**request)
            found += [breaker for item in answer["Items"] if (breaker := _breaker(item))]
            if "LastEvaluatedKey" not in answer:
                return found, True
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return found, False

    def close(self, owner: str, now: datetime, closed_by: str, reason: str) -> bool:
        """Close a breaker and begin the hour's count anew; False where it is not open."""
        try:
            self._clients.dynamodb.update_item(
                TableName=self._table_name,
                Key=_key(owner),
                UpdateExpression="SET is_open = :no, closed_at = :now, closed_by = :by, reason = :reason",
                ConditionExpression="is_open = :yes",
                ExpressionAttributeValues={
                    ":no": {"BOOL": False},
                    ":yes": {"BOOL": True},
                    ":now": {"S": iso(now)},
                    ":by": {"S": closed_by},
                    ":reason": {"S": reason},
                },
            )
        except ClientError as error:
            if is_conditional_check_failure(error):
                return False
            raise
        self._clients.dynamodb.delete_item(TableName=self._table_name, Key=_count_key(now, owner))
        return True

    def _count(self, now: datetime, limit: StopLimit) -> bool:
        try:
            self._clients.dynamodb.update_item(
                TableName=self._table_name,
                Key=_count_key(now, limit.owner),
                UpdateExpression="ADD stop_count :one SET expires_at = :expires_at",
                ConditionExpression=":zero < :limit AND (attribute_not_exists(stop_count) OR stop_count < :limit)",
                ExpressionAttributeValues={
                    ":zero": {"N": "0"},
                    ":one": {"N": "1"},
                    ":limit": {"N": str(limit.stops_per_hour)},
                    ":expires_at": {"N": epoch_seconds(now + _COUNT_KEPT)},
                },
            )
        except ClientError as error:
            if is_conditional_check_failure(error):
                return False
            raise
        return True

    def _open(self, now: datetime, limit: StopLimit) -> Breaker:
        opened = Breaker(limit, now.replace(microsecond=0).astimezone(UTC), is_new=True)
        item = _key(limit.owner) | {
            "is_open": {"BOOL": True},
            "owner": {"S": limit.owner},
            "opened_at": {"S": iso(opened.opened_at)},
            "stops_per_hour": {"N": str(limit.stops_per_hour)},
        }
        try:
            self._clients.dynamodb.put_item(
                TableName=self._table_name,
                Item=item,
                ConditionExpression="attribute_not_exists(pk) OR is_open = :no",
                ExpressionAttributeValues={":no": {"BOOL": False}},
            )
        except ClientError as error:
            if not is_conditional_check_failure(error):
                raise
            return self.open_breaker(limit.owner) or opened
        return opened


def _key(owner: str) -> dict[str, Any]:
    return {"pk": {"S": f"{_PREFIX}{owner}"}}


def _count_key(now: datetime, owner: str) -> dict[str, Any]:
    return {"pk": {"S": f"stops#{now:%Y-%m-%dT%H}{f'#{owner}' if owner else ''}"}}


def _breaker(item: Any) -> Breaker | None:  # noqa: ANN401 - an item of boto3's answer
    if not item.get("is_open", {}).get("BOOL"):
        return None
    limit = StopLimit(int(item["stops_per_hour"]["N"]), item["owner"]["S"])
    return Breaker(limit, datetime.fromisoformat(item["opened_at"]["S"]))
