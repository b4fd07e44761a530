"""The deployed stack, driven through its public ways in and looked at where a user looks."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import pytest

PROJECT = Path(__file__).parent.parent.parent
TRAINSTOP = Path(sys.executable).with_name("trainstop")
PATIENCE_SECONDS = 90


@dataclass
class Deployed:
    """A sandbox with the stack in it."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def sandbox(self, *arguments, check=True):
        """Run ``python -m sandbox`` on this home."""
        command, *rest = arguments
        return subprocess.run(  # noqa: S603 - programs of this repository
            [sys.executable, "-m", "sandbox", command, "--home", str(self.home), *map(str, rest)],
            cwd=PROJECT,
            env=os.environ | {"TRAINSTOP_SANDBOX": "e2e"},
            capture_output=True,
            text=True,
            timeout=400,
            check=check,
        )

    def trainstop(self, *arguments, check=True):
        """Run the command as a user does."""
        return subprocess.run(  # noqa: S603 - programs of this repository
            [str(TRAINSTOP), *map(str, arguments)],
            cwd=PROJECT,
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=check,
        )

    def client(self, service):
        """Any boto3 client, with the variables that the sandbox gives out."""
        variables = self.environment
        endpoint = variables.get(f"AWS_ENDPOINT_URL_{service.upper()}", variables["AWS_ENDPOINT_URL"])
        return boto3.client(
            service,
            endpoint_url=endpoint,
            region_name=variables["AWS_DEFAULT_REGION"],
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        )

    def play(self, tmp_path, **scenario):
        """Play a scenario and wait for its end."""
        path = tmp_path / "scenario.json"
        path.write_text(json.dumps({"title": "test"} | scenario))
        return self.sandbox("play", path).stdout

    def put(self, tmp_path, *events):
        """Deliver events as AWS services do."""
        path = tmp_path / "events.json"
        path.write_text(json.dumps(list(events)))
        self.sandbox("put-event", path)

    def incidents(self, job):
        """The incidents of a job, as the command lists them."""
        return json.loads(self.trainstop("incidents", "list", "--job", job, "--json").stdout)

    def inbox(self, job=None):
        """Messages that people received, those about one job where one is given."""
        messages = json.loads(self.sandbox("inbox", "--json").stdout)
        notifications = [each for each in messages if each["kind"] == "notification"]
        return [each for each in notifications if job is None or job in each["text"]]

    def outputs(self):
        """The stack's outputs."""
        stack = self.client("cloudformation").describe_stacks(StackName=self.environment["TRAINSTOP_STACK"])["Stacks"][
            0
        ]
        return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}

    def queue_depth(self, output):
        """Messages that wait in a queue or are being handled."""
        attributes = self.client("sqs").get_queue_attributes(
            QueueUrl=self.outputs()[output],
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )["Attributes"]
        return sum(map(int, attributes.values()))


def wait_for(look, patience_seconds=PATIENCE_SECONDS):
    """What ``look`` gives once it is something; fails with its last answer otherwise."""
    deadline = time.monotonic() + patience_seconds
    while not (seen := look()):
        if time.monotonic() > deadline:
            pytest.fail(f"not within {patience_seconds} s; last seen: {seen!r}")
        time.sleep(0.5)
    return seen


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    deployed = Deployed(tmp_path_factory.mktemp("sandbox") / "home")
    up = deployed.sandbox("up", check=False)
    if up.returncode != 0:
        pytest.fail(f"the sandbox did not come up:\n{up.stdout}\n{up.stderr}")
    try:
        deployed.environment = json.loads(deployed.sandbox("status", "--json").stdout)["environment"]
        yield deployed
    finally:
        deployed.sandbox("down")


@pytest.fixture(scope="session")
def wait():
    return wait_for
