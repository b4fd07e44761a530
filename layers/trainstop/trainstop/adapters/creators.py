"""Who started which job: items ``creator#<job ARN>`` of the incidents table."""

from datetime import datetime, timedelta
from typing import Final

from botocore.exceptions import ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import is_conditional_check_failure
from trainstop.records.times import epoch_seconds

KEPT: Final = timedelta(days=40)
"""Longer than a job may run, 28 days (FORMATS.md 11), and wait."""


class CreatorsTable:
    """Creators on the incidents table."""

    def __init__(self, clients: Clients, table_name: str) -> None:
        self._clients = clients
        self._table_name = table_name

    def note(self, training_job_arn: str, person: str, now: datetime) -> None:
        """Note who started the job. DynamoDB deletes late, so a note that has lapsed is written over."""
        try:
            self._clients.dynamodb.put_item(
                TableName=self._table_name,
                Item=_key(training_job_arn) | {"person": {"S": person}, "expires_at": {"N": epoch_seconds(now + KEPT)}},
                ConditionExpression="attribute_not_exists(pk) OR expires_at < :now",
                ExpressionAttributeValues={":now": {"N": epoch_seconds(now)}},
            )
        except ClientError as error:
            if not is_conditional_check_failure(error):
                raise

    def creator_of(self, training_job_arn: str) -> str:
        """Who started the job; "" where nobody has noted it."""
        answer = self._clients.dynamodb.get_item(
            TableName=self._table_name, Key=_key(training_job_arn), ConsistentRead=True
        )
        return answer.get("Item", {}).get("person", {}).get("S", "")


def _key(training_job_arn: str) -> dict[str, dict[str, str]]:
    """ARNs are compared without regard to case (FORMATS.md 1.3)."""
    return {"pk": {"S": f"creator#{training_job_arn.lower()}"}}
