"""Stacks as CloudFormation describes them, for the judgements on them."""

from datetime import UTC, datetime, timedelta

from trainstop.domain.deployed import DeployedStack, StackResource

NOW = datetime(2026, 11, 21, 3, 12, tzinfo=UTC)
QUEUE_ARN = "arn:aws:sqs:us-east-1:111122223333:ts-WatchQueue-A1"
PARAMETERS = {
    "AllowStop": "true",
    "DryRun": "false",
    "DebuggerTopicMode": "create",
    "ResubmitRoles": "arn:aws:iam::111122223333:role/training, arn:aws:iam::111122223333:role/other",
    "SweepMinutes": "5",
    "DeletionProtection": "true",
    "TrailBucket": "trail-bucket",
    "TrailPrefix": "",
}
RESOURCES = (
    StackResource("WatchQueue", "AWS::SQS::Queue", "https://sqs.us-east-1.amazonaws.com/111122223333/ts-WatchQueue-A1"),
    StackResource("WatchFunction", "AWS::Lambda::Function", "ts-watch"),
    StackResource("WatchRole", "AWS::IAM::Role", "ts-WatchRole-B2"),
    StackResource("IncidentsTable", "AWS::DynamoDB::Table", "ts-IncidentsTable-C3"),
)


def stack(*, status="UPDATE_COMPLETE", reason="", age=timedelta(days=30), resources=RESOURCES, **parameters):
    return DeployedStack(
        name="ts",
        partition="aws",
        region="us-east-1",
        account="111122223333",
        status=status,
        status_reason=reason,
        changed_at=NOW - age,
        parameters=PARAMETERS | parameters,
        resources=resources,
    )


def told(findings):
    """How things are, and the first words that say what."""
    return [(finding.health.value, finding.what) for finding in findings]
