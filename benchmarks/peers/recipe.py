"""The handler that AWS's guide publishes for reacting to Debugger rules, written anew as a peer (FORMATS.md 2.1).

It trusts the event, tells nobody and remembers nothing; it is what `watch` is compared with for start-up time.
"""

import boto3

sagemaker = boto3.client("sagemaker", region_name="us-east-1")


def handler(event, context):  # noqa: ANN001, ANN201, ARG001, D103 - as short as the original
    detail = event["detail"]
    for rule in detail.get("DebugRuleEvaluationStatuses") or []:
        issues_found = rule["RuleEvaluationStatus"] == "IssuesFound"
        if issues_found and detail["TrainingJobStatus"] == "InProgress":
            sagemaker.stop_training_job(TrainingJobName=detail["TrainingJobName"])
