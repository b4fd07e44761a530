"""Carry out a decision: claim, stop, tell what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from trainstop.app.deps import WatchDeps
from trainstop.app.looks import wait_for_second_look
from trainstop.app.occasion import Occasion
from trainstop.domain.decision import JOB_ACTION, Action, Decision, OtherStop, Outcome, StopReason
from trainstop.domain.job_actions import JobActions
from trainstop.domain.redaction import redact
from trainstop.domain.signal import Nothing, NothingToDo
from trainstop.domain.tags import owner_of
from trainstop.domain.training_job import IN_PROGRESS, STOPPED, STOPPING, TrainingJob
from trainstop.policy.document import PolicyDocument, PrefixMeaning
from trainstop.policy.match import any_matches, tags_match
from trainstop.ports import Breaker, BudgetUnreadableError, StopAnswer, StopLimit, StopRefusedError


@dataclass(frozen=True, slots=True)
class Acted:
    """The decision as it came to stand once the guardrails with a memory were asked, and what became of it.

    Attributes:
        breaker: The breaker that held the stop.
    """

    decision: Decision
    outcome: Outcome
    breaker: Breaker | None = None


class Target(NamedTuple):
    """A job that is to be stopped, and what the limits ask of it."""

    job: TrainingJob
    tags: Mapping[str, str] | None
    declared: JobActions | None = None


def act(occasion: Occasion, declared: JobActions | None, decision: Decision, deps: WatchDeps) -> Acted | NothingToDo:
    """Stop the job if the decision says so and its time has come; only whoever gets the claim may.

    Where a stop is wanted the claim is needed even if the job does not run any more: another worker may have stopped
    it a moment ago and be about to say so. A worker that died between claim and stop leaves a claim that lapses; its
    message comes back and finds the job as it is: running, then it is stopped now, or stopping, then that is said.
    """
    if deps.drill is not None:
        decision = _rehearsed(decision)
    ready = wait_for_second_look(occasion, decision, deps)
    if isinstance(ready, NothingToDo):
        return ready
    decision = ready
    wanted = decision.stop_rule is not None
    if wanted and not deps.incidents.claim(occasion.incident_id, deps.clock()):
        return NothingToDo(reason=Nothing.ALREADY_RECORDED, detail=occasion.incident_id)
    if not decision.stop:
        return Acted(decision, Outcome(action=_without_stop(occasion.job, decision)))
    target = Target(occasion.job, occasion.tags, declared)
    others = _other_jobs(target, decision, deps)
    if others and not _prefix_names(target):
        acted = Acted(decision, Outcome(action=Action.NONE))
    else:
        acted = _stop_within_limits(target, decision, deps)
    stopped = tuple(_stop_other(name, decision, deps) for name in others)
    return Acted(acted.decision, acted.outcome.model_copy(update={"others": stopped}), acted.breaker)


def _rehearsed(decision: Decision) -> Decision:
    """Whatever was decided, a drill stops nothing."""
    return decision.model_copy(update={"stop": False, "stop_reason": StopReason.DRILL}) if decision.stop else decision


def _without_stop(job: TrainingJob, decision: Decision) -> Action:
    if decision.stop_reason.is_guardrail:
        return Action.STOP_HELD
    wanted = decision.stop_rule is not None
    return Action.ALREADY_STOPPED if wanted and job.training_job_status in {STOPPING, STOPPED} else Action.NONE


def _stop_within_limits(target: Target, decision: Decision, deps: WatchDeps) -> Acted:
    document = deps.policy().document
    try:
        breaker = deps.stop_budget.take(deps.clock(), _limits(document, target.tags))
    except BudgetUnreadableError as error:
        return _held(decision, StopReason.GUARDRAIL_UNREADABLE, f"the count of stops: {error}")
    if breaker is not None:
        reason = StopReason.STOP_LIMIT_REACHED if breaker.is_new else StopReason.BREAKER_OPEN
        return _held(decision, reason, describe_breaker(breaker), breaker)
    return Acted(decision, _stop(target.job.training_job_name, deps))


def describe_breaker(breaker: Breaker) -> str:
    """What a person has to know of an open breaker, in one sentence."""
    whose = f"jobs of {breaker.limit.owner}" if breaker.limit.owner else "jobs"
    return f"{breaker.limit.stops_per_hour} {whose} were stopped in the hour; open since {breaker.opened_at:%H:%M} UTC"


def _limits(document: PolicyDocument, tags: Mapping[str, str] | None) -> list[StopLimit]:
    owner, most = owner_of(tags or {}), document.max_stops_per_hour_and_owner
    own = [StopLimit(most, owner)] if owner and most is not None else []
    return [*own, StopLimit(document.max_stops_per_hour)]


def _held(decision: Decision, reason: StopReason, detail: str, breaker: Breaker | None = None) -> Acted:
    held = decision.model_copy(update={"stop": False, "stop_reason": reason, "held_detail": detail})
    return Acted(held, Outcome(action=Action.STOP_HELD), breaker)


def _stop(training_job_name: str, deps: WatchDeps) -> Outcome:
    try:
        answer = deps.jobs.stop(training_job_name)
    except StopRefusedError as error:
        return Outcome(action=Action.STOP_FAILED, acted_at=deps.clock(), error=redact(str(error)).text)
    stopped = answer is StopAnswer.ACCEPTED
    return Outcome(action=Action.STOPPED if stopped else Action.ALREADY_STOPPED, acted_at=deps.clock())


def _prefix_names(target: Target) -> bool:
    """Whether a StopTraining action's prefix is one of the job's own name. Debugger itself trips over capitals."""
    prefix = target.declared.stop_prefix or "" if target.declared else ""
    return target.job.training_job_name.lower().startswith(prefix.lower())


def _other_jobs(target: Target, decision: Decision, deps: WatchDeps) -> tuple[str, ...]:
    """Other running jobs that a StopTraining action means (FORMATS.md 3.2).

    Debugger stops what the prefix names only if that is one job. Here the job whose rule fired is that one; another is
    meant where the prefix is none of its name, or where the policy takes the prefix for all jobs.
    """
    prefix = target.declared.stop_prefix if target.declared else None
    if decision.stop_rule != JOB_ACTION or not prefix:
        return ()
    everyone = deps.policy().document.job_action_prefix is PrefixMeaning.EVERY_JOB
    own = _prefix_names(target)
    if own and not everyone:
        return ()
    others = tuple(name for name in deps.jobs.running(prefix) if name != target.job.training_job_name)
    return others if everyone or len(others) == 1 else ()


def _stop_other(training_job_name: str, decision: Decision, deps: WatchDeps) -> OtherStop:
    """Stop another job under the same guardrails."""
    job = deps.jobs.describe(training_job_name)
    if job is None or job.training_job_status != IN_PROGRESS:
        return OtherStop(training_job_name=training_job_name, action=Action.ALREADY_STOPPED)
    tags, protect = deps.jobs.tags(job.training_job_arn), deps.policy().document.protect
    if tags is None and protect.tags:
        return _other(job, Action.STOP_HELD, StopReason.GUARDRAIL_UNREADABLE)
    tagged = any(tags_match({key: pattern}, tags or {}) for key, pattern in protect.tags.items())
    if tagged or any_matches(protect.jobs, training_job_name):
        return _other(job, Action.STOP_HELD, StopReason.PROTECTED_JOB)
    acted = _stop_within_limits(Target(job, tags), decision, deps)
    held = acted.decision.stop_reason if acted.outcome.action is Action.STOP_HELD else None
    return _other(job, acted.outcome.action, held or acted.outcome.error or "")


def _other(job: TrainingJob, action: Action, reason: str) -> OtherStop:
    return OtherStop(training_job_name=job.training_job_name, action=action, reason=str(reason))
