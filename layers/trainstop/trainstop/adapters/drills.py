"""The deployed stack as a drill sees it: the bus that it is put on, and the archive that it ends in."""

import json
from typing import TYPE_CHECKING

from trainstop.domain.signal import Drill
from trainstop.events.drill import DETAIL_TYPE, order_of
from trainstop.events.parse import DRILL_SOURCE
from trainstop.ports import DrillRefusedError

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client


class EventBridgeDrills:
    """Puts drills on the default bus."""

    def __init__(self, events: "EventBridgeClient") -> None:
        self._events = events

    def put(self, drill: Drill) -> str:
        """Put the event that asks for the drill; the answer is its EventId.

        Raises:
            DrillRefusedError: EventBridge did not take it.
        """
        entry = {"Source": DRILL_SOURCE, "DetailType": DETAIL_TYPE, "Detail": json.dumps(order_of(drill))}
        (answer,) = self._events.put_events(Entries=[entry])["Entries"]  # type: ignore[list-item]
        if "ErrorCode" in answer:
            raise DrillRefusedError(f"{answer['ErrorCode']}: {answer.get('ErrorMessage', '')}")
        return answer["EventId"]


class S3Archived:
    """The archive bucket, for looking at."""

    def __init__(self, s3: "S3Client", bucket_name: str) -> None:
        self._s3 = s3
        self._bucket_name = bucket_name

    def first_under(self, prefix: str) -> str | None:
        """The key of an object under the prefix, though it may have been merged and deleted since; None without one."""
        answer = self._s3.list_object_versions(Bucket=self._bucket_name, Prefix=prefix)
        return next((each["Key"] for each in answer.get("Versions", [])), None)
