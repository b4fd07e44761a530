"""A deployed stack as CloudFormation describes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StackResource:
    """One resource of the stack.

    Attributes:
        kind: CloudFormation's type, e.g. ``AWS::SQS::Queue``.
        physical_id: A name, an ARN or a URL, as the type has it.
        status: ResourceStatus.
        drift: What the last drift detection said: ``IN_SYNC``, ``MODIFIED``, ``DELETED`` or ``NOT_CHECKED``.
    """

    logical_id: str
    kind: str
    physical_id: str
    status: str = "CREATE_COMPLETE"
    drift: str = "NOT_CHECKED"


@dataclass(frozen=True, slots=True)
class DeployedStack:
    """A stack, its parameters and its resources.

    Attributes:
        changed_at: When it was created or last updated.
    """

    name: str
    partition: str
    region: str
    account: str
    status: str
    status_reason: str
    changed_at: datetime
    parameters: Mapping[str, str]
    resources: tuple[StackResource, ...]

    def of_kind(self, kind: str) -> tuple[StackResource, ...]:
        """All resources of a type."""
        return tuple(each for each in self.resources if each.kind == kind)

    def find(self, logical_id: str) -> StackResource | None:
        """One resource; None where the stack has none of that name."""
        return next((each for each in self.resources if each.logical_id == logical_id), None)

    def parameter(self, name: str, default: str = "") -> str:
        """A parameter's value."""
        return self.parameters.get(name, default)

    def holds(self, arn: str) -> bool:
        """Whether an ARN is that of one of the stack's queues, functions or topics."""
        end = arn.rpartition(":")[2]
        return bool(end) and any(end == name_in(each.physical_id) for each in self.resources)


def name_in(physical_id: str) -> str:
    """The last part of an ARN or of a queue's URL; a name as it is."""
    return physical_id.rpartition("/")[2] if "://" in physical_id else physical_id.rpartition(":")[2]
