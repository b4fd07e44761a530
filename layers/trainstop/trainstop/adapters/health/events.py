"""EventBridge: the stack's rules and schedules, and the rules of others on the same bus."""

from collections.abc import Iterator
from typing import Any, Final

from trainstop.adapters.health.caller import Caller
from trainstop.domain.deployed import DeployedStack, StackResource
from trainstop.domain.health_facts import OtherRule, RuleFacts

_MAX_OTHERS: Final = 50
"""Targets are read of at most so many rules of others."""


def read_rules(caller: Caller, stack: DeployedStack) -> tuple[RuleFacts, ...]:
    """The stack's rules with their targets."""
    return tuple(_rule(caller, each) for each in stack.of_kind("AWS::Events::Rule"))


def read_schedules(caller: Caller, stack: DeployedStack) -> tuple[RuleFacts, ...]:
    """The stack's schedules with their targets."""
    return tuple(_schedule(caller, each) for each in stack.of_kind("AWS::Scheduler::Schedule"))


def read_other_rules(caller: Caller, stack: DeployedStack, mention: str) -> tuple[OtherRule, ...]:
    """Enabled rules on the default bus, not the stack's, whose pattern mentions a text."""
    own = {_name(each) for each in stack.of_kind("AWS::Events::Rule")}
    others = [rule for rule in caller.pages("events", "ListRules", "Rules") if _is_other(rule, own, mention)]
    return tuple(
        OtherRule(rule["Name"], rule["EventPattern"], tuple(_targets(caller, rule["Name"])))
        for rule in others[:_MAX_OTHERS]
    )


def _is_other(rule: dict[str, Any], own: set[str], mention: str) -> bool:
    return (
        rule["Name"] not in own
        and rule.get("State") != "DISABLED"
        and mention in (rule.get("EventPattern") or "").lower()
    )


def _rule(caller: Caller, resource: StackResource) -> RuleFacts:
    name = _name(resource)
    described = caller.find("events", "DescribeRule", Name=name)
    if described is None:
        return RuleFacts(resource.logical_id, name, None)
    return RuleFacts(resource.logical_id, name, described["State"], tuple(_targets(caller, name)))


def _targets(caller: Caller, name: str) -> Iterator[str]:
    return (target["Arn"] for target in caller.pages("events", "ListTargetsByRule", "Targets", Rule=name))


def _schedule(caller: Caller, resource: StackResource) -> RuleFacts:
    name = resource.physical_id.rpartition("/")[2].rpartition("|")[2]
    found = caller.find("scheduler", "GetSchedule", Name=name)
    if found is None:
        return RuleFacts(resource.logical_id, name, None)
    return RuleFacts(resource.logical_id, name, found["State"], (found["Target"]["Arn"],))


def _name(resource: StackResource) -> str:
    """CloudFormation's id of a rule is its name, after the bus where that is not the default one."""
    return resource.physical_id.rpartition("/")[2].rpartition("|")[2]
