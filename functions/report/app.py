"""report: every week, the report of the last seven days is made and stored, and the weekly digest links to it."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from trainstop.app.telemetry import logger
from trainstop.app.weekly_report import last_day_of, weekly_report
from trainstop.app.wiring.report import weekly_report_deps


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - Powertools takes it
    """Lambda's way in: the schedule, or a person's ``{"last_day": "2026-01-14"}`` for the seven days up to that one."""
    deps = weekly_report_deps()
    stored = weekly_report(deps, last_day_of(event.get("last_day"), deps.making.clock()))
    summary = stored.model_dump(mode="json")
    logger.info("report stored", extra=summary)
    return summary
