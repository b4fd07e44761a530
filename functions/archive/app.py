"""archive: from a recorded incident on the table's stream to a row that Athena reads."""

from typing import Any

from aws_lambda_powertools.utilities.batch import EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from trainstop.app.archive import archive
from trainstop.app.batches import batch_processor
from trainstop.app.streams import incident_of
from trainstop.app.telemetry import logger
from trainstop.app.wiring.archive import archive_store

processor = batch_processor(EventType.DynamoDBStreams)


def handle(record: DynamoDBRecord) -> None:
    """Archive one incident; what raises is delivered again."""
    incident = incident_of(record.raw_event)
    if incident is not None:
        logger.info("archived", extra={"key": archive(incident, archive_store())})


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Lambda's way in: a batch of the incidents table's stream."""
    return process_partial_response(event=event, record_handler=handle, processor=processor, context=context)
