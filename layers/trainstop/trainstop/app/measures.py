"""What watch counts and logs of each result."""

from collections.abc import Iterator
from datetime import datetime

from trainstop.app.telemetry import logger
from trainstop.app.watch import Result
from trainstop.app.watch_message import DeadLetter
from trainstop.domain.decision import Action
from trainstop.domain.finding import Trigger
from trainstop.domain.incident import Incident
from trainstop.domain.measure import COUNT, NO_UNIT, SECONDS, Measure
from trainstop.domain.signal import Nothing, NothingToDo, Origin


def measures_of(result: Result | DeadLetter) -> Iterator[Measure]:
    """What watch counts of one result."""
    match result:
        case DeadLetter():
            yield Measure("UnreadableEvent", COUNT, 1)
        case NothingToDo(reason=Nothing.ALREADY_RECORDED):
            yield Measure("DuplicateSignal", COUNT, 1)
        case NothingToDo(reason=reason):
            yield Measure("NothingToDo", COUNT, 1, ("reason", reason.value))
        case Incident():
            yield from _of_incident(result)


def _of_incident(incident: Incident) -> Iterator[Measure]:
    if incident.drill:
        yield Measure("Drill", COUNT, 1)
        return
    yield Measure("IncidentRecorded", COUNT, 1, ("category", incident.diagnosis.category.value))
    outcome = incident.outcome
    if incident.trigger is Trigger.BREAKER:
        yield Measure("BreakerOpened", COUNT, 1)
        return
    if incident.decision.silence is not None:
        yield Measure("AlertSilenced", COUNT, 1)
    if outcome.retry is not None:
        yield Measure("RetryPlanned", COUNT, 1)
    if (lost := _money_lost(incident)) is not None:
        yield Measure("MoneyLostUsd", NO_UNIT, lost)
    if outcome.action is Action.STOPPED:
        yield Measure("TrainingJobStopped", COUNT, 1)
        if outcome.acted_at is not None:
            yield Measure("SecondsToStop", SECONDS, _seconds(incident.occurred_at, outcome.acted_at))
    elif outcome.action is Action.STOP_HELD:
        yield Measure("StopHeld", COUNT, 1, ("reason", incident.decision.stop_reason.value))
    elif outcome.action is Action.STOP_FAILED:
        yield Measure("StopFailed", COUNT, 1)


def _money_lost(incident: Incident) -> float | None:
    """What a job cost that failed, met a limit or was stopped for a rule; None where it is unknown or not lost now.

    As the query money_lost_by_team has it, but without its look at a job's other incidents: a stop counts with the
    incident that made it.
    """
    by_rule = incident.trigger.is_rule or incident.trigger is Trigger.ALARM
    stopped = by_rule and incident.outcome.action is Action.STOPPED
    is_lost = incident.origin is not Origin.BACKFILL and (incident.trigger.is_failure or stopped)
    cost_usd = incident.job.cost_usd
    return float(cost_usd) if is_lost and cost_usd is not None else None


def _seconds(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds())


def log_result(result: Result | DeadLetter) -> None:
    """Say in one line what became of a message. Texts of jobs are not logged: their log is theirs."""
    match result:
        case DeadLetter(reason=reason):
            logger.error("dead letter", extra={"reason": reason})
        case NothingToDo(reason=nothing, detail=detail):
            logger.info("nothing to do", extra={"reason": nothing.value, "detail": detail})
        case Incident():
            logger.info(
                "incident",
                extra={
                    "incident_id": result.incident_id,
                    "training_job_name": result.job.name,
                    "trigger": result.trigger.value,
                    "category": result.diagnosis.category.value,
                    "action": result.outcome.action.value,
                    "stop_reason": result.decision.stop_reason.value,
                    "drill": result.drill,
                },
            )
