"""watch: from an event to an incident, and to a stopped job where a rule says so."""

from typing import Any

from aws_lambda_powertools.utilities.batch import EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from trainstop.app.batches import batch_processor
from trainstop.app.measures import log_result, measures_of
from trainstop.app.telemetry import emit, logger
from trainstop.app.watch_message import watch_message
from trainstop.app.wiring.watch import watch_deps

processor = batch_processor(EventType.SQS)


def handle(record: SQSRecord) -> None:
    """Handle one message; what raises goes back to the queue."""
    for result in watch_message(record.body, watch_deps()):
        log_result(result)
        emit(measures_of(result))


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Lambda's way in: a batch of the watch queue."""
    return process_partial_response(event=event, record_handler=handle, processor=processor, context=context)
