"""Memory of instance types, and the next larger type of a family."""

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class InstanceType(NamedTuple):
    """One row of the table of instance types; memory in GiB, of each GPU for ``gpu_memory_gib``."""

    name: str
    memory_gib: int
    gpus: int
    gpu_memory_gib: int

    @property
    def family(self) -> str:
        """``ml.g5`` of ``ml.g5.2xlarge``."""
        return self.name.rsplit(".", 1)[0]


@cache
def instance_types() -> dict[str, InstanceType]:
    """The types that are known, by name. The data file names its source for each."""
    text = files("trainstop.domain").joinpath("data/instance_types.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    known = (
        InstanceType(row["instance_type"], int(row["memory_gib"]), int(row["gpus"]), int(row["gpu_memory_gib"]))
        for row in rows
    )
    return {each.name: each for each in known}


def next_with_more_gpu_memory(name: str) -> InstanceType | None:
    """The smallest type of the family with more GPU memory in all; None for an unknown type or where there is none."""
    here = instance_types().get(name)
    if here is None or not here.gpus:
        return None
    larger = [each for each in _family(here) if each.gpus * each.gpu_memory_gib > here.gpus * here.gpu_memory_gib]
    return min(larger, key=lambda each: (each.gpus * each.gpu_memory_gib, each.memory_gib), default=None)


def next_with_more_memory(name: str) -> InstanceType | None:
    """The smallest type of the family with more host memory; None for an unknown type or where there is none."""
    here = instance_types().get(name)
    if here is None:
        return None
    larger = [each for each in _family(here) if each.memory_gib > here.memory_gib]
    return min(larger, key=lambda each: each.memory_gib, default=None)


def _family(here: InstanceType) -> list[InstanceType]:
    return [each for each in instance_types().values() if each.family == here.family]
