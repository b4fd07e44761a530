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
WATCH = a_session("trainstop-watch", "trainstop-WatchFunction-1")


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
