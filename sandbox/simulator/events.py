"""The events that SageMaker and CloudTrail send, as real ones are: integer milliseconds, nulls, tags as a map."""

import uuid
from datetime import UTC, datetime
from typing import Any

from sandbox.simulator.jobs import Rule, TrainingJob, rule_status

# When a rule's container has come to a result. Which status its job ends with is not documented.
_RULE_JOB_STATUSES = {"InProgress": "InProgress", "Error": "Failed", "Stopping": "Stopping", "Stopped": "Stopped"}

Event = dict[str, Any]


def training_job(job: TrainingJob) -> Event:
    """The state of a training job."""
    request = job.request
    optional: dict[str, Any] = {
        name: request[name]
        for name in ("HyperParameters", "AlgorithmSpecification", "InputDataConfig", "VpcConfig", "StoppingCondition")
        if name in request
    }
    detail: dict[str, Any] = {
        "TrainingJobName": job.training_job_name,
        "TrainingJobArn": job.arn,
        "TrainingJobStatus": job.training_job_status,
        "SecondaryStatus": job.secondary_status,
        "FailureReason": job.failure_reason,
        **optional,
        "RoleArn": request["RoleArn"],
        "OutputDataConfig": {"KmsKeyId": "", **request["OutputDataConfig"]},
        "ResourceConfig": request["ResourceConfig"],
        "CreationTime": milliseconds(job.created),
        "TrainingStartTime": milliseconds(job.training_started),
        "TrainingEndTime": milliseconds(job.training_ended),
        "LastModifiedTime": milliseconds(job.modified),
        "SecondaryStatusTransitions": [
            {"Status": step.status, "StartTime": milliseconds(step.started), "StatusMessage": step.message}
            | ({"EndTime": milliseconds(step.ended)} if step.ended else {})
            for step in job.transitions
        ],
        "Tags": {tag["Key"]: tag["Value"] for tag in job.tags},
    }
    if job.tuning_job_arn:
        detail["TuningJobArn"] = job.tuning_job_arn
    if job.training_job_status == "Completed":
        detail["ModelArtifacts"] = job.model_artifacts
    rules = [rule_status(rule) for rule in job.rules if not rule.is_profiler]
    if rules:
        detail["DebugRuleEvaluationStatuses"] = [
            entry | {"LastModifiedTime": milliseconds(entry["LastModifiedTime"])} for entry in rules
        ]
    return _envelope(job, "SageMaker Training Job State Change", job.arn, job.modified, detail)


def rule_job(job: TrainingJob, rule: Rule) -> Event:
    """The state of the processing job that evaluates a rule."""
    detail = rule_job_description(job, rule)
    detail = {name: milliseconds(value) if name.endswith("Time") else value for name, value in detail.items()}
    # Not in the event, as far as AWS shows it.
    del detail["TrainingJobArn"]
    return _envelope(job, "SageMaker Processing Job State Change", rule.job_arn, rule.modified, detail)


def rule_job_description(job: TrainingJob, rule: Rule) -> dict[str, Any]:
    """DescribeProcessingJob's answer for a rule's job, times in epoch seconds."""
    status = _RULE_JOB_STATUSES.get(rule.status, "Completed")
    described = {
        "ProcessingJobName": rule.job_arn.rsplit("/", 1)[1],
        "ProcessingJobArn": rule.job_arn,
        "ProcessingJobStatus": status,
        "ProcessingInputs": [],
        "ProcessingOutputConfig": {"Outputs": []},
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.t3.medium", "VolumeSizeInGB": 10}
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
        "AppSpecification": {"ImageUri": f"{job.account}.dkr.ecr.{job.region}.amazonaws.com/debugger-rules:latest"},
        "RoleArn": job.request["RoleArn"],
        "FailureReason": rule.details if status == "Failed" else None,
        "CreationTime": rule.started,
        "ProcessingStartTime": rule.started,
        "ProcessingEndTime": None if status in {"InProgress", "Stopping"} else rule.modified,
        "LastModifiedTime": rule.modified,
        "TrainingJobArn": job.arn,
    }
    return {name: value for name, value in described.items() if value is not None}


def api_call(record: dict[str, Any]) -> Event:
    """A CloudTrail record as an event."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.sagemaker",
        "account": record["recipientAccountId"],
        "time": record["eventTime"],
        "region": record["awsRegion"],
        "resources": [],
        "detail": record,
    }


def milliseconds(seconds: float | None) -> int | None:
    """Epoch seconds as the whole milliseconds of an event; None stays None."""
    return None if seconds is None else round(seconds * 1000)


def iso(seconds: float) -> str:
    """Epoch seconds as AWS writes times in envelopes: whole seconds, UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _envelope(job: TrainingJob, detail_type: str, arn: str, at: float, detail: dict[str, Any]) -> Event:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": "aws.sagemaker",
        "account": job.account,
        "time": iso(at),
        "region": job.region,
        "resources": [arn],
        "detail": detail,
    }
