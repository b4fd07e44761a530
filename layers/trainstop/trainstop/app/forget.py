"""Remove a training job's data from every place that is trainstop's, and look again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trainstop.ports.archive import Lease
from trainstop.ports.forgetting import Memory, Trace

Said = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Found:
    """What a place holds of a job."""

    memory: Memory
    traces: tuple[Trace, ...]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What became of it.

    Attributes:
        left: What the place still held when it was looked at again.
    """

    place: str
    found: int
    left: int

    @property
    def removed(self) -> int:
        """How much is there no more."""
        return self.found - self.left


def look(job: str, memories: Sequence[Memory], said: Said, known: frozenset[str] = frozenset()) -> list[Found]:
    """Look everywhere, and change nothing.

    Args:
        job: The whole name.
        memories: In this order, for the later ones need the ids of incidents that the earlier ones hold.
        said: Is told where it looks.
        known: Incident ids from an earlier look.
    """
    found: list[Found] = []
    for memory in memories:
        said(memory.name)
        traces = tuple(memory.find(job, known))
        known |= ids_in(traces)
        found.append(Found(memory, traces))
    return found


def forget(job: str, memories: Sequence[Memory], lease: Lease, said: Said) -> list[Forgotten]:
    """Remove the job everywhere, and prove it by another look.

    Compaction is kept out meanwhile, for it would write back what it read before. The last places go first: they need
    the ids of incidents that are in the first ones, so that a run that was cut short can be begun anew.

    Raises:
        LeaseTakenError: compaction is at it.
    """
    with lease.held():
        found = look(job, memories, said)
        known = frozenset[str]().union(*(ids_in(each.traces) for each in found))
        for each in reversed(found):
            if each.traces:
                said(f"removing: {each.memory.name}")
                each.memory.remove(job, each.traces)
        left = look(job, memories, said, known)
        return [
            Forgotten(before.memory.name, len(before.traces), len(after.traces))
            for before, after in zip(found, left, strict=True)
        ]


def ids_in(traces: Sequence[Trace]) -> frozenset[str]:
    """The job's incidents that traces tell of."""
    return frozenset[str]().union(*(trace.incident_ids for trace in traces))
