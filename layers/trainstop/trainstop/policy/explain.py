"""Why the policy decides as it does: each rule, whether it applies, and what it decides."""

from collections.abc import Iterator
from dataclasses import dataclass

from trainstop.domain.decision import JOB_ACTION, Decision
from trainstop.policy.case import Case
from trainstop.policy.decide import Switches, decide
from trainstop.policy.document import Rule
from trainstop.policy.match import mismatches
from trainstop.policy.state import PolicyState


@dataclass(frozen=True, slots=True)
class RuleView:
    """One rule before one case.

    Attributes:
        mismatches: Why it does not apply; empty where it does.
        decides: The kinds of action that it decides.
    """

    name: str
    mismatches: tuple[str, ...]
    decides: tuple[str, ...]
    trial: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with the way to it."""

    rules: tuple[RuleView, ...]
    decision: Decision
    job_action: bool


def explain(case: Case, state: PolicyState, switches: Switches) -> Explanation:
    """Decide, and say of each rule what it had to do with it."""
    decision = decide(case, state, switches)
    views = tuple(_view(rule, case, decision) for rule in state.document.rules)
    return Explanation(views, decision, decision.stop_rule == JOB_ACTION)


def _view(rule: Rule, case: Case, decision: Decision) -> RuleView:
    problems = tuple(mismatches(rule.when, case))
    decides = () if problems or rule.trial else tuple(_decides(rule, decision))
    return RuleView(rule.name, problems, decides, rule.trial)


def _decides(rule: Rule, decision: Decision) -> Iterator[str]:
    if decision.stop_rule == rule.name:
        yield "stop"
    if decision.alert_rule == rule.name:
        yield "alert" if decision.alert else "no alert"
    if decision.resubmit_rule == rule.name:
        yield "resubmit"
