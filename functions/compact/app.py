"""compact: every few minutes, what arrived is merged into the table that Athena reads."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from trainstop.app.compact import compact, measures_of
from trainstop.app.telemetry import emit, logger
from trainstop.app.wiring.compact import compact_deps

SPARE = timedelta(seconds=90)
"""Time that is left for the last merge: it is begun before the deadline and ends when it ends."""


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - the schedule says nothing
    """Lambda's way in: the schedule, or a person's ``trainstop archive compact``."""
    deps = compact_deps()
    remaining = timedelta(milliseconds=context.get_remaining_time_in_millis())
    compacted = compact(deps, deadline=deps.clock() + remaining - SPARE)
    emit(measures_of(compacted))
    summary = asdict(compacted)
    logger.info("compacted", extra=summary)
    return summary
