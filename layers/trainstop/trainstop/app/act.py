"""Carry out a decision: claim, stop, tell what happened."""

from dataclasses import dataclass

from trainstop.app.deps import WatchDeps
from trainstop.domain.decision import Action, Decision, Outcome, StopReason
from trainstop.domain.redaction import redact
from trainstop.domain.signal import Nothing, NothingToDo
from trainstop.domain.training_job import STOPPED, STOPPING, TrainingJob
from trainstop.ports import BudgetUnreadableError, StopAnswer, StopRefusedError


@dataclass(frozen=True, slots=True)
class Acted:
    """The decision as it came to stand once the guardrails with a memory were asked, and what became of it."""

    decision: Decision
    outcome: Outcome


def act(job: TrainingJob, incident_id: str, decision: Decision, deps: WatchDeps) -> Acted | NothingToDo:
    """Stop the job if the decision says so; only whoever gets the claim may.

    A worker that died between claim and stop leaves a claim that lapses; its message comes back and finds the job as
    it is: running, then it is stopped now, or stopping, then that is said.
    """
    if not decision.stop:
        return Acted(decision, Outcome(action=_without_stop(job, decision)))
    if not deps.incidents.claim(incident_id, deps.clock()):
        return NothingToDo(reason=Nothing.ALREADY_RECORDED, detail=incident_id)
    held = _held(deps)
    if held is not None:
        decision = decision.model_copy(update={"stop": False, "stop_reason": held})
        return Acted(decision, Outcome(action=Action.STOP_HELD))
    return Acted(decision, _stop(job.training_job_name, deps))


def _without_stop(job: TrainingJob, decision: Decision) -> Action:
    if decision.stop_reason.is_guardrail:
        return Action.STOP_HELD
    wanted = decision.stop_rule is not None
    return Action.ALREADY_STOPPED if wanted and job.training_job_status in {STOPPING, STOPPED} else Action.NONE


def _held(deps: WatchDeps) -> StopReason | None:
    try:
        free = deps.stop_budget.take(deps.clock(), deps.policy().document.max_stops_per_hour)
    except BudgetUnreadableError:
        return StopReason.GUARDRAIL_UNREADABLE
    return None if free else StopReason.STOP_LIMIT_REACHED


def _stop(training_job_name: str, deps: WatchDeps) -> Outcome:
    try:
        answer = deps.jobs.stop(training_job_name)
    except StopRefusedError as error:
        return Outcome(action=Action.STOP_FAILED, acted_at=deps.clock(), error=redact(str(error)).text)
    stopped = answer is StopAnswer.ACCEPTED
    return Outcome(action=Action.STOPPED if stopped else Action.ALREADY_STOPPED, acted_at=deps.clock())
