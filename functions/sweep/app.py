"""sweep: every five minutes, what no event told."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from trainstop.app.sweep import sweep
from trainstop.app.telemetry import logger
from trainstop.app.wiring.sweep import sweep_deps

SPARE = timedelta(seconds=20)
"""Time that is left for the last call and for noting how far the sweep came."""


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - the schedule says nothing
    """Lambda's way in: the schedule."""
    deps = sweep_deps()
    remaining = timedelta(milliseconds=context.get_remaining_time_in_millis())
    swept = sweep(deps, deadline=deps.clock() + remaining - SPARE)
    summary = {
        "listed_count": swept.listed_count,
        "queued_count": swept.queued_count,
        "swept_until": swept.swept_until.isoformat(),
        "caught_up": swept.caught_up,
    }
    logger.info("swept", extra=summary)
    return summary
