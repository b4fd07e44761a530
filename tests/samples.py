"""Real-shaped DescribeTrainingJob answers, as boto3 gives them, for tests of everything that starts from a job."""

from datetime import UTC, datetime, timedelta
from typing import Any

from trainstop.domain.training_job import TrainingJob

ARN = "arn:aws:sagemaker:us-east-1:111122223333:training-job/demo-cnn-20260115"
STARTED = datetime(2026, 1, 15, 12, 3, 20, tzinfo=UTC)


def describe_answer(**changes: Any) -> dict[str, Any]:
    """A job that failed after ten minutes on one ml.g5.2xlarge, with the members given changed."""
    return {
        "TrainingJobName": "demo-cnn-20260115",
        "TrainingJobArn": ARN,
        "TrainingJobStatus": "Failed",
        "SecondaryStatus": "Failed",
        "FailureReason": 'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "ValueError: bad label"\n'
        'Command "/opt/conda/bin/python3.11 train.py --epochs 30", exit code: 1',
        "HyperParameters": {"epochs": "30"},
        "AlgorithmSpecification": {
            "TrainingImage": "123456789012.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.5-gpu",
            "TrainingInputMode": "File",
        },
        "RoleArn": "arn:aws:iam::111122223333:role/demo-training-role",
        "ResourceConfig": {"InstanceType": "ml.g5.2xlarge", "InstanceCount": 1, "VolumeSizeInGB": 50},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "CreationTime": STARTED - timedelta(seconds=200),
        "TrainingStartTime": STARTED,
        "TrainingEndTime": STARTED + timedelta(seconds=600),
        "LastModifiedTime": STARTED + timedelta(seconds=601),
        "BillableTimeInSeconds": 600,
        "TrainingTimeInSeconds": 600,
        "SecondaryStatusTransitions": [
            {"Status": "Training", "StartTime": STARTED, "StatusMessage": "Training in-progress"},
            {"Status": "Failed", "StartTime": STARTED + timedelta(seconds=600), "StatusMessage": "Training job failed"},
        ],
    } | changes


def running(*rules: str, kind: str = "DebugRuleEvaluationStatuses", **changes: Any) -> dict[str, Any]:
    """A running job, with the rules named at IssuesFound."""
    statuses = [
        {
            "RuleConfigurationName": rule,
            "RuleEvaluationStatus": "IssuesFound",
            "StatusDetails": f"RuleEvaluationConditionMet: Evaluation of the rule {rule} at step 7200 resulted in the "
            "condition being met\n",
            "LastModifiedTime": STARTED + timedelta(seconds=300),
        }
        for rule in rules
    ]
    absent = ("FailureReason", "TrainingEndTime", "BillableTimeInSeconds", "TrainingTimeInSeconds")
    answer = describe_answer(TrainingJobStatus="InProgress", SecondaryStatus="Training", **{kind: statuses}) | changes
    return {key: value for key, value in answer.items() if key not in absent}


def job(**changes: Any) -> TrainingJob:
    """The failed job as a model."""
    return TrainingJob.model_validate(describe_answer(**changes))
