"""EventBridge rules that the SageMaker SDK makes for its ``notifications=``."""

import json
from datetime import datetime, timedelta
from typing import Any, Final

from botocore.exceptions import ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import is_denied
from trainstop.ports import Clock

RULE_PREFIX: Final = "sm-pysdk-job-notif-"
_KEPT: Final = timedelta(minutes=5)
_MAX_PAGES: Final = 5


class SdkNotificationRules:
    """The SDK's rules on the default bus, read at most every five minutes."""

    def __init__(self, clients: Clients, clock: Clock) -> None:
        self._clients = clients
        self._clock = clock
        self._patterns: list[dict[str, Any]] = []
        self._read_at: datetime | None = None

    def sdk_notifies(self, training_job_name: str) -> bool:
        """Whether a rule of the SDK tells of this job's end.

        A rule's pattern has the statuses, and a prefix of job names where the user gave one.
        """
        now = self._clock()
        if self._read_at is None or now - self._read_at > _KEPT:
            self._patterns, self._read_at = self._read(), now
        return any(_names(pattern, training_job_name) for pattern in self._patterns)

    def _read(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        request: dict[str, Any] = {"NamePrefix": RULE_PREFIX}
        try:
            for _ in range(_MAX_PAGES):
                answer = self._clients.events.list_rules(**request)
                enabled = [rule for rule in answer["Rules"] if rule.get("State") != "DISABLED"]
                found += [json.loads(rule.get("EventPattern") or "{}") for rule in enabled]
                if not answer.get("NextToken"):
                    break
                request["NextToken"] = answer["NextToken"]
        except ClientError as error:
            if not is_denied(error):
                raise
        return found


def _names(pattern: dict[str, Any], training_job_name: str) -> bool:
    names = pattern.get("detail", {}).get("TrainingJobName")
    if not names:
        return True
    prefixes = [each.get("prefix") if isinstance(each, dict) else each for each in names]
    return any(prefix and training_job_name.startswith(prefix) for prefix in prefixes)
