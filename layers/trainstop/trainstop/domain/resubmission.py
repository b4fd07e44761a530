"""A described training job as a request to create it once more.

CreateTrainingJob and DescribeTrainingJob share their structures (botocore's service model; a test compares them member
by member), so that what is carried over is everything but what only a description has.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from trainstop.domain.training_job import TrainingJob

CARRIED_OVER: Final = frozenset(
    {
        "algorithm_specification",
        "checkpoint_config",
        "debug_hook_config",
        "debug_rule_configurations",
        "enable_inter_container_traffic_encryption",
        "enable_managed_spot_training",
        "enable_network_isolation",
        "environment",
        "experiment_config",
        "hyper_parameters",
        "infra_check_config",
        "input_data_config",
        "mlflow_config",
        "model_package_config",
        "output_data_config",
        "profiler_config",
        "profiler_rule_configurations",
        "remote_debug_config",
        "resource_config",
        "retry_strategy",
        "role_arn",
        "serverless_job_config",
        "stopping_condition",
        "tensor_board_output_config",
        "vpc_config",
    }
)
"""The members that both operations have."""

_SELECTED: Final = frozenset({"SelectedInstanceType", "SelectedInstanceCount"})
"""What SageMaker chose out of a preference: CreateTrainingJob's model has the members, and nobody may send them."""

_MAPS: Final = frozenset({"HyperParameters", "Environment", "RuleParameters"})
"""Texts of the user's own, among which an empty one means something."""

_MAX_TAGS: Final = 50
_MAX_NAME: Final = 63
_DIGEST: Final = 6
_JOB_NAME_PARAMETER: Final = "sagemaker_job_name"
"""A hyperparameter of the SageMaker SDK: the job's own name as JSON text."""

_RETRY: Final = re.compile(r".+-retry-(?P<attempt>[1-9][0-9]?)")


def request_of(
    job: TrainingJob, *, training_job_name: str, tags: Mapping[str, str], instance_type: str | None = None
) -> dict[str, Any]:
    """The arguments of CreateTrainingJob for the same job under another name.

    Checkpoints stay where they were, so that a script that resumes does so.

    Args:
        job: As described.
        training_job_name: The new name.
        tags: All tags of the new job; those that AWS reserves (``aws:``) are left out.
        instance_type: Taken instead of the job's own; of several instance groups, by those of the first group's type.
    """
    carried = job.model_dump(by_alias=True, exclude_none=True, exclude_unset=True, include=set(CARRIED_OVER))
    request: dict[str, Any] = _without_empty(carried)
    request["TrainingJobName"] = training_job_name
    if job.hyper_parameters.get(_JOB_NAME_PARAMETER) == json.dumps(job.training_job_name):
        request["HyperParameters"][_JOB_NAME_PARAMETER] = json.dumps(training_job_name)
    if "ResourceConfig" in request:
        request["ResourceConfig"] = _resources(request["ResourceConfig"], instance_type)
    if not job.enable_managed_spot_training:
        request.get("StoppingCondition", {}).pop("MaxWaitTimeInSeconds", None)
    own = [{"Key": key, "Value": value} for key, value in tags.items() if not key.lower().startswith("aws:")]
    return request | ({"Tags": own[:_MAX_TAGS]} if own else {})


def _without_empty(value: Any) -> Any:  # noqa: ANN401 - any part of a request
    """Without empty texts, lists and structures, which a description shows for what was never given."""
    if isinstance(value, dict):
        cleaned = {key: inner if key in _MAPS else _without_empty(inner) for key, inner in value.items()}
        return {key: inner for key, inner in cleaned.items() if inner not in ("", [], {}, ())}
    if isinstance(value, (list, tuple)):
        return [_without_empty(inner) for inner in value]
    return value


def _resources(described: Mapping[str, Any], instance_type: str | None) -> dict[str, Any]:
    config = {key: value for key, value in described.items() if key not in _SELECTED}
    if instance_type is None:
        return config
    groups = config.get("InstanceGroups")
    if groups:
        first = groups[0].get("InstanceType")
        config["InstanceGroups"] = [
            group | {"InstanceType": instance_type} if group.get("InstanceType") == first else group for group in groups
        ]
        return config
    if "InstancePreferences" in config or "InstanceType" not in config:
        config.pop("InstancePreferences", None)
        config.setdefault("InstanceCount", described.get("SelectedInstanceCount", 1))
    config["InstanceType"] = instance_type
    return config


def retry_name(root_name: str, attempt: int) -> str:
    """``<root>-retry-<attempt>`` in at most 63 characters; a long root is shortened, and told apart by a digest."""
    suffix = f"-retry-{attempt}"
    if len(root_name) + len(suffix) <= _MAX_NAME:
        return f"{root_name}{suffix}"
    digest = hashlib.sha256(root_name.encode()).hexdigest()[:_DIGEST]
    kept = _MAX_NAME - len(suffix) - len(digest) - 1
    return f"{root_name[:kept].rstrip('-')}-{digest}{suffix}"


def retry_of(training_job_name: str) -> int | None:
    """Which retry a job is by its name; None for any other name."""
    match = _RETRY.fullmatch(training_job_name)
    return int(match["attempt"]) if match else None
