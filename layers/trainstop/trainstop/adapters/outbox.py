"""Offers recorded incidents to notify and archive once more, after one of them gave a stretch of the stream up.

Lambda's dead letter for a stream holds positions, not records, and the stream forgets after a day. So the incidents of
that time are touched: each makes a new stream record, and both functions do what they have not done yet.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from trainstop.adapters.incident_index import IncidentIndex
from trainstop.domain.incident import Incident
from trainstop.records.item import State, incident_key
from trainstop.records.times import iso, utc

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_WATCH_TAKES: Final = timedelta(minutes=3)
"""An incident is recorded at most so long after it was noticed: watch's time-out and a claim that had to lapse."""

_WHOLE_SECOND: Final = timedelta(seconds=1)
"""Lambda tells the arrival of records to the second."""

_NOTICED_LATE: Final = timedelta(days=30)
"""An incident may be noticed so long after it occurred: the index is by the day on which it did."""

_MOST: Final = 10_000


class NotAStreamLetterError(ValueError):
    """The message is not Lambda's record of a stretch of a DynamoDB stream."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """When the first and the last record of a stretch of the stream arrived."""

    first: datetime
    last: datetime

    @classmethod
    def of(cls, body: str) -> "Stretch":
        """Read Lambda's on-failure record (``DDBStreamBatchInfo``).

        Raises:
            NotAStreamLetterError: it is none.
        """
        try:
            info = json.loads(body)["DDBStreamBatchInfo"]
            times = (info["approximateArrivalOfFirstRecord"], info["approximateArrivalOfLastRecord"])
            first, last = (utc(datetime.fromisoformat(time)) for time in times)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise NotAStreamLetterError("not Lambda's record of a DynamoDB stream") from error
        return cls(first, last)

    def may_hold(self, incident: Incident) -> bool:
        """Whether a record of the incident may be in the stretch: of its recording, or of its alert being noted."""
        begin, end = self.first - _WHOLE_SECOND, self.last + _WHOLE_SECOND
        told = incident.told_at is not None and begin <= incident.told_at <= end
        return told or begin - _WATCH_TAKES <= incident.detected_at <= end


class Outbox:
    """The incidents table, as what notify and archive are fed from."""

    def __init__(self, dynamodb: "DynamoDBClient", table_name: str) -> None:
        self._dynamodb = dynamodb
        self._table_name = table_name
        self._index = IncidentIndex(dynamodb, table_name)

    def offer_again(self, stretch: Stretch, now: datetime) -> int:
        """Touch the incidents that the stretch may hold; the answer is how many there are."""
        listing = self._index.since(stretch.first - _NOTICED_LATE, stretch.last, _MOST, stretch.may_hold)
        for incident in listing.incidents:
            self._dynamodb.update_item(
                TableName=self._table_name,
                Key=incident_key(incident.incident_id),
                UpdateExpression="SET offered_again_at = :now",
                ConditionExpression="#state = :recorded",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues={":now": {"S": iso(now)}, ":recorded": {"S": State.RECORDED.value}},
            )
        return len(listing.incidents)
