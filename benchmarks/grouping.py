"""Telling many incidents of few faults: notify's own sequence and the adapters of its table, on a table in memory.

The table answers as DynamoDB does (versions, conditions, all or nothing) and takes no time, so that what is measured is
trainstop's own work, and what is counted are the calls and the bytes that an incident costs.
"""

import statistics
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

from botocore.exceptions import ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.groups import GroupsTable
from trainstop.adapters.held import HeldTable
from trainstop.app.notify import NotifyDeps, notify
from trainstop.app.tell import Desk
from trainstop.domain.category import Actor, Category, Retry
from trainstop.domain.decision import (
    Action,
    AlertOrder,
    Audience,
    Channel,
    Decision,
    Delivery,
    Outcome,
    Severity,
    StopReason,
)
from trainstop.domain.finding import Trigger
from trainstop.domain.incident import Diagnosis, EvidenceFacts, Incident, JobFacts
from trainstop.domain.signal import Origin
from trainstop.ports import Publication

INCIDENTS = 20_000
FAULTS = 5
SLICE = 2_000
_NOON = datetime(2026, 9, 14, 12, tzinfo=UTC)


class Grouping(NamedTuple):
    """What telling cost.

    Attributes:
        first_ms, last_ms: Median milliseconds an incident, of the first and of the last ``SLICE``.
        calls: Calls of the table for each incident.
        item_bytes: The largest group.
        published: Messages in all.
    """

    seconds: float
    first_ms: float
    last_ms: float
    calls: float
    item_bytes: int
    published: int

    @property
    def growth(self) -> float:
        """Work of the last incidents to that of the first."""
        return self.last_ms / self.first_ms


def grouping() -> Grouping:
    """Tell ``INCIDENTS`` of ``FAULTS`` that come within a minute."""
    table = _Table()
    told = _Told()
    topic = _Topic()
    clients = cast("Clients", SimpleNamespace(dynamodb=table))
    clock = _Clock()
    desk = Desk(
        topics=dict.fromkeys(Audience, topic),
        chat=topic,
        groups=GroupsTable(clients, "incidents"),
        held=HeldTable(clients, "incidents"),
        emit=lambda _: None,
        clock=clock,
    )
    deps = NotifyDeps(desk=desk, addressed=topic, told=told, listeners=_Nobody())
    took = []
    for number in range(INCIDENTS):
        incident = made_incident(number)
        clock.now = incident.detected_at
        began = time.perf_counter()
        notify(incident, deps)
        took.append(time.perf_counter() - began)
    items = [item["group"]["S"] for item in table.items.values() if "group" in item]
    return Grouping(
        seconds=sum(took),
        first_ms=statistics.median(took[:SLICE]) * 1000,
        last_ms=statistics.median(took[-SLICE:]) * 1000,
        calls=table.calls / INCIDENTS,
        item_bytes=max(map(len, items)),
        published=topic.published,
    )


def made_incident(number: int) -> Incident:
    """A failed job's incident, the next one 3 ms later."""
    at = _NOON + timedelta(milliseconds=3 * number)
    fault = number % FAULTS
    order = AlertOrder(
        severity=Severity.HIGH,
        audience=(Audience.PLATFORM,),
        channels=(Channel.EMAIL, Channel.CHAT, Channel.JSON),
        delivery=Delivery(group_window_seconds=900),
    )
    return Incident(
        incident_id=f"{number:020}",
        trigger=Trigger.JOB_FAILED,
        severity=Severity.HIGH,
        origin=Origin.EVENT,
        occurred_at=at,
        detected_at=at,
        job=JobFacts(
            name=f"demo-cnn-2026-09-14-{number:06}",
            arn=f"arn:aws:sagemaker:us-east-1:111122223333:training-job/demo-cnn-2026-09-14-{number:06}",
            account="111122223333",
            region="us-east-1",
            status="Failed",
            cost_usd=Decimal("3.04"),
            tags={"team": "vision"},
        ),
        diagnosis=Diagnosis(
            category=Category.USER_CODE,
            title=f"Fault {fault}",
            root_line="ValueError: bad label",
            actor=Actor.JOB_OWNER,
            retry=Retry.NO,
            advice="Read the traceback.",
            fingerprint=f"{fault:016}",
        ),
        evidence=EvidenceFacts(),
        decision=Decision(
            stop=False, stop_reason=StopReason.NO_RULE_SAYS_STOP, alert=order, alert_rule="all", policy_version="1"
        ),
        outcome=Outcome(action=Action.NONE),
    )


class _Clock:
    now = _NOON

    def __call__(self) -> datetime:
        return self.now


class _Told:
    def __init__(self) -> None:
        self._told: set[str] = set()

    def is_told(self, incident_id: str) -> bool:
        return incident_id in self._told

    def mark_told(self, incident_id: str, _told_at: datetime, _told_as: str) -> None:
        self._told.add(incident_id)


class _Topic:
    published = 0

    def publish(self, _publication: Publication) -> str:
        self.published += 1
        return "1"


class _Nobody:
    def listening(self, _audience: Audience, _name: str) -> bool:
        return False


class _Table:
    """DynamoDB's answers to what groups ask, in memory."""

    class exceptions:  # noqa: N801 - boto3's name
        class TransactionCanceledException(ClientError):  # noqa: N818 - boto3's name
            """A transaction of which a condition did not hold."""

    def __init__(self) -> None:
        self.items: dict[str, dict[str, Any]] = {}
        self.calls = 0

    def get_item(self, *, Key: Mapping[str, Any], **_: object) -> dict[str, Any]:  # noqa: N803 - boto3's name
        self.calls += 1
        item = self.items.get(Key["pk"]["S"])
        return {"Item": item} if item else {}

    def put_item(self, **put: Any) -> dict[str, Any]:  # noqa: ANN401 - boto3's
        self.calls += 1
        if not self._holds(put):
            raise ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "PutItem")
        self.items[put["Item"]["pk"]["S"]] = put["Item"]
        return {}

    def transact_write_items(self, *, TransactItems: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - boto3's name
        self.calls += 1
        puts = [each["Put"] for each in TransactItems if "Put" in each]
        reasons = ["None" if self._holds(put) else "ConditionalCheckFailed" for put in puts]
        if set(reasons) != {"None"}:
            answer = {"Error": {"Code": "TransactionCanceledException"}}
            raise self.exceptions.TransactionCanceledException(
                answer | {"CancellationReasons": [{"Code": reason} for reason in reasons]},  # type: ignore[arg-type]
                "TransactWriteItems",
            )
        for put in puts:
            self.items[put["Item"]["pk"]["S"]] = put["Item"]
        return {}

    def _holds(self, put: Mapping[str, Any]) -> bool:
        old = self.items.get(put["Item"]["pk"]["S"])
        if put["ConditionExpression"] == "attribute_not_exists(pk)":
            return old is None
        return old is not None and old["version"] == put["ExpressionAttributeValues"][":version"]
