"""The stack, its parameters and all of its resources."""

from typing import Any

from trainstop.adapters.health.caller import Caller
from trainstop.adapters.stack import find_stack_description
from trainstop.domain.deployed import DeployedStack, StackResource


def read_stack(caller: Caller, name: str) -> DeployedStack:
    """Read the stack.

    Raises:
        StackError: there is no such stack in the account and Region.
        UncheckableError: its resources may not be listed.
        botocore.exceptions.ClientError: any other refusal.
    """
    described: Any = find_stack_description(caller.client("cloudformation"), name)
    caller.actions.add("cloudformation:DescribeStacks")
    resources = caller.pages("cloudformation", "ListStackResources", "StackResourceSummaries", StackName=name)
    _, partition, _, region, account, _ = described["StackId"].split(":", 5)
    return DeployedStack(
        name=name,
        partition=partition,
        region=region,
        account=account,
        status=described["StackStatus"],
        status_reason=described.get("StackStatusReason", ""),
        changed_at=described.get("LastUpdatedTime") or described["CreationTime"],
        parameters={each["ParameterKey"]: each.get("ParameterValue", "") for each in described.get("Parameters", [])},
        resources=tuple(map(_resource, resources)),
    )


def _resource(summary: dict[str, Any]) -> StackResource:
    return StackResource(
        logical_id=summary["LogicalResourceId"],
        kind=summary["ResourceType"],
        physical_id=summary.get("PhysicalResourceId", ""),
        status=summary["ResourceStatus"],
        drift=summary.get("DriftInformation", {}).get("StackResourceDriftStatus", "NOT_CHECKED"),
    )
