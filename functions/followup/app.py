"""followup: each minute, what comes later: groups that ended, alerts that waited, digests."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from trainstop.app.followup import follow_up
from trainstop.app.telemetry import logger
from trainstop.app.wiring.followup import follow_up_deps

SPARE = timedelta(seconds=15)
"""Time that is left for the last message."""


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001 - the schedule says nothing
    """Lambda's way in: the schedule."""
    deps = follow_up_deps()
    remaining = timedelta(milliseconds=context.get_remaining_time_in_millis())
    followed = asdict(follow_up(deps, deadline=deps.desk.clock() + remaining - SPARE))
    logger.info("followed up", extra=followed)
    return followed
