"""Drills: the way of an event, walked with a job that is made up.

What is asked of SageMaker, of logs, of stop limits, retries and subscriptions is answered from the scenario or not at
all. Real are the policy, its decision, and the table: from there on a drill's incident goes the way of every other.
"""

from typing import Any, NoReturn

from trainstop.app.deps import WatchDeps
from trainstop.domain.decision import AlertOrder, Delivery
from trainstop.domain.evidence import Evidence
from trainstop.domain.incident import Incident
from trainstop.domain.signal import Drill, JobSignal, RefusedSubmission
from trainstop.domain.training_job import TrainingJob
from trainstop.drills import Stage

NOTHING_BILLED = "a drill: no instance was started, so nothing was billed"


class OffStageError(RuntimeError):
    """A drill reached for something real: a fault of trainstop's own, for which its event goes to the dead letters."""


class StagedWorld:
    """Every port of watch but the table of incidents: it knows the made-up job, and refuses everything else."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def describe(self, training_job_name: str) -> TrainingJob | None:
        """The made-up job."""
        return self._stage.job if training_job_name == self._stage.training_job_name else None

    def tags(self, _: str) -> dict[str, str]:
        """Its tags."""
        return self._stage.tags

    def tail(self, *_: object) -> Evidence:
        """The scenario's log."""
        return self._stage.evidence

    def last_good(self, _: str) -> None:
        """The made-up job has no past."""

    def creator_of(self, _: str) -> str:
        """Nobody started it but who its tags name."""
        return ""

    def sdk_notifies(self, _: str) -> bool:
        """Nobody else looks after a job that is not there."""
        return False

    def __getattr__(self, name: str) -> NoReturn:
        raise OffStageError(f"a drill must not reach {name}")


def rehearse(drill: Drill, deps: WatchDeps) -> tuple[JobSignal | RefusedSubmission, WatchDeps]:
    """What an event in earnest would have said, and a world in which it is so."""
    stage = Stage(drill, drill.sent_at or deps.clock())
    world: Any = StagedWorld(stage)
    return stage.signal, WatchDeps(
        jobs=world,
        rule_jobs=world,
        logs=world,
        incidents=deps.incidents,
        stop_budget=world,
        looks=world,
        recipients=world,
        neighbours=world,
        retries=world,
        families=world,
        creators=world,
        silences=deps.silences,
        queue=world,
        policy=deps.policy,
        prices=deps.prices,
        clock=deps.clock,
        switches=deps.switches,
        drill=drill,
    )


def as_drill(incident: Incident, drill: Drill) -> Incident:
    """The incident, marked as a drill's: no job is there, nothing was billed, and its fault is no other's."""
    job = {"arn": None, "cost_usd": None, "cost_formula": NOTHING_BILLED, "billable_instance_seconds": None}
    return incident.model_copy(
        update={
            "drill": True,
            "job": incident.job.model_copy(update=job),
            "diagnosis": incident.diagnosis.model_copy(update={"fingerprint": incident.incident_id}),
            "decision": incident.decision.model_copy(update={"alert": _hushed(incident.decision.alert, drill)}),
        }
    )


def _hushed(order: AlertOrder | None, drill: Drill) -> AlertOrder | None:
    """The alert, at once, without the channels that were asked to be quiet; None where none is left."""
    if order is None:
        return None
    channels = tuple(channel for channel in order.channels if channel not in drill.quiet)
    return order.model_copy(update={"channels": channels, "delivery": Delivery()}) if channels else None
