"""First looks at findings whose stop waits, as items ``look#<incident id>`` of the incidents table."""

from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import is_conditional_check_failure
from trainstop.ports import Look
from trainstop.records.times import epoch_seconds, iso


class LooksTable:
    """Looks on the incidents table."""

    def __init__(self, clients: Clients, table_name: str) -> None:
        self._clients = clients
        self._table_name = table_name

    def first_seen(self, incident_id: str, now: datetime, kept: timedelta) -> Look:
        """Note the finding unless it is noted. DynamoDB deletes late, so a note that has lapsed is written over."""
        key = {"pk": {"S": f"look#{incident_id}"}}
        expires_at = epoch_seconds(now + kept)
        try:
            self._clients.dynamodb.put_item(
                TableName=self._table_name,
                Item=key | {"first_seen_at": {"S": iso(now)}, "expires_at": {"N": expires_at}},
                ConditionExpression="attribute_not_exists(pk) OR expires_at < :now",
                ExpressionAttributeValues={":now": {"N": epoch_seconds(now)}},
            )
        except ClientError as error:
            if not is_conditional_check_failure(error):
                raise
            answer = self._clients.dynamodb.get_item(TableName=self._table_name, Key=key, ConsistentRead=True)
            return Look(datetime.fromisoformat(answer["Item"]["first_seen_at"]["S"]), is_new=False)
        return Look(now, is_new=True)
