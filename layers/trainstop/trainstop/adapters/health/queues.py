"""SQS: what waits, and what was set aside."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from trainstop.adapters.health.caller import Caller
from trainstop.adapters.health.metrics import newest_extremes
from trainstop.domain.deployed import DeployedStack, StackResource, name_in
from trainstop.domain.health import UncheckableError
from trainstop.domain.health_facts import DeadLetterFacts, QueueFacts

QUEUE: Final = "AWS::SQS::Queue"
_SET_ASIDE: Final = "DeadLetterQueue"
_LOOKED_AT: Final = 10


def read_queues(caller: Caller, stack: DeployedStack, now: datetime) -> tuple[QueueFacts, ...]:
    """The queues that are worked on."""
    queues = [each for each in stack.of_kind(QUEUE) if not each.logical_id.endswith(_SET_ASIDE)]
    ages = newest_extremes(
        caller,
        "AWS/SQS",
        "ApproximateAgeOfOldestMessage",
        "QueueName",
        tuple(name_in(each.physical_id) for each in queues),
        statistic="Maximum",
        now=now,
        span=timedelta(minutes=15),
    )
    return tuple(
        QueueFacts(each.logical_id, _waiting(caller, each), ages.get(name_in(each.physical_id))) for each in queues
    )


def read_dead_letters(caller: Caller, stack: DeployedStack) -> tuple[DeadLetterFacts, ...]:
    """The dead-letter queues. A look at the letters hides none of them from others."""
    queues = [each for each in stack.of_kind(QUEUE) if each.logical_id.endswith(_SET_ASIDE)]
    return tuple(_letters(caller, each) for each in queues)


def _waiting(caller: Caller, queue: StackResource) -> int | None:
    answer = caller.find(
        "sqs",
        "GetQueueAttributes",
        QueueUrl=queue.physical_id,
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )
    return None if answer is None else int(answer["Attributes"]["ApproximateNumberOfMessages"])


def _letters(caller: Caller, queue: StackResource) -> DeadLetterFacts:
    count = _waiting(caller, queue)
    if not count:
        return DeadLetterFacts(queue.logical_id, count)
    try:
        messages = caller.ask(
            "sqs",
            "ReceiveMessage",
            QueueUrl=queue.physical_id,
            MaxNumberOfMessages=_LOOKED_AT,
            VisibilityTimeout=0,
            WaitTimeSeconds=1,
            MessageAttributeNames=["reason", "ERROR_CODE", "ERROR_MESSAGE"],
            MessageSystemAttributeNames=["SentTimestamp"],
        ).get("Messages", [])
    except UncheckableError as error:
        return DeadLetterFacts(queue.logical_id, count, unread=str(error))
    sent = [int(each["Attributes"]["SentTimestamp"]) / 1000 for each in messages if "Attributes" in each]
    return DeadLetterFacts(
        queue.logical_id,
        count,
        oldest_at=datetime.fromtimestamp(min(sent), UTC) if sent else None,
        reasons=tuple(dict.fromkeys(filter(None, map(_reason, messages)))),
    )


def _reason(message: dict[str, Any]) -> str:
    """What watch said, what EventBridge said, or what Lambda says about a stretch of a stream; "" where nobody did."""
    said = {name: value.get("StringValue", "") for name, value in message.get("MessageAttributes", {}).items()}
    if "reason" in said:
        return str(said["reason"])
    if "ERROR_CODE" in said:
        return ": ".join(filter(None, (said["ERROR_CODE"], said.get("ERROR_MESSAGE", ""))))
    try:
        context = json.loads(message["Body"]).get("requestContext", {})
        return str(context.get("condition", ""))
    except (ValueError, AttributeError):
        return ""
