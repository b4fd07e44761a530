"""A described job as a request, against botocore's own description of the two operations."""

import json
import re

import botocore.session
import pytest
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.samples import STARTED, describe_answer
from trainstop.domain.instance_types import with_more_gpu_memory_per_gpu
from trainstop.domain.resubmission import CARRIED_OVER, request_of, retry_name, retry_of
from trainstop.domain.training_job import TrainingJob

MODEL = botocore.session.get_session().get_service_model("sagemaker")
CREATE = MODEL.operation_model("CreateTrainingJob").input_shape
DESCRIBE = MODEL.operation_model("DescribeTrainingJob").output_shape
# What a description has of its own, or shows as SageMaker chose it.
OWN = {"TrainingJobName"}
CHOSEN = {"SelectedInstanceType", "SelectedInstanceCount"}


def example(shape, seen=()):  # noqa: PLR0911 - one for each kind of shape
    """A value of a shape with every member, each list and map with one entry."""
    match shape.type_name:
        case "structure":
            inner = (*seen, shape.name)
            return {name: example(member, inner) for name, member in shape.members.items() if member.name not in inner}
        case "list":
            return [example(shape.member, seen)]
        case "map":
            return {"key": example(shape.value, seen)}
        case "string":
            return shape.metadata.get("enum", ["x" * max(1, shape.metadata.get("min", 1))])[0]
        case "boolean":
            return True
        case "timestamp":
            return STARTED
        case "float" | "double":
            return 1.0
        case _:
            return max(1, shape.metadata.get("min", 1))


def full(**changes):
    answer = example(DESCRIBE) | {
        "TrainingJobArn": "arn:aws:sagemaker:us-east-1:111122223333:training-job/full",
        "TrainingJobName": "full",
    }
    return TrainingJob.model_validate(answer | changes)


def request(job=None, **changes):
    return request_of(job or full(), training_job_name="full-retry-1", tags={"team": "vision"}, **changes)


def test_every_member_that_both_operations_have_is_carried_over():
    shared = {field.alias for name, field in TrainingJob.model_fields.items() if name in CARRIED_OVER}
    assert shared == (CREATE.members.keys() & DESCRIBE.members.keys()) - OWN
    made = request()
    for name in shared:
        wanted = json.loads(json.dumps(example(DESCRIBE.members[name]), default=str))
        found = json.loads(json.dumps(made[name], default=str))
        if name == "ResourceConfig":
            wanted = {key: value for key, value in wanted.items() if key not in CHOSEN}
        assert found == wanted, name


def test_the_request_is_one_that_the_api_knows_with_nothing_beside_it():
    report = ParamValidator().validate(request(), CREATE)
    assert report.generate_report() == ""


def test_nothing_that_only_a_description_has_is_left():
    assert request().keys() <= CREATE.members.keys()
    assert not CHOSEN & request()["ResourceConfig"].keys()


def test_what_was_never_given_is_left_out_but_empty_hyperparameters_stay():
    job = TrainingJob.model_validate(
        describe_answer(
            OutputDataConfig={"S3OutputPath": "s3://b/o", "KmsKeyId": ""},
            InputDataConfig=[],
            HyperParameters={"note": ""},
        )
    )
    made = request(job)
    assert made["OutputDataConfig"] == {"S3OutputPath": "s3://b/o"}
    assert "InputDataConfig" not in made
    assert made["HyperParameters"] == {"note": ""}


def test_checkpoints_stay_where_they_were():
    checkpoints = {"S3Uri": "s3://demo-bucket/checkpoints", "LocalPath": "/opt/ml/checkpoints"}
    assert request(full(CheckpointConfig=checkpoints))["CheckpointConfig"] == checkpoints


def test_a_wait_time_goes_with_spot_only():
    condition = {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 7200}
    on_demand = request(full(StoppingCondition=condition, EnableManagedSpotTraining=False))
    assert on_demand["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600}
    assert request(full(StoppingCondition=condition))["StoppingCondition"] == condition


def test_the_sdks_own_name_of_the_job_follows():
    made = request(full(HyperParameters={"sagemaker_job_name": '"full"', "epochs": "3"}))
    assert made["HyperParameters"] == {"sagemaker_job_name": '"full-retry-1"', "epochs": "3"}


def test_tags_that_aws_reserves_are_left_out():
    made = request_of(full(), training_job_name="x", tags={"aws:cloudformation:stack-name": "s", "team": "vision"})
    assert made["Tags"] == [{"Key": "team", "Value": "vision"}]


def test_another_type_takes_the_place_of_the_jobs_own():
    config = {"InstanceType": "ml.g5.xlarge", "InstanceCount": 2, "VolumeSizeInGB": 50}
    made = request(full(ResourceConfig=config), instance_type="ml.g6.xlarge")
    assert made["ResourceConfig"] == config | {"InstanceType": "ml.g6.xlarge"}


def test_of_several_groups_those_of_the_first_type_change_in_their_place():
    groups = [
        {"InstanceType": "ml.m5.large", "InstanceCount": 1, "InstanceGroupName": "data"},
        {"InstanceType": "ml.g5.xlarge", "InstanceCount": 4, "InstanceGroupName": "train"},
    ]
    made = request(full(ResourceConfig={"InstanceGroups": groups}), instance_type="ml.m5.xlarge")
    assert [group["InstanceType"] for group in made["ResourceConfig"]["InstanceGroups"]] == [
        "ml.m5.xlarge",
        "ml.g5.xlarge",
    ]


NAMES = st.from_regex(r"\A[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}\Z").filter(lambda name: len(name) <= 63)


@settings(max_examples=80, deadline=None)
@given(root=NAMES, other=NAMES, attempt=st.integers(1, 99))
def test_a_retrys_name_is_legal_tells_its_attempt_and_is_its_roots_alone(root, other, attempt):
    name = retry_name(root, attempt)
    assert re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", name)
    assert len(name) <= 63
    assert retry_of(name) == attempt
    assert (retry_name(other, attempt) == name) is (other == root)


@pytest.mark.parametrize("name", ["demo", "demo-retry", "demo-retry-0", "demo-retry-123", "retry-1", "-retry-1"])
def test_other_names_are_no_retries(name):
    assert retry_of(name) is None


@pytest.mark.parametrize(
    ("here", "larger"),
    [
        ("ml.g4dn.xlarge", "ml.g5.xlarge"),
        ("ml.g5.2xlarge", "ml.g6e.xlarge"),
        ("ml.g5.12xlarge", "ml.g6e.12xlarge"),
        ("ml.m5.large", None),
        ("ml.zz9.large", None),
    ],
)
def test_after_gpu_out_of_memory_comes_more_memory_a_gpu_and_no_fewer_gpus(here, larger):
    found = with_more_gpu_memory_per_gpu(here)
    assert (found.name if found else None) == larger
