"""A described training job as a request to create it once more.

CreateTrainingJob and DescribeTrainingJob share their structures at every depth (botocore's service model; a test
compares them), so that the differences are the operations' own members, and what only their documentation tells.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from trainstop.domain.instance_types import has_local_storage
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
"""The members that both operations have, but for the name."""

NOT_DESCRIBED: Final = frozenset({"SessionChainingConfig", "Tags"})
"""What CreateTrainingJob takes and DescribeTrainingJob never tells: a job's session chaining is lost."""

READ_ONLY: Final = frozenset({"SelectedInstanceType", "SelectedInstanceCount"})
"""What SageMaker chose out of InstancePreferences: in the shape of a request too, where it is not accepted."""

EXCLUDES: Final[Mapping[str, frozenset[str]]] = {
    "AlgorithmName": frozenset({"TrainingImage"}),
    "InstanceGroups": frozenset({"InstanceType", "InstanceCount"}),
    "InstancePreferences": frozenset({"InstanceType", "InstanceGroups", "InstancePlacementConfig"}),
}
"""Members that a request must not have beside the one before the colon, in the same structure (their documentation)."""

MAPS: Final = frozenset(
    {
        "CollectionParameters",
        "Environment",
        "HookParameters",
        "HyperParameters",
        "ProfilingParameters",
        "RuleParameters",
    }
)
"""Texts of the user's own, among which an empty one means something."""

REQUIRED_TEXTS: Final = frozenset({"DirectoryPath", "HubContentArn", "RuleEvaluatorImage"})
"""Texts that a request must have and that may be empty."""

NOTHING_AT_ZERO: Final = frozenset(
    {
        "KeepAlivePeriodInSeconds",
        "MaxPendingTimeInSeconds",
        "MaxRuntimeInSeconds",
        "MaxWaitTimeInSeconds",
        "MaximumRetryAttempts",
        "ProfilingIntervalInMilliseconds",
        "VolumeSizeInGB",
    }
)
"""Numbers that a request leaves out, or for which 0 is too small, where a description may show 0."""

_MAX_TAGS: Final = 50
_MAX_NAME: Final = 63
_DIGEST: Final = 6
_JOB_NAME_PARAMETER: Final = "sagemaker_job_name"
"""A hyperparameter of the SageMaker SDK: the job's own name as JSON text."""

_RETRY: Final = re.compile(r"[a-zA-Z0-9].*-retry-(?P<attempt>[1-9][0-9]?)")


def request_of(
    job: TrainingJob,
    *,
    training_job_name: str,
    tags: Mapping[str, str],
    instance_type: str | None = None,
    without_spot: bool = False,
) -> dict[str, Any]:
    """The arguments of CreateTrainingJob for the same job under another name.

    Checkpoints stay where they were, so that a script that resumes does so.

    Args:
        job: As described.
        training_job_name: The new name.
        tags: All tags of the new job; those that AWS reserves (``aws:``) are left out. Of more than 50 the last stay,
            so that what a caller adds behind the job's own tags is kept.
        instance_type: Taken instead of the job's own; of several instance groups, by those of the first group's type.
            A training plan and a placement on UltraServers belong to a type, and do not come along to another.
        without_spot: Take on-demand instances, also where the job had managed spot ones.
    """
    carried = job.model_dump(by_alias=True, exclude_none=True, exclude_unset=True, include=set(CARRIED_OVER))
    request: dict[str, Any] = _accepted(carried)
    request["TrainingJobName"] = training_job_name
    if job.hyper_parameters.get(_JOB_NAME_PARAMETER) == json.dumps(job.training_job_name):
        request["HyperParameters"][_JOB_NAME_PARAMETER] = json.dumps(training_job_name)
    if "ResourceConfig" in request and instance_type is not None:
        request["ResourceConfig"] = _on(instance_type, job, request["ResourceConfig"])
    _settle_spot(request, without_spot=without_spot)
    if request.get("ProfilerConfig", {}).get("DisableProfiler"):
        # UpdateTrainingJob may have switched the profiler off under its rules; a request with both is an invalid one
        # (aws/sagemaker-python-sdk pull request 6189).
        request.pop("ProfilerRuleConfigurations", None)
    own = [{"Key": key, "Value": value} for key, value in tags.items() if not key.lower().startswith("aws:")]
    return request | ({"Tags": own[-_MAX_TAGS:]} if own else {})


def _accepted(value: Any) -> Any:  # noqa: ANN401 - any part of a request
    """Without what a description shows for what was never given, and what a request may not have (the data above)."""
    if isinstance(value, (list, tuple)):
        return [_accepted(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    cleaned = {key: inner if key in MAPS else _accepted(inner) for key, inner in value.items() if key not in READ_ONLY}
    told = {key: inner for key, inner in cleaned.items() if not _tells_nothing(key, inner)}
    excluded = frozenset[str]().union(*(EXCLUDES[key] for key in told if key in EXCLUDES))
    return {key: inner for key, inner in told.items() if key not in excluded}


def _tells_nothing(key: str, value: Any) -> bool:  # noqa: ANN401 - any part of a request
    if isinstance(value, str):
        return not value and key not in REQUIRED_TEXTS
    return value in ([], {}) or (key in NOTHING_AT_ZERO and value == 0)


def _settle_spot(request: dict[str, Any], *, without_spot: bool) -> None:
    """MaxWaitTimeInSeconds goes with managed spot training only, and that not with InstancePreferences."""
    if "InstancePreferences" in request.get("ResourceConfig", {}):
        request.pop("EnableManagedSpotTraining", None)
    if without_spot and "EnableManagedSpotTraining" in request:
        request["EnableManagedSpotTraining"] = False
    condition = request.get("StoppingCondition", {})
    if not request.get("EnableManagedSpotTraining"):
        condition.pop("MaxWaitTimeInSeconds", None)
    if not condition:
        request.pop("StoppingCondition", None)


def _on(instance_type: str, job: TrainingJob, described: Mapping[str, Any]) -> dict[str, Any]:
    """The ResourceConfig with another type, and without what only fitted the types before."""
    config = dict(described)
    if groups := config.get("InstanceGroups"):
        before = {groups[0].get("InstanceType")}
        config["InstanceGroups"] = [
            group | {"InstanceType": instance_type} if group.get("InstanceType") in before else group
            for group in groups
        ]
    elif preferences := config.pop("InstancePreferences", None):
        before = {preference.get("InstanceType") for preference in preferences}
        config |= _of_preference(instance_type, job, described)
    else:
        before = {config.get("InstanceType")}
        config["InstanceType"] = instance_type
    if instance_type in before:
        return config
    lost = {"TrainingPlanArn", "InstancePlacementConfig"}
    types = [group.get("InstanceType") for group in config.get("InstanceGroups", [config])]
    if all(map(has_local_storage, types)) and not any(map(has_local_storage, before)):
        lost.add("VolumeKmsKeyId")  # no instance has the volumes of the key; beside one that has, the key stays
    return {key: value for key, value in config.items() if key not in lost}


def _of_preference(instance_type: str, job: TrainingJob, described: Mapping[str, Any]) -> dict[str, Any]:
    """The one type instead of a list, with the count and the plan that the list has for it, or the count that ran."""
    preferences: list[dict[str, Any]] = described["InstancePreferences"]
    preference = next((each for each in preferences if each.get("InstanceType") == instance_type), {})
    counts = (preference.get("InstanceCount"), described.get("InstanceCount"), job.instance_count)
    count = next(filter(None, counts), None) or preferences[0].get("InstanceCount", 1)
    plans = preference.get("TrainingPlanArns", [])
    plan = {"TrainingPlanArn": plans[0]} if plans else {}
    return {"InstanceType": instance_type, "InstanceCount": count} | plan


def retry_name(root_name: str, attempt: int) -> str:
    """``<root>-retry-<attempt>`` in at most 63 characters, for attempts 1 to 99.

    A long root loses its middle, so that its start and the time stamp at its end stay, and a digest tells it apart.
    """
    suffix = f"-retry-{attempt}"
    if len(root_name) + len(suffix) <= _MAX_NAME:
        return f"{root_name}{suffix}"
    digest = hashlib.sha256(root_name.encode()).hexdigest()[:_DIGEST]
    kept = _MAX_NAME - len(suffix) - len(f"-{digest}-")
    head, tail = root_name[: kept // 2].rstrip("-"), root_name[kept // 2 - kept :].lstrip("-")
    return f"{head}-{digest}-{tail}{suffix}"


def retry_of(training_job_name: str) -> int | None:
    """Which retry a job is by its name, 1 to 99; None for any other name."""
    match = _RETRY.fullmatch(training_job_name)
    return int(match["attempt"]) if match else None
