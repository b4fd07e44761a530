"""Batches with partial failures: what fails goes back to its source, and the log says why."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType

from trainstop.app.telemetry import logger


class LoggedBatchProcessor(BatchProcessor):
    """Powertools' processor reports failures to Lambda only; the log has to know, too."""

    def failure_handler(self, record: Any, exception: Any) -> Any:  # noqa: ANN401 - Powertools' types
        """Log the error with its traceback before it is reported."""
        logger.error("record failed", exc_info=exception)
        return super().failure_handler(record, exception)


def batch_processor(event_type: EventType) -> BatchProcessor:
    """A processor for one kind of source. A batch that fails as a whole is reported like any other."""
    return LoggedBatchProcessor(event_type=event_type, raise_on_entire_batch_failure=False)
