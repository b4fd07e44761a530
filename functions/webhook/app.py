"""webhook: from a change of an incident on the bus to signed requests to those who registered for it."""

from dataclasses import asdict
from typing import Any

from aws_lambda_powertools.utilities.batch import EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from trainstop.app.batches import batch_processor
from trainstop.app.telemetry import emit, logger
from trainstop.app.webhook import Handling, Message, handle_message, ping, webhook_measures
from trainstop.app.wiring.webhook import webhook_deps

processor = batch_processor(EventType.SQS)


class AnotherTryError(Exception):
    """The receiver does not take it now: the message stays in the queue, hidden for a while."""


def handle(record: SQSRecord) -> None:
    """Handle one message; what raises goes back to the queue."""
    attempt = int(record.attributes.approximate_receive_count)
    handled = handle_message(Message(record.body, record.receipt_handle, attempt), webhook_deps())
    logger.info("webhook", extra=handled.as_dict() | {"attempt": attempt})
    emit(webhook_measures(handled))
    if handled.handling is Handling.TRY_AGAIN:
        raise AnotherTryError(handled.reason)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401 - two kinds of callers
    """Lambda's way in: a batch of the webhook queue, or ``{"ping": <webhook id>}`` of a person."""
    if "ping" in event:
        return asdict(ping(str(event["ping"]), webhook_deps()))
    return process_partial_response(event=event, record_handler=handle, processor=processor, context=context)
