"""CloudTrail records in the shape of FORMATS.md 6."""

from typing import Any

from tests.unit.records.made import ACCOUNT, REGION

LIMIT_MESSAGE = "The account-level service limit 'ml.p3.2xlarge for training job usage' is 0 Instances"


def a_session(role: str, session: str) -> dict[str, Any]:
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE:{session}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}",
        "accountId": ACCOUNT,
        "sessionContext": {
            "sessionIssuer": {"type": "Role", "arn": f"arn:aws:iam::{ACCOUNT}:role/{role}", "userName": role},
            "attributes": {"creationDate": "2026-01-15T11:50:00Z", "mfaAuthenticated": "false"},
        },
    }


def a_user(name: str) -> dict[str, Any]:
    return {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}", "accountId": ACCOUNT, "userName": name}


ALICE = a_session("ml-engineer", "alice")
BOB = a_user("bob")
WATCH = a_session("trainstop-WatchRole-1A2B3C4D5E6F", "trainstop-watch")
"""trainstop's own calls: the role as CloudFormation names it, the function's name as the session's."""


def a_call(event_id: str, name: str, job: str | None, who: dict[str, Any], at: str, **changes: Any) -> dict[str, Any]:
    """One record; ``at`` is ``2026-01-15T11:00:00Z``; ``job`` None leaves out the request as on a denial."""
    return {
        "eventVersion": "1.11",
        "userIdentity": who,
        "eventTime": at,
        "eventSource": "sagemaker.amazonaws.com",
        "eventName": name,
        "awsRegion": REGION,
        "sourceIPAddress": "203.0.113.10",
        "userAgent": "Boto3/1.43.11",
        "requestParameters": None if job is None else {"trainingJobName": job, "environment": {"Key": "it's"}},
        "responseElements": None,
        "eventID": event_id,
        "recipientAccountId": ACCOUNT,
    } | changes


def refused(event_id: str, who: dict[str, Any], at: str, code: str, message: str | None) -> dict[str, Any]:
    return a_call(event_id, "CreateTrainingJob", None, who, at, errorCode=code, errorMessage=message)


def a_quota(
    event_id: str, who: dict[str, Any], at: str, instance_type: str, limit: int, **changes: Any
) -> dict[str, Any]:
    """A submission that a quota refused; ``asked`` and ``in_use`` are numbers of instances."""
    asked, in_use = changes.pop("asked", 1), changes.pop("in_use", 0)
    message = (
        f"The account-level service limit '{instance_type} for training job usage' is {limit} Instances, with current "
        f"utilization of {in_use} Instances and a request delta of {asked} Instances. Please contact AWS support to "
        "request an increase for this limit."
    )
    return refused(event_id, who, at, "ResourceLimitExceeded", message) | changes


def a_submission(event_id: str, job: str, who: dict[str, Any], at: str, *, image: str, role: str) -> dict[str, Any]:
    """A CreateTrainingJob call with what it asks for; ``image`` and ``role`` are short names."""
    request = {
        "trainingJobName": job,
        "algorithmSpecification": {"trainingImage": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{image}"},
        "resourceConfig": {"instanceType": "ml.g5.2xlarge", "instanceCount": 2, "volumeSizeInGB": 50},
        "roleArn": f"arn:aws:iam::{ACCOUNT}:role/{role}",
    }
    return a_call(event_id, "CreateTrainingJob", job, who, at, requestParameters=request)
