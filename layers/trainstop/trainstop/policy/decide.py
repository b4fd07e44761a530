"""What the policy wants done about a finding: a pure function of the case and the policy."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from trainstop.domain.category import Category
from trainstop.domain.decision import JOB_ACTION, AlertOrder, Decision, ResubmitReason, StopReason, Trial
from trainstop.domain.finding import Trigger
from trainstop.policy.actions import Alert, Resubmit, Stop
from trainstop.policy.alerting import order_of
from trainstop.policy.case import Case
from trainstop.policy.document import PolicyDocument, Rule
from trainstop.policy.match import grounds, matches, protection_of
from trainstop.policy.state import PolicyState

_ENDED = frozenset({Trigger.JOB_FAILED, Trigger.WAIT_LIMIT})
"""Ends after which a job may be submitted once more. Who stopped a job, or limited its time, meant it."""


@dataclass(frozen=True, slots=True)
class Switches:
    """What the stack itself allows.

    Attributes:
        dry_run: Holds stops and resubmissions as the policy's own switch does.
        resubmit_roles: ARNs of the execution roles that a resubmitted job may have; none: no job is resubmitted.
    """

    dry_run: bool = False
    resubmit_roles: frozenset[str] = frozenset()


class StopChoice(NamedTuple):
    """Who wants the stop, if anybody does, and what holds it."""

    rule: str | None
    reason: StopReason
    detail: str = ""
    terms: Stop = Stop()


def decide(case: Case, state: PolicyState, switches: Switches) -> Decision:
    """Decide on the stop, the alert and the resubmission, each by the first rule that applies and speaks of it.

    Where the Debugger rule that fired declares actions of its own and the policy honours them, they decide on the
    stop, and the addresses that they name are told as well.

    Args:
        case: The finding and its job, as described.
        state: The policy in force.
        switches: The stack's own.
    """
    document = state.document
    applying = [rule for rule in document.rules if matches(rule.when, case)]
    live = [rule for rule in applying if not rule.trial]
    stop = _stop(case, state, live, switches)
    alert_rule, alert = _alert(case, state, live)
    resubmit_rule, resubmit, resubmit_reason = _resubmit(case, state, live, switches)
    return Decision(
        stop=stop.reason is StopReason.RULE_SAYS_STOP,
        stop_reason=stop.reason,
        stop_rule=stop.rule,
        stop_why=_why(stop.rule, live, case),
        held_detail=stop.detail,
        minimum_age_seconds=_first_given(stop.terms.minimum_age_seconds, document.minimum_age_seconds),
        confirm_after_seconds=_first_given(stop.terms.confirm_after_seconds, document.confirm_after_seconds),
        alert=alert,
        alert_rule=alert_rule,
        alert_why=_why(alert_rule, live, case),
        resubmit=resubmit.terms if resubmit and resubmit_reason is ResubmitReason.RULE_SAYS_RESUBMIT else None,
        resubmit_reason=resubmit_reason,
        resubmit_rule=resubmit_rule,
        resubmit_why=_why(resubmit_rule, live, case),
        trials=tuple(_trial(rule, applying, case, state, switches) for rule in applying if rule.trial),
        neighbours=case.neighbours,
        policy_version=state.version,
    )


def _why(rule_name: str | None, live: list[Rule], case: Case) -> str:
    return next((grounds(rule.when, case) for rule in live if rule.name == rule_name), "")


def first_of(rules: Iterable[Rule], speaks: Callable[[Rule], bool]) -> Rule | None:
    """The first rule that speaks of a kind of action."""
    return next((rule for rule in rules if rule.ignore or speaks(rule)), None)


def honoured(case: Case, document: PolicyDocument) -> bool:
    """Whether the actions that the job's own rule declares decide."""
    return document.honour_job_actions and case.declared is not None and case.declared.asks


def _stop(case: Case, state: PolicyState, live: list[Rule], switches: Switches) -> StopChoice:
    if case.declared is not None and honoured(case, state.document):
        if case.declared.stop_prefix is None:
            return StopChoice(None, StopReason.NO_RULE_SAYS_STOP)
        return _guarded(case, state, StopChoice(JOB_ACTION, StopReason.RULE_SAYS_STOP), dry_run=switches.dry_run)
    rule = first_of(live, lambda rule: rule.stop is not None)
    if rule is None or not rule.stop:
        return StopChoice(None, StopReason.NO_RULE_SAYS_STOP)
    terms = rule.stop if isinstance(rule.stop, Stop) else Stop()
    wanted = StopChoice(rule.name, StopReason.RULE_SAYS_STOP, "", terms)
    return _guarded(case, state, wanted, dry_run=switches.dry_run or rule.dry_run)


def _guarded(case: Case, state: PolicyState, wanted: StopChoice, *, dry_run: bool) -> StopChoice:
    """The guardrails that need no memory, in order."""
    document = state.document
    if not case.in_progress:
        return wanted._replace(reason=StopReason.JOB_NOT_IN_PROGRESS)
    if not state.trusted:
        return wanted._replace(reason=StopReason.POLICY_UNREADABLE)
    if case.tags is None and document.protect.tags:
        return wanted._replace(reason=StopReason.GUARDRAIL_UNREADABLE, detail="the job's tags could not be read")
    if protection := protection_of(document.protect, case):
        return wanted._replace(reason=StopReason.PROTECTED_JOB, detail=protection)
    if dry_run or document.dry_run:
        return wanted._replace(reason=StopReason.DRY_RUN)
    return wanted._replace(reason=StopReason.DRILL) if case.drill else wanted


def _alert(case: Case, state: PolicyState, live: list[Rule]) -> tuple[str | None, AlertOrder | None]:
    rule = first_of(live, lambda rule: rule.alert is not None)
    if rule is None:
        return None, None
    if not isinstance(rule.alert, Alert):
        return rule.name, None
    return rule.name, order_of(rule.alert, state.document.alerts, case.now)


def _resubmit(
    case: Case, state: PolicyState, live: list[Rule], switches: Switches
) -> tuple[str | None, Resubmit | None, ResubmitReason]:
    rule = first_of(live, lambda rule: rule.resubmit is not None)
    if rule is None or not rule.resubmit:
        return None, None, ResubmitReason.NO_RULE_SAYS_RESUBMIT
    terms = rule.resubmit if isinstance(rule.resubmit, Resubmit) else Resubmit()
    dry_run = rule.dry_run or switches.dry_run or state.document.dry_run
    return rule.name, terms, _resubmit_reason(case, state, terms, switches, dry_run=dry_run)


def _resubmit_reason(
    case: Case, state: PolicyState, terms: Resubmit, switches: Switches, *, dry_run: bool
) -> ResubmitReason:
    """The guardrails that need no memory, in order."""
    held = (
        (ResubmitReason.JOB_NOT_ENDED, case.trigger not in _ENDED),
        (ResubmitReason.POLICY_UNREADABLE, not state.trusted),
        (ResubmitReason.HANDLED_ELSEWHERE, case.tags is None or any(each.resubmits for each in case.neighbours)),
        (ResubmitReason.NOT_WORTH_RETRYING, not _worth_trying(case, terms)),
        (ResubmitReason.DRY_RUN, dry_run),
        (ResubmitReason.NOT_PERMITTED, case.role_arn not in switches.resubmit_roles),
        (ResubmitReason.DRILL, case.drill),
    )
    return next((reason for reason, holds in held if holds), ResubmitReason.RULE_SAYS_RESUBMIT)


def _worth_trying(case: Case, terms: Resubmit) -> bool:
    changed = case.category is Category.GPU_OUT_OF_MEMORY and terms.more_gpu_memory
    return case.retry.worth_trying or changed


def _trial(trial: Rule, applying: list[Rule], case: Case, state: PolicyState, switches: Switches) -> Trial:
    """What the decision would have taken from one rule in trial, were it on."""
    rules = [rule for rule in applying if rule is trial or not rule.trial]
    stop, (alert_rule, alert), (resubmit_rule, _, resubmit_reason) = (
        _stop(case, state, rules, switches),
        _alert(case, state, rules),
        _resubmit(case, state, rules, switches),
    )
    decides_stop = stop.rule == trial.name
    return Trial(
        rule=trial.name,
        stop=decides_stop and stop.reason is StopReason.RULE_SAYS_STOP,
        held=stop.reason if decides_stop and stop.reason.is_guardrail else None,
        alert=alert_rule == trial.name and alert is not None,
        resubmit=resubmit_rule == trial.name and resubmit_reason is ResubmitReason.RULE_SAYS_RESUBMIT,
    )


def _first_given(own: int | None, otherwise: int) -> int:
    return otherwise if own is None else own
