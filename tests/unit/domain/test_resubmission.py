"""A described job as a request, against botocore's own description of the two operations."""

import re

import botocore.session
import pytest
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.samples import STARTED, describe_answer
from trainstop.domain.resubmission import (
    CARRIED_OVER,
    MAPS,
    NOT_DESCRIBED,
    NOTHING_AT_ZERO,
    READ_ONLY,
    REQUIRED_TEXTS,
    request_of,
    retry_name,
    retry_of,
)
from trainstop.domain.training_job import TrainingJob

MODEL = botocore.session.get_session().get_service_model("sagemaker")
CREATE = MODEL.operation_model("CreateTrainingJob").input_shape
DESCRIBE = MODEL.operation_model("DescribeTrainingJob").output_shape
# What a caller gives.
GIVEN = {"TrainingJobName", "Tags"}
PLAN = "arn:aws:sagemaker:us-east-1:111122223333:training-plan/demo"

# No request may have all members: these are the members that each of three jobs goes without.
ONE_TYPE = {"AlgorithmName", "InstanceGroups", "InstancePreferences"}
GROUPS = {"TrainingImage", "ResourceConfig.InstanceType", "ResourceConfig.InstanceCount", "InstancePreferences"}
PREFERENCES = {
    "AlgorithmName",
    "ResourceConfig.InstanceType",
    "InstanceGroups",
    "InstancePlacementConfig",
    "EnableManagedSpotTraining",
    "MaxWaitTimeInSeconds",
}
JOBS = pytest.mark.parametrize("without", [ONE_TYPE, GROUPS, PREFERENCES], ids=["one type", "groups", "preferences"])


def example(shape, without=frozenset(), parent=""):  # noqa: PLR0911 - one for each kind of shape
    """A value of a shape with every member but those named, each list and map with one entry."""
    match shape.type_name:
        case "structure":
            return {
                name: example(member, without, name)
                for name, member in shape.members.items()
                if not without & {name, f"{parent}.{name}"}
            }
        case "list":
            return [example(shape.member, without)]
        case "map":
            return {"key": example(shape.value)}
        case "string":
            return shape.metadata.get("enum", ["x" * max(1, shape.metadata.get("min", 1))])[0]
        case "boolean":
            # Switching the profiler off would forbid its rules.
            return parent != "DisableProfiler"
        case "timestamp":
            return STARTED
        case "float" | "double":
            return 1.0
        case _:
            return max(1, shape.metadata.get("min", 1))


def shared(create, describe, value):
    """What both shapes have of a value, but for what is read only."""
    if describe.type_name == "structure":
        return {
            name: shared(create.members[name], describe.members[name], value[name])
            for name in (create.members.keys() & value.keys()) - READ_ONLY
        }
    if describe.type_name == "list":
        return [shared(create.member, describe.member, each) for each in value]
    return value


def paths(value, path=""):
    if isinstance(value, dict):
        return {path}.union(*(paths(inner, f"{path}.{name}") for name, inner in value.items()))
    return paths(value[0], f"{path}[]") if isinstance(value, list) else {path}


def strewn(value):
    """A value with a member that nobody knows in each of its structures."""
    if isinstance(value, dict) and value.keys() != {"key"}:
        return {name: strewn(inner) for name, inner in value.items()} | {"Unheard": "of"}
    return [strewn(each) for each in value] if isinstance(value, list) else value


def members(shape):
    """Each member at every depth, as (name, shape, whether it is required)."""
    if shape.type_name == "structure":
        for name, inner in shape.members.items():
            yield name, inner, name in shape.required_members
            yield from members(inner)
    elif shape.type_name == "list":
        yield from members(shape.member)


def answer(without=frozenset(ONE_TYPE), **changes):
    arn = "arn:aws:sagemaker:us-east-1:111122223333:training-job/full"
    return example(DESCRIBE, without) | {"TrainingJobArn": arn, "TrainingJobName": "full"} | changes


def full(without=frozenset(ONE_TYPE), **changes):
    return TrainingJob.model_validate(answer(without, **changes))


def request(job=None, **changes):
    return request_of(job or full(), training_job_name="full-retry-1", tags={"team": "vision"}, **changes)


def resources(config, **changes):
    return request(full(ResourceConfig=config), **changes)["ResourceConfig"]


@JOBS
def test_every_member_that_both_operations_have_is_carried_over_as_it_was(without):
    made = request(full(without))
    wanted = shared(CREATE, DESCRIBE, example(DESCRIBE, without))
    assert {name: value for name, value in made.items() if name not in GIVEN} == {
        name: value for name, value in wanted.items() if name not in GIVEN
    }


def test_the_three_jobs_have_every_member_between_them():
    carried = set().union(*(paths(request(full(without))) for without in (ONE_TYPE, GROUPS, PREFERENCES)))
    wanted = paths(shared(CREATE, DESCRIBE, example(DESCRIBE)))
    assert {path for path in wanted if not path.startswith(".TrainingJobName")} <= carried


@JOBS
def test_the_request_is_one_that_the_api_knows_with_nothing_beside_it(without):
    job = TrainingJob.model_validate(strewn(answer(without)))
    assert ParamValidator().validate(request(job), CREATE).generate_report() == ""


def test_members_that_exclude_each_other_do_not_come_together():
    made = request(full(frozenset()))
    assert "TrainingImage" not in made["AlgorithmSpecification"]
    assert not {"InstanceType", "InstanceGroups", "InstancePlacementConfig"} & made["ResourceConfig"].keys()
    assert "EnableManagedSpotTraining" not in made


@JOBS
def test_nothing_that_only_a_description_has_is_left(without):
    made = request(full(without))
    assert not (DESCRIBE.members.keys() - CREATE.members.keys()) & made.keys()
    assert not READ_ONLY & made["ResourceConfig"].keys()


def test_the_differences_are_those_of_the_two_operations():
    assert CREATE.members.keys() - DESCRIBE.members.keys() == NOT_DESCRIBED
    aliases = {field.alias for name, field in TrainingJob.model_fields.items() if name in CARRIED_OVER}
    assert aliases == (CREATE.members.keys() & DESCRIBE.members.keys()) - GIVEN
    for name in aliases:
        assert CREATE.members[name].name == DESCRIBE.members[name].name


def test_what_means_something_empty_or_at_zero_is_known():
    found = list(members(CREATE))
    assert {name for name, shape, _ in found if shape.type_name == "map"} == MAPS
    numbers = {name for name, shape, _ in found if shape.type_name in {"integer", "long"}}
    assert numbers - NOTHING_AT_ZERO == {"Seed", "InstanceCount", "SelectedInstanceCount"}
    texts = {name: shape for name, shape, required in found if required and shape.type_name == "string"}
    empty = {
        name for name, shape in texts.items() if shape.metadata.get("min") == 0 and shape.metadata["pattern"] == ".*"
    }
    assert empty == REQUIRED_TEXTS


def test_what_was_never_given_is_left_out():
    job = TrainingJob.model_validate(
        describe_answer(
            OutputDataConfig={"S3OutputPath": "s3://b/o", "KmsKeyId": ""},
            InputDataConfig=[],
            VpcConfig={"SecurityGroupIds": [], "Subnets": []},
            RetryStrategy={"MaximumRetryAttempts": 0},
            ResourceConfig={
                "InstanceType": "ml.g5.xlarge",
                "InstanceCount": 1,
                "VolumeSizeInGB": 0,
                "VolumeKmsKeyId": "",
                "KeepAlivePeriodInSeconds": 0,
            },
        )
    )
    made = request(job)
    assert made["OutputDataConfig"] == {"S3OutputPath": "s3://b/o"}
    assert not {"InputDataConfig", "VpcConfig", "RetryStrategy", "Environment"} & made.keys()
    assert made["ResourceConfig"] == {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1}


def test_empty_texts_of_the_users_own_stay():
    hook = {"S3OutputPath": "s3://b/d", "HookParameters": {"include": ""}}
    algorithm = {"TrainingImage": "image", "TrainingInputMode": "File", "ContainerArguments": ["--note", ""]}
    made = request(full(HyperParameters={"note": ""}, DebugHookConfig=hook, AlgorithmSpecification=algorithm))
    assert made["HyperParameters"] == {"note": ""}
    assert made["DebugHookConfig"] == hook
    assert made["AlgorithmSpecification"] == algorithm


def test_an_empty_text_that_is_required_stays():
    source = {"FileSystemDataSource": {"FileSystemId": "fs-0123456789", "DirectoryPath": ""}}
    made = request(full(InputDataConfig=[{"DataSource": source, "ContentType": ""}]))
    assert made["InputDataConfig"] == [{"DataSource": source}]


def test_false_and_a_seed_of_zero_stay():
    made = request(full(EnableNetworkIsolation=False, InputDataConfig=[{"ShuffleConfig": {"Seed": 0}}]))
    assert made["EnableNetworkIsolation"] is False
    assert made["InputDataConfig"] == [{"ShuffleConfig": {"Seed": 0}}]


def test_checkpoints_stay_where_they_were():
    checkpoints = {"S3Uri": "s3://demo-bucket/checkpoints", "LocalPath": "/opt/ml/checkpoints"}
    assert request(full(CheckpointConfig=checkpoints))["CheckpointConfig"] == checkpoints


def test_a_profiler_that_is_off_has_no_rules():
    made = request(full(ProfilerConfig={"DisableProfiler": True}))
    assert made["ProfilerConfig"] == {"DisableProfiler": True}
    assert "ProfilerRuleConfigurations" not in made


def test_a_wait_time_goes_with_spot_only():
    condition = {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 7200}
    assert request(full(StoppingCondition=condition))["StoppingCondition"] == condition
    on_demand = request(full(StoppingCondition=condition, EnableManagedSpotTraining=False))
    assert on_demand["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600}


def test_a_spot_job_can_be_had_without_spot():
    made = request(full(StoppingCondition={"MaxWaitTimeInSeconds": 7200}), without_spot=True)
    assert made["EnableManagedSpotTraining"] is False
    assert "StoppingCondition" not in made
    assert "CheckpointConfig" in made


def test_the_sdks_own_name_of_the_job_follows():
    made = request(full(HyperParameters={"sagemaker_job_name": '"full"', "sagemaker_program": '"train.py"'}))
    assert made["HyperParameters"] == {"sagemaker_job_name": '"full-retry-1"', "sagemaker_program": '"train.py"'}


@pytest.mark.parametrize("value", ['"another"', "full", "", "[[["])
def test_another_name_in_the_sdks_place_stays(value):
    parameters = {"sagemaker_job_name": value}
    assert request(full(HyperParameters=parameters))["HyperParameters"] == parameters


def test_the_description_is_left_as_it_was():
    job = full(HyperParameters={"sagemaker_job_name": '"full"'})
    before = job.model_copy(deep=True)
    request(job, instance_type="ml.g6e.xlarge", without_spot=True)
    assert job == before


def test_tags_that_aws_reserves_are_left_out():
    tags = {"aws:cloudformation:stack-name": "s", "AWS:x": "y", "team": "vision", "awsome": "z"}
    made = request_of(full(), training_job_name="x", tags=tags)
    assert made["Tags"] == [{"Key": "team", "Value": "vision"}, {"Key": "awsome", "Value": "z"}]


def test_of_too_many_tags_those_added_last_stay():
    tags = {f"key-{number}": "" for number in range(50)} | {"trainstop:retry-root": "full"}
    made = request_of(full(), training_job_name="x", tags=tags)["Tags"]
    assert len(made) == 50
    assert made[-1] == {"Key": "trainstop:retry-root", "Value": "full"}


def test_no_tags_are_no_member():
    assert "Tags" not in request_of(full(), training_job_name="x", tags={"aws:x": "y"})


def test_another_type_takes_the_place_of_the_jobs_own():
    config = {"InstanceType": "ml.g5.xlarge", "InstanceCount": 2, "VolumeSizeInGB": 50}
    assert resources(config, instance_type="ml.g6.xlarge") == config | {"InstanceType": "ml.g6.xlarge"}


def test_a_plan_and_a_placement_belong_to_their_type():
    fixed = {
        "InstanceType": "ml.p5.48xlarge",
        "InstanceCount": 2,
        "TrainingPlanArn": PLAN,
        "InstancePlacementConfig": {"EnableMultipleJobs": True},
    }
    assert resources(fixed) == fixed
    assert resources(fixed, instance_type="ml.p5.48xlarge") == fixed
    assert resources(fixed, instance_type="ml.p5e.48xlarge") == {"InstanceType": "ml.p5e.48xlarge", "InstanceCount": 2}


@pytest.mark.parametrize(
    ("rule", "here", "there", "keeps"),
    [
        ("EBS volumes to EBS volumes", "ml.m5.large", "ml.p3.2xlarge", True),
        ("EBS volumes to NVMe volumes, which take no key", "ml.p3.2xlarge", "ml.g5.xlarge", False),
        ("NVMe volumes with a key that was accepted", "ml.g5.xlarge", "ml.g6e.xlarge", True),
        ("an unknown family, about which nothing is said", "ml.p3.2xlarge", "ml.zz9.large", True),
    ],
)
def test_a_key_for_volumes_goes_where_there_are_none(rule, here, there, keeps):
    made = resources({"InstanceType": here, "InstanceCount": 1, "VolumeKmsKeyId": "key"}, instance_type=there)
    assert ("VolumeKmsKeyId" in made) is keeps, rule


def test_of_several_groups_those_of_the_first_type_change_in_their_place():
    types = ["ml.p3.2xlarge", "ml.m5.large", "ml.p3.2xlarge"]
    groups = [
        {"InstanceType": each, "InstanceCount": 1, "InstanceGroupName": str(place)} for place, each in enumerate(types)
    ]
    made = resources({"InstanceGroups": groups, "VolumeKmsKeyId": "key"}, instance_type="ml.g5.xlarge")
    changed = [group["InstanceType"] for group in made["InstanceGroups"]]
    assert changed == ["ml.g5.xlarge", "ml.m5.large", "ml.g5.xlarge"]
    assert made["VolumeKmsKeyId"] == "key"  # the group on ml.m5.large has volumes to encrypt


PREFERRED = [
    {"InstanceType": "ml.p5.48xlarge", "InstanceCount": 2},
    {"InstanceType": "ml.p5e.48xlarge", "InstanceCount": 3, "TrainingPlanArns": [PLAN]},
]


@pytest.mark.parametrize(
    ("rule", "config", "there", "wanted"),
    [
        ("a preferred type with its plan", {}, "ml.p5e.48xlarge", {"InstanceCount": 3, "TrainingPlanArn": PLAN}),
        ("any other with the count that ran", {"SelectedInstanceCount": 5}, "ml.p4d.24xlarge", {"InstanceCount": 5}),
        ("nothing ran: the first count", {}, "ml.p4d.24xlarge", {"InstanceCount": 2}),
    ],
)
def test_one_type_takes_the_place_of_preferences(rule, config, there, wanted):
    config = {"InstancePreferences": PREFERRED, "SelectedInstanceType": "ml.p5.48xlarge"} | config
    assert resources(config, instance_type=there) == {"InstanceType": there} | wanted, rule


@pytest.mark.parametrize(
    "config", [{"InstanceCount": 1}, {"InstanceGroups": [{}]}, {"InstancePreferences": [{"InstanceCount": 1}]}]
)
def test_another_type_for_a_poor_description_is_no_error(config):
    assert "ml.g5.xlarge" in str(resources(config, instance_type="ml.g5.xlarge"))


def test_a_job_without_resources_gets_no_type():
    made = request(full(ResourceConfig=None), instance_type="ml.g5.xlarge")
    assert "ResourceConfig" not in made


NAMES = st.from_regex(r"\A[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}\Z").filter(lambda name: len(name) <= 63)
# Names that differ in one place only, which may be the middle that a short form leaves out.
CLOSE = st.tuples(st.integers(1, 61), st.sampled_from("abc")).map(
    lambda change: "x" * change[0] + change[1] + "x" * (62 - change[0])
)


@settings(max_examples=100, deadline=None)
@given(root=NAMES | CLOSE, other=NAMES | CLOSE, attempt=st.integers(1, 99))
def test_a_retrys_name_is_legal_tells_its_attempt_and_is_its_roots_alone(root, other, attempt):
    name = retry_name(root, attempt)
    assert re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", name)
    assert len(name) <= 63
    assert retry_of(name) == attempt
    assert (retry_name(other, attempt) == name) is (other == root)


def test_a_long_root_keeps_its_start_and_its_time_stamp():
    root = "llama31-8b-supervised-finetuning-2026-11-20-06-12-40-481"
    assert retry_name(root, 1) == "llama31-8b-supervised-f-9145a6-2026-11-20-06-12-40-481-retry-1"
    assert retry_name("demo", 12) == "demo-retry-12"


@pytest.mark.parametrize(
    "name", ["demo", "demo-retry", "demo-retry-0", "demo-retry-01", "demo-retry-123", "retry-1", "-retry-1", ""]
)
def test_other_names_are_no_retries(name):
    assert retry_of(name) is None
