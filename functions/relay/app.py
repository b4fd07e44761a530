"""relay: from Debugger's own message to a look at the jobs that it can mean."""

from typing import Any

from aws_lambda_powertools.utilities.batch import EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from trainstop.app.batches import batch_processor
from trainstop.app.relay import relay
from trainstop.app.telemetry import logger
from trainstop.app.wiring.relay import relay_deps
from trainstop.events.debugger_message import text_of_notification

processor = batch_processor(EventType.SQS)


def handle(record: SQSRecord) -> None:
    """Relay one message; what raises goes back to the queue."""
    relayed = relay(text_of_notification(record.body), relay_deps())
    rule = relayed.message.rule if relayed.message else None
    logger.info("relayed", extra={"rule": rule, "candidate_count": relayed.candidate_count})


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Lambda's way in: a batch of the relay queue."""
    return process_partial_response(event=event, record_handler=handle, processor=processor, context=context)
