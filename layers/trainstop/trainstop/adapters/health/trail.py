"""CloudTrail: the trails that cover this Region."""

from typing import Any, Final

from trainstop.adapters.health.caller import Caller
from trainstop.domain.deployed import DeployedStack
from trainstop.domain.health_facts import TrailFacts

_MAX_TRAILS: Final = 20


def read_trails(caller: Caller, stack: DeployedStack) -> tuple[TrailFacts, ...]:
    """Trails with their status and selectors; one of an organization is known by its ARN in every account."""
    listed = caller.ask("cloudtrail", "DescribeTrails", includeShadowTrails=True)["trailList"]
    covering = [each for each in listed if each.get("IsMultiRegionTrail") or each.get("HomeRegion") == stack.region]
    return tuple(_trail(caller, each) for each in covering[:_MAX_TRAILS])


def _trail(caller: Caller, trail: dict[str, Any]) -> TrailFacts:
    status = caller.ask("cloudtrail", "GetTrailStatus", Name=trail["TrailARN"])
    selectors = caller.ask("cloudtrail", "GetEventSelectors", TrailName=trail["TrailARN"])
    return TrailFacts(
        name=trail["Name"],
        bucket=trail.get("S3BucketName", ""),
        prefix=trail.get("S3KeyPrefix", ""),
        is_logging=bool(status.get("IsLogging")),
        logs_management_writes=_takes_writes(selectors),
        delivery_error=status.get("LatestDeliveryError", ""),
        is_of_organization=bool(trail.get("IsOrganizationTrail")),
    )


def _takes_writes(selectors: dict[str, Any]) -> bool:
    """A trail without selectors of its own logs all management events."""
    basic, advanced = selectors.get("EventSelectors") or [], selectors.get("AdvancedEventSelectors") or []
    if not basic and not advanced:
        return True
    return any(
        each.get("IncludeManagementEvents", True) and each.get("ReadWriteType", "All") in {"All", "WriteOnly"}
        for each in basic
    ) or any(_is_management_writes(each.get("FieldSelectors", [])) for each in advanced)


def _is_management_writes(fields: list[dict[str, Any]]) -> bool:
    wanted = {each["Field"]: each.get("Equals", []) for each in fields}
    return "Management" in wanted.get("eventCategory", []) and wanted.get("readOnly", ["false"]) != ["true"]
