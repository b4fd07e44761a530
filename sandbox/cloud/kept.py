"""A stack's table has the time to live and the point-in-time recovery that its template asks for."""

from collections.abc import Callable
from typing import Any

from ministack.services import dynamodb

Create = Callable[[str, dict[str, Any], str], Any]


def with_settings(original: Create) -> Create:
    """CloudFormation's creation of a table."""

    def create(logical_id: str, props: dict[str, Any], stack_name: str) -> Any:  # noqa: ANN401 - the emulator's answer
        made = original(logical_id, props, stack_name)
        name = made[0]
        if life := props.get("TimeToLiveSpecification"):
            dynamodb._update_ttl({"TableName": name, "TimeToLiveSpecification": life})  # noqa: SLF001 - an extension
        if recovery := props.get("PointInTimeRecoverySpecification"):
            wanted = {"TableName": name, "PointInTimeRecoverySpecification": recovery}
            dynamodb._update_continuous_backups(wanted)  # noqa: SLF001 - an extension
        return made

    return create
