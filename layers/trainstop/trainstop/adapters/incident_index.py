"""Incidents for people: one by its id, many by day or by job, newest first, in a bounded number of calls."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from trainstop.domain.incident import Incident
from trainstop.ports import Listing
from trainstop.records.item import from_item, holds_incident, incident_key
from trainstop.records.times import iso

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_PAGES: Final = 200
"""Calls of one listing. A page is 1 MB at most, and a day costs one call even if it is empty."""

Wanted = Callable[[Incident], bool]


class IncidentIndex:
    """Reads the table's indexes ``by_day`` and ``by_job``; both carry whole items."""

    def __init__(self, dynamodb: "DynamoDBClient", table_name: str, max_pages: int = MAX_PAGES) -> None:
        self._dynamodb = dynamodb
        self._table_name = table_name
        self._max_pages = max_pages

    def get(self, incident_id: str) -> Incident | None:
        """One incident; None where there is none in its final form."""
        answer = self._dynamodb.get_item(TableName=self._table_name, Key=incident_key(incident_id))
        item = answer.get("Item", {})
        return from_item(item) if holds_incident(item) else None

    def since(self, since: datetime, now: datetime, limit: int, wanted: Wanted = lambda _: True) -> Listing:
        """Those of the days from ``now`` back to ``since``."""
        days = ((now - timedelta(days=back)).date() for back in range((now.date() - since.date()).days + 1))
        pages = (page for date in days for page in self._pages("by_day", "day", date.isoformat(), since))
        return self._take(pages, limit, wanted)

    def of_job(self, job_name: str, since: datetime, limit: int, wanted: Wanted = lambda _: True) -> Listing:
        """Those of one job."""
        return self._take(self._pages("by_job", "job_name", job_name, since), limit, wanted)

    def _take(self, pages: Iterator[list[dict[str, Any]]], limit: int, wanted: Wanted) -> Listing:
        found: list[Incident] = []
        for number, page in enumerate(pages, start=1):
            found += filter(wanted, map(from_item, filter(holds_incident, page)))
            if len(found) >= limit:
                return Listing(tuple(found[:limit]), complete=True)
            if number == self._max_pages:
                return Listing(tuple(found), complete=False)
        return Listing(tuple(found), complete=True)

    def _pages(self, index: str, key: str, value: str, since: datetime) -> Iterator[list[dict[str, Any]]]:
        request: dict[str, Any] = {
            "TableName": self._table_name,
            "IndexName": index,
            "KeyConditionExpression": "#key = :value AND occurred_at >= :since",
            "ExpressionAttributeNames": {"#key": key},
            "ExpressionAttributeValues": {":value": {"S": value}, ":since": {"S": iso(since)}},
            "ScanIndexForward": False,
        }
        while True:
            answer = self._dynamodb.query(**request)
            yield list(answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
