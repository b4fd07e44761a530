import pytest

from trainstop.classify import classify
from trainstop.domain.category import FACTS, Category
from trainstop.domain.failure import Failure, LogLine
from trainstop.domain.instance_types import instance_types, next_with_more_gpu_memory, next_with_more_memory

OOM = (
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 22.30 GiB "
    "of which 1.10 GiB is free."
)


def advice(*lines, reason=None, **job):
    failure = Failure(failure_reason=reason, secondary_status="Failed", lines=tuple(map(LogLine, lines)), **job)
    return classify(failure).advice


def test_gpu_memory_that_ran_out_is_told_with_sizes_batch_size_and_the_next_larger_type():
    said = advice(
        OOM, instance_type="ml.g5.2xlarge", hyperparameters={"per_device_train_batch_size": '"64"', "lr": "1"}
    )
    assert said.startswith(
        "It asked for 2.00 GiB with 1.10 GiB free. per_device_train_batch_size is 64. "
        "The next ml.g5 with more GPU memory is ml.g5.12xlarge: 4 x 24 GiB. "
    )
    assert said.endswith(FACTS[Category.GPU_OUT_OF_MEMORY].advice)


@pytest.mark.parametrize(
    ("lines", "job", "said"),
    [
        (["MemoryError"], {"instance_type": "ml.m5.4xlarge"}, "ml.m5.12xlarge: 192 GiB"),
        (["ModuleNotFoundError: No module named 'flash_attn'"], {}, "What is missing is flash_attn."),
        (["ERROR: No matching distribution found for torch==2.9.9"], {}, "What is missing is torch==2.9.9."),
        (
            ["FileNotFoundError: [Errno 2] No such file or directory: '/opt/ml/input/data/train/a.csv'"],
            {},
            "It looked for /opt/ml/input/data/train/a.csv.",
        ),
    ],
)
def test_advice_names_what_this_job_shows(lines, job, said):
    assert said in advice(*lines, **job)


def test_a_quota_is_named_with_its_limit():
    reason = (
        "ResourceLimitExceeded: The account-level service limit 'ml.g5.2xlarge for training job usage' is 0 Instances, "
        "with current utilization of 0 Instances and a request delta of 1 Instances."
    )
    assert "The quota 'ml.g5.2xlarge for training job usage' is 0." in advice(reason=reason)


def test_capacity_names_the_instance_type():
    reason = "CapacityError: Unable to provision requested ML compute capacity."
    assert advice(reason=reason, instance_type="ml.p5.48xlarge").startswith("It asked for ml.p5.48xlarge.")


def test_nothing_is_added_where_the_job_shows_nothing():
    assert advice("KeyError: 'label'") == FACTS[Category.USER_CODE].advice
    assert advice(OOM.partition(" Tried")[0]) == FACTS[Category.GPU_OUT_OF_MEMORY].advice


@pytest.mark.parametrize("hostile", ["https://evil.example/login", "x\nNext: pay", "<b>1</b>", "9" * 40])
def test_text_that_could_mislead_is_not_taken_over(hostile):
    said = advice(
        OOM,
        f"FileNotFoundError: No such file or directory: '{hostile}'",
        instance_type=hostile,
        hyperparameters={"batch_size": hostile, hostile + "_batch_size": "1"},
    )
    assert hostile not in said


@pytest.mark.parametrize(
    ("name", "larger"),
    [("ml.g5.xlarge", "ml.g5.12xlarge"), ("ml.g5.12xlarge", "ml.g5.48xlarge"), ("ml.p3.2xlarge", "ml.p3.8xlarge")],
)
def test_the_next_type_with_more_gpu_memory(name, larger):
    assert next_with_more_gpu_memory(name).name == larger


@pytest.mark.parametrize("name", ["ml.g5.48xlarge", "ml.m5.large", "ml.zz9.large", ""])
def test_no_type_has_more_gpu_memory(name):
    assert next_with_more_gpu_memory(name) is None


def test_the_largest_and_an_unknown_type_have_no_larger():
    assert next_with_more_memory("ml.m5.24xlarge") is None
    assert next_with_more_memory("ml.zz9.large") is None


def test_every_type_has_memory():
    assert all(
        each.memory_gib > 0 and (each.gpus > 0) == (each.gpu_memory_gib > 0) for each in instance_types().values()
    )


def test_a_full_volume_is_told_with_its_size():
    assert advice("OSError: [Errno 28] No space left on device", volume_size_gb=30).startswith("Its volume has 30 GB. ")


def test_a_time_limit_is_told():
    failure = Failure(secondary_status="MaxRuntimeExceeded", training_job_status="Stopped", max_runtime_seconds=5400)
    assert classify(failure).advice.startswith("Its limit is 5400 s (1:30:00). ")
