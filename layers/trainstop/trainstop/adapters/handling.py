"""What people did about incidents: a list beside the incident in its item, and how its fault ended.

An entry is appended by one conditional write, so that two people at one time both are kept, and the table's stream
carries each change to archive and notify.
"""

from botocore.exceptions import ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import is_conditional_check_failure
from trainstop.domain.handling import MOST_ENTRIES, HandlingEntry, Resolution
from trainstop.records.fault import fault_key
from trainstop.records.item import State, incident_key


class HandlingTable:
    """Handled on the incidents table."""

    def __init__(self, clients: Clients, table_name: str) -> None:
        self._clients = clients
        self._table_name = table_name

    def append(self, incident_id: str, entry: HandlingEntry) -> bool:
        """Add an entry; False where there are ``MOST_ENTRIES``, or no such incident."""
        try:
            self._clients.dynamodb.update_item(
                TableName=self._table_name,
                Key=incident_key(incident_id),
                UpdateExpression="SET handling = list_append(if_not_exists(handling, :none), :entry)",
                ConditionExpression="#state = :recorded AND (attribute_not_exists(handling) OR size(handling) < :most)",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues={
                    ":none": {"L": []},
                    ":entry": {"L": [{"S": entry.model_dump_json()}]},
                    ":recorded": {"S": State.RECORDED.value},
                    ":most": {"N": str(MOST_ENTRIES)},
                },
            )
        except ClientError as error:
            if not is_conditional_check_failure(error):
                raise
            return False
        return True

    def resolve_fault(self, fingerprint: str, resolution: Resolution) -> None:
        """Note how a fault ended; its other attributes are others'."""
        self._clients.dynamodb.update_item(
            TableName=self._table_name,
            Key=fault_key(fingerprint),
            UpdateExpression="SET resolution = :resolution",
            ExpressionAttributeValues={":resolution": {"S": resolution.model_dump_json()}},
        )
