"""The table of instance types, and the way up through its families."""

import botocore.session
import pytest

from trainstop.domain.instance_types import (
    GPU_LADDER,
    LOCAL_STORAGE_FAMILIES,
    InstanceType,
    has_local_storage,
    instance_types,
    with_more_gpu_memory_per_gpu,
)

# Upper rungs, which the data file does not hold: host memory in GiB, GPUs, GiB of each.
UPPER = [
    InstanceType("ml.p4d.24xlarge", 1152, 8, 40),
    InstanceType("ml.p4de.24xlarge", 1152, 8, 80),
    InstanceType("ml.p5.4xlarge", 256, 1, 80),
    InstanceType("ml.p5.48xlarge", 2048, 8, 80),
    InstanceType("ml.p5en.48xlarge", 2048, 8, 141),
]


def name_of(found):
    return found.name if found else None


@pytest.mark.parametrize(
    ("here", "larger"),
    [
        ("ml.g4dn.xlarge", "ml.g5.xlarge"),
        ("ml.g4dn.12xlarge", "ml.g5.12xlarge"),
        ("ml.p3.16xlarge", "ml.g5.48xlarge"),
        ("ml.g5.2xlarge", "ml.g6e.xlarge"),
        ("ml.g5.12xlarge", "ml.g6e.12xlarge"),
        ("ml.m5.large", None),
        ("ml.zz9.large", None),
        ("", None),
    ],
)
def test_after_gpu_out_of_memory_comes_more_memory_a_gpu_and_no_fewer_gpus(here, larger):
    assert name_of(with_more_gpu_memory_per_gpu(here)) == larger


@pytest.mark.parametrize(
    ("rule", "here", "larger"),
    [
        ("as many GPUs come before an earlier family", "ml.g6e.xlarge", "ml.p5.4xlarge"),
        ("more GPUs where there are not as many", "ml.g6e.12xlarge", "ml.p4de.24xlarge"),
        ("the earlier family of as many GPUs", "ml.g5.48xlarge", "ml.g6e.48xlarge"),
        ("never down the ladder, to g6e with 48 GiB", "ml.p4d.24xlarge", "ml.p4de.24xlarge"),
        ("not to as much memory as before", "ml.p4de.24xlarge", "ml.p5en.48xlarge"),
        ("nothing after the last", "ml.p5en.48xlarge", None),
    ],
)
def test_the_ladder_is_climbed_with_its_upper_rungs(rule, here, larger, monkeypatch):
    table = instance_types() | {each.name: each for each in UPPER}
    monkeypatch.setattr("trainstop.domain.instance_types.instance_types", lambda: table)
    assert name_of(with_more_gpu_memory_per_gpu(here)) == larger, rule


def test_every_step_is_up():
    for here in instance_types().values():
        larger = with_more_gpu_memory_per_gpu(here.name)
        if larger is not None:
            assert larger.gpu_memory_gib > here.gpu_memory_gib
            assert larger.gpus >= here.gpus
            assert GPU_LADDER.index(larger.family) > GPU_LADDER.index(here.family)


def test_every_family_with_gpus_is_on_the_ladder():
    assert {each.family for each in instance_types().values() if each.gpus} <= set(GPU_LADDER)


def test_the_families_are_families_of_training():
    types = botocore.session.get_session().get_service_model("sagemaker").shape_for("TrainingInstanceType").enum
    assert {name.rsplit(".", 1)[0] for name in types} >= {*GPU_LADDER, *LOCAL_STORAGE_FAMILIES}
    assert set(instance_types()) <= set(types)


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("ml.g5.xlarge", True),
        ("ml.p4d.24xlarge", True),
        ("ml.p3.2xlarge", False),
        ("ml.m5.large", False),
        (None, False),
    ],
)
def test_local_storage_is_known_by_the_family(name, local):
    assert has_local_storage(name) is local
