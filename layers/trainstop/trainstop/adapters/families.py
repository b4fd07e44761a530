"""Good runs: items ``family#<family key>`` of the incidents table."""

from datetime import datetime, timedelta
from typing import Final

from botocore.exceptions import ClientError
from pydantic import ValidationError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import is_conditional_check_failure
from trainstop.domain.run import Run
from trainstop.records.times import epoch_seconds, iso

KEPT: Final = timedelta(days=180)


class FamiliesTable:
    """Families on the incidents table."""

    def __init__(self, clients: Clients, table_name: str) -> None:
        self._clients = clients
        self._table_name = table_name

    def keep(self, family_key: str, run: Run, now: datetime) -> bool:
        """Keep the run in one conditional write, so that events out of order leave the newest."""
        try:
            self._clients.dynamodb.put_item(
                TableName=self._table_name,
                Item=_key(family_key)
                | {
                    "ended_at": {"S": iso(run.ended_at)},
                    "run": {"S": run.model_dump_json()},
                    "expires_at": {"N": epoch_seconds(now + KEPT)},
                },
                ConditionExpression="attribute_not_exists(pk) OR ended_at < :ended_at",
                ExpressionAttributeValues={":ended_at": {"S": iso(run.ended_at)}},
            )
        except ClientError as error:
            if not is_conditional_check_failure(error):
                raise
            return False
        return True

    def last_good(self, family_key: str) -> Run | None:
        """The run that is kept. One of a form that this version does not know is none: no alert may fail for it."""
        answer = self._clients.dynamodb.get_item(TableName=self._table_name, Key=_key(family_key), ConsistentRead=True)
        item = answer.get("Item")
        try:
            return Run.model_validate_json(item["run"]["S"]) if item else None
        except ValidationError:
            return None


def _key(family_key: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"family#{family_key}"}}
