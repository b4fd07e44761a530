"""Places that may hold something of a training job."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Trace:
    """Something of a job, in one place.

    Attributes:
        key: Of the item or the object.
        version: Of the object; "" where the place has none.
        is_current: False for what was overwritten or deleted before.
        incident_ids: Of the job's incidents that are in it.
    """

    key: str
    version: str = ""
    is_current: bool = True
    incident_ids: frozenset[str] = field(default_factory=frozenset)


class Memory(Protocol):
    """A place that may hold something of a job."""

    @property
    def name(self) -> str:
        """The place in words."""

    def find(self, job: str, incident_ids: AbstractSet[str]) -> Sequence[Trace]:
        """All that the place holds of the job; it changes nothing.

        Args:
            job: The whole name.
            incident_ids: Of the job's incidents, as far as they are known from other places.
        """

    def remove(self, job: str, traces: Sequence[Trace]) -> None:
        """Remove what was found, and nothing of other jobs."""
