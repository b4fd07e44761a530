"""Lambda: functions, event source mappings, concurrency."""

from datetime import datetime, timedelta

from trainstop.adapters.health.caller import Caller
from trainstop.adapters.health.metrics import newest_extremes
from trainstop.domain.deployed import DeployedStack, StackResource, name_in
from trainstop.domain.health_facts import ConcurrencyFacts, FunctionFacts, MappingFacts

FUNCTION = "AWS::Lambda::Function"
MAPPING = "AWS::Lambda::EventSourceMapping"


def read_functions(caller: Caller, stack: DeployedStack) -> tuple[FunctionFacts, ...]:
    """The stack's functions."""
    return tuple(_function(caller, each.physical_id) for each in stack.of_kind(FUNCTION))


def read_mappings(caller: Caller, stack: DeployedStack) -> tuple[MappingFacts, ...]:
    """The stack's event source mappings."""
    return tuple(_mapping(caller, each) for each in stack.of_kind(MAPPING))


def read_concurrency(caller: Caller, stack: DeployedStack, now: datetime) -> ConcurrencyFacts:
    """What concurrency is left, and what was refused for want of it."""
    limits = caller.ask("lambda", "GetAccountSettings")["AccountLimit"]
    names = tuple(each.physical_id for each in stack.of_kind(FUNCTION))
    throttles = newest_extremes(
        caller, "AWS/Lambda", "Throttles", "FunctionName", names, statistic="Sum", now=now, span=timedelta(hours=1)
    )
    throttled = {name: int(count) for name, count in throttles.items() if count}
    return ConcurrencyFacts(int(limits["UnreservedConcurrentExecutions"]), throttled)


def read_lags(caller: Caller, mappings: tuple[MappingFacts, ...], now: datetime) -> dict[str, float]:
    """Milliseconds that the oldest record of the table's stream waited in the last 15 minutes, by function."""
    names = tuple(sorted({each.function_name for each in mappings if ":dynamodb:" in each.source_arn}))
    return dict(
        newest_extremes(
            caller,
            "AWS/Lambda",
            "IteratorAge",
            "FunctionName",
            names,
            statistic="Maximum",
            now=now,
            span=timedelta(minutes=15),
        )
    )


def _function(caller: Caller, name: str) -> FunctionFacts:
    found = caller.find("lambda", "GetFunctionConfiguration", FunctionName=name)
    if found is None:
        return FunctionFacts(name, None)
    reserved = caller.find("lambda", "GetFunctionConcurrency", FunctionName=name) or {}
    return FunctionFacts(
        name=name,
        status=found.get("State", "Active"),
        status_reason=found.get("StateReason", ""),
        update_status=found.get("LastUpdateStatus", "Successful"),
        update_reason=found.get("LastUpdateStatusReason", ""),
        runtime=found.get("Runtime", ""),
        reserved_concurrency=reserved.get("ReservedConcurrentExecutions"),
    )


def _mapping(caller: Caller, resource: StackResource) -> MappingFacts:
    found = caller.find("lambda", "GetEventSourceMapping", UUID=resource.physical_id)
    if found is None:
        return MappingFacts(resource.logical_id, resource.physical_id, None)
    return MappingFacts(
        logical_id=resource.logical_id,
        uuid=resource.physical_id,
        status=found["State"],
        last_result=found.get("LastProcessingResult", ""),
        source_arn=found.get("EventSourceArn", ""),
        function_name=name_in(found.get("FunctionArn", "")),
    )
