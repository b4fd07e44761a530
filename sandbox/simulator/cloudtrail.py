"""CloudTrail: a record of every CreateTrainingJob and StopTrainingJob call, refused ones too, as files and events."""

import gzip
import json
import random
import string
import threading
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.cloud import callers
from sandbox.simulator.errors import ApiError
from sandbox.simulator.events import iso

_SUFFIX_CHARACTERS = 16
# Maps whose keys are the user's: they keep their case.
_USER_KEYS = frozenset(
    {"HyperParameters", "Environment", "RuleParameters", "ProfilingParameters", "CollectionParameters"}
)


class Caller:
    """Who makes a call, as far as the request tells.

    Attributes:
        identity: CloudTrail's userIdentity.
    """

    def __init__(self, account: str, headers: Mapping[str, str]) -> None:
        self.address = headers.get("REMOTE_ADDR", "127.0.0.1")
        self.agent = headers.get("HTTP_USER_AGENT", "")
        session = callers.parse(headers.get("HTTP_X_AMZ_SECURITY_TOKEN", ""))
        self.identity = _role(account, *session) if session else _user(account)

    @property
    def principal(self) -> str:
        """The caller's ARN."""
        return str(self.identity["arn"])


class Trail:
    """Collects records until they are delivered."""

    def __init__(self, account: str, region: str) -> None:
        self._account, self._region = account, region
        self._lock = threading.Lock()
        self._waiting: list[dict[str, Any]] = []

    def record(
        self,
        name: str,
        request: Mapping[str, Any],
        caller: Caller,
        at: float,
        result: Mapping[str, Any] | ApiError | None,
    ) -> dict[str, Any]:
        """Keeps and returns the record of a call, in the form of a real one."""
        refused = isinstance(result, ApiError)
        denied = refused and result.code.startswith("AccessDenied")
        made: dict[str, Any] = {
            "eventVersion": "1.11",
            "userIdentity": caller.identity,
            "eventTime": iso(at),
            "eventSource": "sagemaker.amazonaws.com",
            "eventName": name,
            "awsRegion": self._region,
            "sourceIPAddress": caller.address,
            "userAgent": caller.agent,
            "requestParameters": None if denied else _camel(request),
            "responseElements": None if refused or not result else _camel(result),
            "requestID": str(uuid.uuid4()),
            "eventID": str(uuid.uuid4()),
            "readOnly": False,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": self._account,
            "eventCategory": "Management",
        }
        if isinstance(result, ApiError):
            # CloudTrail shortens this one code.
            made |= {"errorCode": "AccessDenied" if denied else result.code, "errorMessage": result.message}
        with self._lock:
            self._waiting.append(made)
        return made

    def files(self) -> dict[str, bytes]:
        """Takes what waits as S3 objects by key, a file per day of the records."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        days: dict[str, list[dict[str, Any]]] = {}
        for made in waiting:
            days.setdefault(made["eventTime"][:10].replace("-", "/"), []).append(made)
        return {self._key(day): gzip.compress(json.dumps({"Records": held}).encode()) for day, held in days.items()}

    def _key(self, day: str) -> str:
        minute = datetime.now(UTC).strftime("%H%MZ")
        suffix = "".join(random.choices(string.ascii_letters + string.digits, k=_SUFFIX_CHARACTERS))  # noqa: S311 - a name
        name = f"{self._account}_CloudTrail_{self._region}_{day.replace('/', '')}T{minute}_{suffix}.json.gz"
        return f"AWSLogs/{self._account}/CloudTrail/{self._region}/{day}/{name}"


def _camel(value: Any) -> Any:  # noqa: ANN401 - any part of a request
    if isinstance(value, Mapping):
        return {key[:1].lower() + key[1:]: held if key in _USER_KEYS else _camel(held) for key, held in value.items()}
    return [_camel(held) for held in value] if isinstance(value, list) else value


def _user(account: str) -> dict[str, Any]:
    return {
        "type": "IAMUser",
        "principalId": "AIDASANDBOX000000000",
        "arn": f"arn:aws:iam::{account}:user/sandbox",
        "accountId": account,
        "accessKeyId": "AKIASANDBOX000000000",
        "userName": "sandbox",
    }


def _role(account: str, role: str, session: str) -> dict[str, Any]:
    principal = "AROASANDBOX000000000"
    return {
        "type": "AssumedRole",
        "principalId": f"{principal}:{session}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{role}/{session}",
        "accountId": account,
        "accessKeyId": "ASIASANDBOX000000000",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": principal,
                "arn": f"arn:aws:iam::{account}:role/{role}",
                "accountId": account,
                "userName": role,
            },
            "attributes": {"creationDate": iso(datetime.now(UTC).timestamp()), "mfaAuthenticated": "false"},
        },
    }
