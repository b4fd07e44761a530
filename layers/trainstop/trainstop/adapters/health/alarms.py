"""CloudWatch: the stack's alarms."""

from typing import Any, Final

from trainstop.adapters.health.caller import Caller
from trainstop.domain.deployed import DeployedStack
from trainstop.domain.health_facts import AlarmFacts

_A_CALL: Final = 100


def read_alarms(caller: Caller, stack: DeployedStack) -> tuple[AlarmFacts, ...]:
    """The stack's alarms."""
    names = [each.physical_id for each in stack.of_kind("AWS::CloudWatch::Alarm")]
    found: dict[str, Any] = {}
    for start in range(0, len(names), _A_CALL):
        some = names[start : start + _A_CALL]
        answer = caller.ask("cloudwatch", "DescribeAlarms", AlarmNames=some, MaxRecords=_A_CALL)
        found |= {each["AlarmName"]: each for each in answer["MetricAlarms"]}
    return tuple(_alarm(name, found.get(name)) for name in names)


def _alarm(name: str, described: dict[str, Any] | None) -> AlarmFacts:
    if described is None:
        return AlarmFacts(name, None)
    return AlarmFacts(
        name=name,
        status=described["StateValue"],
        reason=described.get("StateReason", ""),
        description=described.get("AlarmDescription", ""),
        since=described.get("StateUpdatedTimestamp"),
        notifies=bool(described.get("ActionsEnabled", True) and described.get("AlarmActions")),
    )
