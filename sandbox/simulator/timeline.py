"""Plays the steps of a plan to a job that somebody else has created."""

import functools
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sandbox.simulator.agenda import Agenda
from sandbox.simulator.errors import ApiError
from sandbox.simulator.jobs import TrainingJob
from sandbox.simulator.steps import LogStep, OwnStep, RuleStep, StatusStep, status_of

if TYPE_CHECKING:
    from sandbox.simulator.simulator import Simulator

_log = logging.getLogger(__name__)


def play(simulator: "Simulator", agenda: Agenda, job: TrainingJob, steps: Sequence[OwnStep]) -> None:
    """Puts the steps of a job that has just been created on the agenda; of the same time, in their order."""
    for step in steps:
        agenda.after(step.at_seconds, functools.partial(_take, simulator, job, step))


def _take(simulator: "Simulator", job: TrainingJob, step: OwnStep) -> None:
    name = job.training_job_name
    try:
        match step:
            case StatusStep():
                simulator.move(name, status_of(step.status), step.status, step.failure_reason, step.message)
            case RuleStep():
                simulator.set_rule(name, step.rule, step.status, step.details, acts=step.acts)
            case LogStep():
                simulator.write_logs(f"{name}/algo-{step.host}-{int(job.created)}", step.lines)
    except ApiError as refusal:
        # The job was stopped, or has no such rule: the timeline was written before anybody knew its request.
        _log.warning("%s: %s at %g s skipped: %s", name, step.do, step.at_seconds, refusal.message)
