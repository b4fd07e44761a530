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


GPU_LADDER = (
    "ml.g4dn",
    "ml.p3",
    "ml.g5",
    "ml.g6",
    "ml.g6e",
    "ml.p4d",
    "ml.p4de",
    "ml.p5",
    "ml.p5e",
    "ml.p5en",
    "ml.p6-b200",
)
"""Families that a job may move up through, never down: from g6e (48 GiB a GPU) not to p4d (40), nor from p4d to g6e.

Among types of as many GPUs an earlier family is taken first.
"""

LOCAL_STORAGE_FAMILIES = frozenset(
    {
        "ml.g4dn",
        "ml.g5",
        "ml.g6",
        "ml.g6e",
        "ml.p3dn",
        "ml.p4d",
        "ml.p4de",
        "ml.p5",
        "ml.p5e",
        "ml.p5en",
        "ml.p6-b200",
        "ml.r5d",
        "ml.trn1",
        "ml.trn1n",
        "ml.trn2",
    }
)
"""Training families with NVMe volumes of their own (Amazon EC2, Instance store volumes).

CreateTrainingJob takes no VolumeKmsKeyId for them, and ignores VolumeSizeInGB (its members' documentation).
"""


def has_local_storage(name: str | None) -> bool:
    """Whether a type is known to have NVMe volumes instead of EBS ones; not so for None."""
    return name is not None and name.rsplit(".", 1)[0] in LOCAL_STORAGE_FAMILIES


def with_more_gpu_memory_per_gpu(name: str) -> InstanceType | None:
    """The smallest step up ``GPU_LADDER`` after a GPU ran out of memory: more memory a GPU, and no fewer GPUs.

    The fewest GPUs come first, for a process on one GPU gains nothing from others: then the family, then host memory.
    None for an unknown type, one without GPUs or off the ladder, and where nothing larger is known.
    """
    here = instance_types().get(name)
    if here is None or not here.gpus or here.family not in GPU_LADDER:
        return None
    higher = GPU_LADDER[GPU_LADDER.index(here.family) :]
    larger = [
        each
        for each in instance_types().values()
        if each.family in higher and each.gpus >= here.gpus and each.gpu_memory_gib > here.gpu_memory_gib
    ]
    return min(larger, key=lambda each: (each.gpus, higher.index(each.family), each.memory_gib), default=None)


def next_with_more_memory(name: str) -> InstanceType | None:
    """The smallest type of the family with more host memory; None for an unknown type or where there is none."""
    here = instance_types().get(name)
    if here is None:
        return None
    larger = [each for each in _family(here) if each.memory_gib > here.memory_gib]
    return min(larger, key=lambda each: each.memory_gib, default=None)


def _family(here: InstanceType) -> list[InstanceType]:
    return [each for each in instance_types().values() if each.family == here.family]
