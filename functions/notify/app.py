"""notify: from a recorded incident on the table's stream to an alert."""

from typing import Any

from aws_lambda_powertools.utilities.batch import EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from trainstop.app.batches import batch_processor
from trainstop.app.changes import publish_changes
from trainstop.app.notify import notify, told_measures
from trainstop.app.streams import incident_of
from trainstop.app.telemetry import emit, logger
from trainstop.app.wiring.changes import incident_changes
from trainstop.app.wiring.notify import notify_deps

processor = batch_processor(EventType.DynamoDBStreams)


def handle(record: DynamoDBRecord) -> None:
    """Tell one incident; what raises is delivered again."""
    incident = incident_of(record.raw_event)
    if incident is None:
        return
    notified = notify(incident, notify_deps())
    logger.info("alert", extra={"incident_id": incident.incident_id, "became": notified.became.value})
    if notified.refused is not None:
        logger.error("declared addresses not told", extra={"reason": notified.refused})
    if notified.told_at is not None:
        emit(told_measures(incident, notified))
    # Last: no trouble of the bus may keep an alert from people.
    publish_changes(incident, record.raw_event, incident_changes())


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Lambda's way in: a batch of the incidents table's stream."""
    return process_partial_response(event=event, record_handler=handle, processor=processor, context=context)
