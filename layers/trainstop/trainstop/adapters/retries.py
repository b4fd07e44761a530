"""Planned retries: items ``retry#<job name>`` of the incidents table, and one-time schedules that bring them up."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from botocore.exceptions import ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import code_of, is_conditional_check_failure, is_denied, message_of
from trainstop.domain.base import Frozen
from trainstop.events.parse import LOOK_SOURCE
from trainstop.events.retry_due import DETAIL_TYPE
from trainstop.ports import Retry, RetryRefusedError

_SCHEDULED_ALREADY: Final = "ConflictException"
_LASTING: Final = frozenset({"ResourceNotFoundException", "ServiceQuotaExceededException", "ValidationException"})


class Schedules(Frozen):
    """Where EventBridge Scheduler keeps the reminders, and how it delivers them."""

    group_name: str
    role_arn: str
    queue_arn: str


class RetriesTable:
    """Retries on the incidents table and EventBridge Scheduler."""

    def __init__(self, clients: Clients, table_name: str, schedules: Schedules | None) -> None:
        self._clients = clients
        self._table_name = table_name
        self._schedules = schedules

    def load(self, training_job_name: str) -> Retry | None:
        """The retry of this name; None where none was planned."""
        answer = self._clients.dynamodb.get_item(
            TableName=self._table_name, Key=_key(training_job_name), ConsistentRead=True
        )
        item = answer.get("Item")
        return _retry(item) if item else None

    def plan(self, retry: Retry) -> Retry:
        """Note the retry and set its reminder; where another worker was faster, its plan stands."""
        if self._schedules is None:
            raise RetryRefusedError("the stack has no schedule group: its parameter ResubmitRoles is empty")
        noted = self._note(retry)
        try:
            self._clients.scheduler.create_schedule(**_schedule(noted, self._schedules))
        except ClientError as error:
            if is_denied(error) or code_of(error) in _LASTING:
                raise RetryRefusedError(f"{code_of(error)}: {message_of(error)}") from error
            if code_of(error) != _SCHEDULED_ALREADY:
                raise
        return noted

    def mark_submitted(self, training_job_name: str) -> None:
        """Note that the job was created."""
        self._clients.dynamodb.update_item(
            TableName=self._table_name,
            Key=_key(training_job_name),
            UpdateExpression="SET submitted = :yes",
            ExpressionAttributeValues={":yes": {"BOOL": True}},
        )

    def _note(self, retry: Retry) -> Retry:
        plan = {"S": json.dumps(asdict(retry), default=str)}
        try:
            self._clients.dynamodb.put_item(
                TableName=self._table_name,
                Item=_key(retry.training_job_name) | {"plan": plan, "submitted": {"BOOL": False}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError as error:
            if not is_conditional_check_failure(error):
                raise
            return self.load(retry.training_job_name) or retry
        return retry


def _key(training_job_name: str) -> dict[str, Any]:
    return {"pk": {"S": f"retry#{training_job_name}"}}


def _retry(item: Any) -> Retry:  # noqa: ANN401 - an item of boto3's answer
    plan = json.loads(item["plan"]["S"])
    return Retry(
        **plan
        | {
            "due_at": datetime.fromisoformat(plan["due_at"]),
            "cost_usd": None if plan["cost_usd"] is None else Decimal(plan["cost_usd"]),
            "faults": tuple(plan["faults"]),
            "submitted": item["submitted"]["BOOL"],
        }
    )


def _schedule(retry: Retry, schedules: Schedules) -> dict[str, Any]:
    """A one-time schedule, to the second, that deletes itself and sends watch a reminder."""
    event = {
        "version": "0",
        "id": "",
        "source": LOOK_SOURCE,
        "detail-type": DETAIL_TYPE,
        "detail": {"TrainingJobName": retry.training_job_name},
    }
    return {
        "Name": retry.training_job_name,
        "GroupName": schedules.group_name,
        "ScheduleExpression": f"at({retry.due_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S})",
        "ScheduleExpressionTimezone": "UTC",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "Target": {"Arn": schedules.queue_arn, "RoleArn": schedules.role_arn, "Input": json.dumps(event)},
    }
