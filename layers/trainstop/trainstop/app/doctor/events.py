"""Whether events still come in: rules, schedules, and event source mappings."""

from collections.abc import Iterator, Sequence
from typing import Final

from trainstop.app.doctor.words import counted, quoted
from trainstop.domain.deployed import DeployedStack, name_in
from trainstop.domain.health import Finding, broken, note, ok, warning
from trainstop.domain.health_facts import MappingFacts, RuleFacts

_DEPLOY: Final = "Deploy the stack again: sam deploy"
_ON: Final = frozenset({"ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"})
_CHANGING: Final = frozenset({"Creating", "Enabling", "Updating"})


def judge_rules(rules: Sequence[RuleFacts], stack: DeployedStack) -> Iterator[Finding]:
    """Each rule is there, enabled, and has one of the stack's queues or functions as a target."""
    faults = [fault for rule in rules if (fault := _rule_fault(rule, stack))]
    yield from faults or [ok(f"{counted(len(rules), 'rule')} enabled, each with its target")]


def judge_schedules(schedules: Sequence[RuleFacts]) -> Iterator[Finding]:
    """Each schedule is there and enabled."""
    faults = [fault for schedule in schedules if (fault := _schedule_fault(schedule))]
    yield from faults or [ok(f"{counted(len(schedules), 'schedule')} enabled")]


def judge_mappings(mappings: Sequence[MappingFacts], stack: DeployedStack) -> Iterator[Finding]:
    """Each event source mapping is enabled, and its last batch did not fail as a whole."""
    found = [finding for mapping in mappings if (finding := _mapping_finding(mapping, stack))]
    yield from found or [ok(f"{counted(len(mappings), 'event source mapping')} enabled")]


def _rule_fault(rule: RuleFacts, stack: DeployedStack) -> Finding | None:
    if rule.status is None:
        return broken(
            f"{rule.logical_id} is gone", "Its events reach nobody; the sweep finds some of them late.", _DEPLOY
        )
    if rule.status not in _ON:
        return broken(
            f"{rule.logical_id} is {rule.status.lower()}",
            "Its events reach nobody; the sweep finds some of them late.",
            "Enable it:",
            f"aws events enable-rule --name {rule.name}",
        )
    if not any(map(stack.holds, rule.target_arns)):
        return broken(
            f"{rule.logical_id} has lost its target",
            "Its events match and go nowhere.",
            _DEPLOY,
            f"aws events list-targets-by-rule --rule {rule.name}",
        )
    return None


def _schedule_fault(schedule: RuleFacts) -> Finding | None:
    what = f"{schedule.logical_id} is {'gone' if schedule.status is None else schedule.status.lower()}"
    if schedule.status == "ENABLED":
        return None
    return broken(what, "What it starts does not run any more.", _DEPLOY)


def _mapping_finding(mapping: MappingFacts, stack: DeployedStack) -> Finding | None:
    name = mapping.logical_id
    source = name_in(mapping.source_arn.partition("/stream/")[0].replace(":table/", ":"))
    if mapping.status is None:
        return broken(f"{name} is gone", "Nothing takes what waits there.", _DEPLOY)
    if mapping.status in _CHANGING:
        return note(f"{name} is {mapping.status.lower()}: it was changed just now")
    if mapping.status != "Enabled":
        if stack.parameter("DebuggerTopicMode") == "none" and "Relay" in name:
            return None
        return broken(
            f"{name} is {mapping.status.lower()}: {mapping.function_name} takes nothing from {source}",
            "Events wait until it is enabled, and are lost when the source forgets them.",
            "Enable it:",
            f"aws lambda update-event-source-mapping --uuid {mapping.uuid} --enabled",
        )
    if mapping.last_result.startswith("PROBLEM"):
        return warning(
            f"{name}: the last batch failed: {quoted(mapping.last_result)}",
            "It is retried; what fails again and again becomes a dead letter.",
            "Read the function's log:",
            f"aws logs tail /aws/lambda/{mapping.function_name} --since 1h",
        )
    return None
