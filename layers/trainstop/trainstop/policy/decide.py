"""What the policy wants done about a finding: a pure function of the case and the policy."""

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase

from trainstop.domain.base import Frozen
from trainstop.domain.category import Category
from trainstop.domain.decision import AlertOrder, Decision, StopReason
from trainstop.domain.finding import Trigger
from trainstop.policy.document import Alert, Protection, Rule, When
from trainstop.policy.state import PolicyState


class Case(Frozen):
    """What a rule may look at."""

    trigger: Trigger
    rule_name: str = ""
    training_job_name: str
    tags: dict[str, str]
    category: Category
    in_progress: bool


def decide(case: Case, state: PolicyState, *, dry_run: bool) -> Decision:
    """Decide on the stop and on the alert, each by the first matching rule that speaks of it.

    Args:
        case: The finding and its job, as described.
        state: The policy in force.
        dry_run: The stack's own switch; it holds stops as the policy's does.
    """
    matching = [rule for rule in state.document.rules if matches(rule.when, case)]
    stop_rule = next((rule for rule in matching if rule.stop is not None), None)
    alert_rule = next((rule for rule in matching if rule.alert is not None), None)
    reason = _stop_reason(case, state, stop_rule, dry_run=dry_run)
    return Decision(
        stop=reason is StopReason.RULE_SAYS_STOP,
        stop_reason=reason,
        stop_rule=stop_rule.name if stop_rule and stop_rule.stop else None,
        alert=_order(alert_rule),
        alert_rule=alert_rule.name if alert_rule else None,
        policy_version=state.version,
    )


def matches(when: When, case: Case) -> bool:
    """Whether a rule applies to a case."""
    checks: tuple[Callable[[], bool], ...] = (
        lambda: when.trigger is None or case.trigger in when.trigger,
        lambda: when.category is None or case.category in when.category,
        lambda: when.rule is None or any_matches(when.rule, case.rule_name),
        lambda: when.job is None or any_matches(when.job, case.training_job_name),
        lambda: when.tags is None or tags_match(when.tags, case.tags),
    )
    return all(check() for check in checks)


def any_matches(patterns: Iterable[str], text: str) -> bool:
    """Whether one of the globs matches the whole text, with case."""
    return any(fnmatchcase(text, pattern) for pattern in patterns)


def tags_match(wanted: Mapping[str, str], tags: Mapping[str, str]) -> bool:
    """Whether every wanted tag is there with a value that matches its glob."""
    return all(key in tags and fnmatchcase(tags[key], pattern) for key, pattern in wanted.items())


def is_protected(protect: Protection, case: Case) -> bool:
    """Whether the job may not be stopped: its name matches, or any one of the protecting tags does."""
    if any_matches(protect.jobs, case.training_job_name):
        return True
    return any(tags_match({key: pattern}, case.tags) for key, pattern in protect.tags.items())


def _stop_reason(case: Case, state: PolicyState, rule: Rule | None, *, dry_run: bool) -> StopReason:
    if rule is None or not rule.stop:
        return StopReason.NO_RULE_SAYS_STOP
    if not case.in_progress:
        return StopReason.JOB_NOT_IN_PROGRESS
    if not state.trusted:
        return StopReason.POLICY_UNREADABLE
    if is_protected(state.document.protect, case):
        return StopReason.PROTECTED_JOB
    if dry_run or state.document.dry_run:
        return StopReason.DRY_RUN
    return StopReason.RULE_SAYS_STOP


def _order(rule: Rule | None) -> AlertOrder | None:
    return rule.alert.order if rule is not None and isinstance(rule.alert, Alert) else None
