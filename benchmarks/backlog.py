"""From a rule's change to the StopTrainingJob call behind 1,000 other events, on the deployed stack in the sandbox."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import boto3

from benchmarks.latency import PATIENCE_SECONDS, lift_limits, run
from sandbox import http

EVENTS = 1000
FAILED = 100
"""So many of the events are about jobs that failed, each of which is read, classified, recorded and told."""

URGENT = 5
_RULE = {"name": "Overfit", "parameters": {"rule_to_invoke": "Overfit"}}
_FAILURE = 'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "ValueError: bad label", exit code: 1'
_DETAILS = "RuleEvaluationConditionMet: Evaluation of the rule Overfit at step 1 resulted in the condition being met\n"


class Burst(NamedTuple):
    """Seconds from a rule's change to the stop behind a backlog, and until the backlog was gone."""

    to_stop: list[float]
    drained_seconds: float


class Backlog(NamedTuple):
    """Seconds from a rule's change to the stop, idle and behind the backlog.

    Attributes:
        first: The burst for which the functions' further workers have to start, on cores that are busy.
        second: The burst that finds them warm.
    """

    idle: list[float]
    first: Burst
    second: Burst

    @property
    def ratio(self) -> float:
        """Median behind the second backlog to median when idle."""
        return statistics.median(self.second.to_stop) / statistics.median(self.idle)


def backlog(home: Path, environment: dict[str, str]) -> Backlog:
    """Stops without and with a backlog, in one run."""
    sandbox = _Sandbox(home, environment)
    lift_limits(home, environment)
    idle, first, second = ([f"{kind}-{number}" for number in range(URGENT)] for kind in ("idle", "first", "second"))
    failed = [f"backlog-failed-{number}" for number in range(2 * FAILED)]
    sandbox.play([*idle, *first, *second, "backlog-running"], failed)
    before = [sandbox.seconds_to_stop([name])[0] for name in idle]
    return Backlog(before, sandbox.burst(first, failed[:FAILED]), sandbox.burst(second, failed[FAILED:]))


class _Sandbox:
    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self._home, self._environment = home, environment
        self._simulator = f"{environment['AWS_ENDPOINT_URL_SAGEMAKER']}/_sandbox"
        self._cloud = f"{environment['AWS_ENDPOINT_URL']}/_sandbox"

    def play(self, running: Sequence[str], failed: Sequence[str]) -> None:
        """Jobs that train, and jobs that have failed without an event."""
        training = {"do": "status", "at_seconds": 0.1, "status": "Training"}
        ending = {"do": "status", "at_seconds": 0.5, "status": "Failed", "failure_reason": _FAILURE}
        log = {"do": "log", "at_seconds": 0.3, "lines": ["Epoch 1 loss 0.31"] * 50 + ["ValueError: bad label"]}
        jobs = [{"name": name, "debugger_rules": [_RULE], "timeline": [training]} for name in running]
        jobs += [{"name": name, "timeline": [training, log, ending], "delivery": {"lost": ["*"]}} for name in failed]
        path = self._home / "backlog.json"
        path.write_text(json.dumps({"title": "backlog", "jobs": jobs}))
        run(self._home, "play", str(path))
        self.wait_until_drained()

    def burst(self, urgent: Sequence[str], failed: Sequence[str]) -> Burst:
        """A backlog in one go, and rules that fire behind it."""
        events = self.events(failed)
        began = time.monotonic()
        http.call("POST", f"{self._cloud}/events", events, PATIENCE_SECONDS)
        to_stop = self.seconds_to_stop(urgent)
        self.wait_until_drained()
        return Burst(to_stop, time.monotonic() - began)

    def events(self, failed: Sequence[str]) -> list[dict[str, Any]]:
        """The backlog: about running jobs, which are described and left alone, and every tenth about a failed one."""
        share = EVENTS // len(failed)
        return [
            _event(failed[number // share], "Failed", [])
            if number % share == 0
            else _event("backlog-running", "InProgress", ["InProgress"])
            for number in range(EVENTS)
        ]

    def seconds_to_stop(self, names: Sequence[str]) -> list[float]:
        """Let a rule of each job fire; from that to the call that stopped it."""
        fired = {}
        for name in names:
            fired[name] = time.time()
            body = {"rule": "Overfit", "status": "IssuesFound", "details": _DETAILS}
            http.call("POST", f"{self._simulator}/jobs/{name}/rules", body)
        _wait(lambda: fired.keys() <= self._stopped().keys())
        return [self._stopped()[name] - fired[name] for name in names]

    def wait_until_drained(self) -> None:
        """Until no message waits and none is being handled."""
        sqs = boto3.client(
            "sqs",
            endpoint_url=self._environment["AWS_ENDPOINT_URL"],
            region_name=self._environment["AWS_DEFAULT_REGION"],
            aws_access_key_id=self._environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self._environment["AWS_SECRET_ACCESS_KEY"],
        )
        url = next(url for url in sqs.list_queues()["QueueUrls"] if "WatchQueue" in url)
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        _wait(
            lambda: (
                sum(map(int, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values())) == 0
            )
        )

    def _stopped(self) -> dict[str, float]:
        calls = http.call("GET", f"{self._simulator}/calls")
        return {
            call["job"]: call["at"]
            for call in calls
            if call["operation"] == "StopTrainingJob" and call["error"] is None
        }


def _event(name: str, status: str, rules: Sequence[str]) -> dict[str, Any]:
    statuses = [{"RuleConfigurationName": "Overfit", "RuleEvaluationStatus": each} for each in rules]
    return {
        "source": "aws.sagemaker",
        "detail-type": "SageMaker Training Job State Change",
        "detail": {"TrainingJobName": name, "TrainingJobStatus": status, "DebugRuleEvaluationStatuses": statuses},
    }


def _wait(look: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS * 3
    while not look():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {PATIENCE_SECONDS * 3} s")
        time.sleep(0.2)
