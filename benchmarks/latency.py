"""From putting an event to the StopTrainingJob call and to the alert, on the deployed stack in the sandbox."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import boto3

from trainstop.policy.default import default_policy

PROJECT = Path(__file__).parent.parent
JOBS = 40
COLD_JOBS = 7

PATIENCE_SECONDS = 120
_TRAINSTOP = Path(sys.executable).with_name("trainstop")


class Seconds(NamedTuple):
    """For one job: from its rule's change to the stop's answer, and to the e-mail in the inbox."""

    to_stop: float
    to_alert: float


def latency(home: Path, environment: dict[str, str]) -> tuple[list[Seconds], list[Seconds]]:
    """(each job on cold workers, jobs on warm ones)."""
    lift_limits(home, environment)
    cold = []
    for number in range(COLD_JOBS):
        _end_workers(home)
        cold += _round(home, environment, f"cold-{number}", 1)
    return cold, _round(home, environment, "warm", JOBS)


def lift_limits(home: Path, environment: dict[str, str]) -> None:
    """The shipped policy, but for its limits an hour, and with an alert for each job."""
    alerts = {"group_window_seconds": 0, "limits_per_hour": {}}
    shipped = default_policy().model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)
    path = home / "policy.json"
    limits = {"max_stops_per_hour": 10_000, "max_stops_per_hour_and_owner": 10_000}
    path.write_text(json.dumps(shipped | limits | {"alerts": alerts}))
    command = [str(_TRAINSTOP), "policy", "push", str(path)]
    subprocess.run(command, env=os.environ | environment, check=True, capture_output=True)


def _end_workers(home: Path) -> None:
    """End every worker of a function, so that the next event finds none."""
    for each in Path("/proc").glob("[0-9]*/environ"):
        try:
            variables = each.read_bytes().split(b"\0")
        except OSError:
            continue
        of_ours = any(str(home).encode() in variable for variable in variables)
        if of_ours and any(variable.startswith(b"AWS_LAMBDA_FUNCTION_NAME=") for variable in variables):
            os.kill(int(each.parent.name), signal.SIGKILL)


@contextmanager
def sandbox() -> Iterator[tuple[Path, dict[str, str]]]:
    """A sandbox of its own, taken down at the end."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        run(home, "up")
        try:
            yield home, json.loads(run(home, "status", "--json"))["environment"]
        finally:
            run(home, "down")


def run(home: Path, command: str, *arguments: str) -> str:
    """``python -m sandbox`` on this home."""
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", command, "--home", str(home), *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def _round(home: Path, environment: dict[str, str], prefix: str, jobs: int) -> list[Seconds]:
    """Jobs whose rule fires one after the other, half a second apart."""
    names = [f"{prefix}-{number}" for number in range(jobs)]
    details = (
        "RuleEvaluationConditionMet: Evaluation of the rule Overfit at step 1 resulted in the condition being met\n"
    )
    scenario = {
        "title": prefix,
        "jobs": [
            {
                "name": name,
                "at_seconds": number * 0.5,
                "debugger_rules": [{"name": "Overfit", "parameters": {"rule_to_invoke": "Overfit"}}],
                "timeline": [
                    {"do": "status", "at_seconds": 0.1, "status": "Training"},
                    {"do": "rule", "at_seconds": 3, "rule": "Overfit", "status": "IssuesFound", "details": details},
                ],
            }
            for number, name in enumerate(names)
        ],
    }
    path = home / f"{prefix}.json"
    path.write_text(json.dumps(scenario))
    run(home, "play", str(path))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(mails := _mails(home, names)) < jobs:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(mails)} of {jobs} alerts within {PATIENCE_SECONDS} s")
        time.sleep(0.5)
    incidents = _incidents(environment, names)
    return [
        Seconds(
            _between(incidents[name]["occurred_at"], incidents[name]["outcome"]["acted_at"]),
            _between(incidents[name]["occurred_at"], mails[name]),
        )
        for name in names
    ]


def _mails(home: Path, names: list[str]) -> dict[str, str]:
    """When the e-mail about each job arrived."""
    messages = json.loads(run(home, "inbox", "--json"))
    mails = [each for each in messages if each["channel"] == "email" and each["kind"] == "notification"]
    return {name: each["received_at"] for each in mails for name in names if each["subject"].endswith(f": {name}")}


def _incidents(environment: dict[str, str], names: list[str]) -> dict[str, dict[str, Any]]:
    dynamodb = boto3.client(
        "dynamodb",
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )
    table = next(name for name in dynamodb.list_tables()["TableNames"] if "Incidents" in name)
    found = {}
    for name in names:
        answer = dynamodb.query(
            TableName=table,
            IndexName="by_job",
            KeyConditionExpression="job_name = :job",
            ExpressionAttributeValues={":job": {"S": name}},
        )
        found[name] = json.loads(answer["Items"][0]["incident"]["S"])
    return found


def _between(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
