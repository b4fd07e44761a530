"""The deployed stack, driven through its public ways in and looked at where a user looks."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from typer.testing import CliRunner

from sandbox import http, scenario_file
from sandbox.home import Home
from sandbox.player import Player
from trainstop.cli.main import app

PROJECT = Path(__file__).parent.parent.parent
TRAINSTOP = Path(sys.executable).with_name("trainstop")
PATIENCE_SECONDS = 90
REFRESH_SECONDS = 1.5
SHIPPED = (PROJECT / "layers/trainstop/trainstop/policy/default.yaml").read_text()
MANY = SHIPPED.replace("max_stops_per_hour: 20", "max_stops_per_hour: 1000").replace(
    "limits_per_hour: {email: 60, sms: 10, chat: 60}", "limits_per_hour: {}"
)
"""The shipped policy, but for the limits that so many tests in one hour would reach."""

GENEROUS = MANY.replace("group_window_seconds: 900", "group_window_seconds: 0").replace(
    "audience: owner,", "audience: [owner, platform],"
)
"""The same with an alert for each job, to the platform too: tests share their faults, and some subscribe as owners."""

UNGROUPED = "alerts: {group_window_seconds: 0, limits_per_hour: {}}\n"


LONGEST = ("test_worker_killed.py", "test_storm.py", "test_debugger_actions.py")
"""Files that begin first, so that no worker is left with them when all others have ended."""


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@dataclass
class Deployed:
    """A sandbox with the stack in it."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)
    inbox_url: str = ""
    policy_pushed: float = 0.0

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

    def trainstop(self, *arguments, check=True, stdin=None):
        """Run the command as a user does, but in this process: most of a short command's time is its start."""
        command = [str(TRAINSTOP), *map(str, arguments)]
        result = CliRunner().invoke(app, command[1:], input=stdin, env=self.environment)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        if command[1] == "policy":
            self.policy_pushed = time.monotonic()
        done = subprocess.CompletedProcess(command, result.exit_code, result.stdout, result.stderr)
        if check:
            done.check_returncode()
        return done

    def trainstop_apart(self, *arguments):
        """Run the command in a process of its own, whatever comes of it."""
        return subprocess.run(  # noqa: S603 - programs of this repository
            [str(TRAINSTOP), *map(str, arguments)],
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
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
        # Nothing shows when the last worker has read a new policy: it does after PolicyRefreshSeconds.
        wait_for(lambda: time.monotonic() > self.policy_pushed + REFRESH_SECONDS)
        path = tmp_path / "scenario.json"
        path.write_text(json.dumps({"title": "test"} | scenario))
        Player(Home(self.home).state(), 1.0, "", lambda _: None).play(scenario_file.read(path))

    def put(self, *events):
        """Deliver events as AWS services do."""
        http.call("POST", f"{self.environment['AWS_ENDPOINT_URL']}/_sandbox/events", list(events))

    def asked(self, *arguments):
        """What a command prints, whatever comes of it."""
        return self.trainstop(*arguments, check=False).stdout

    def rows(self, query, **parameters):
        """What a question answers once that is merged which has arrived."""
        self.asked("archive", "compact")
        chosen = [part for name, value in parameters.items() for part in ("--param", f"{name}={value}")]
        return json.loads(self.asked("query", query, *chosen, "--json"))["rows"]

    def incidents(self, job):
        """The incidents of a job, as the command lists them."""
        return json.loads(self.asked("incidents", "list", "--job", job, "--json"))

    def inbox(self, job=None, channels=("email", "sms")):
        """Messages that people received; those about one job, by their first line, where one is given."""
        received = [each for each in self.messages() if each["kind"] == "notification" and each["channel"] in channels]
        heads = {"email": "subject", "chat": "title", "sms": "text"}
        return [each for each in received if job is None or job in each[heads[each["channel"]]]]

    def told(self, address):
        """Messages that one person received."""
        return [each for each in self.inbox() if each["to"] == address]

    def messages(self):
        """Everything that the inbox shows."""
        return json.loads(http_get(f"{self.inbox_url}/messages.json"))

    def confirmations(self, address):
        """Links of the mails that ask a person to confirm a subscription."""
        return [
            each["confirm_url"] for each in self.messages() if each["kind"] == "confirmation" and each["to"] == address
        ]

    def all_incidents(self, trigger, jobs=None):
        """Incidents of one trigger, those of some jobs where they are given."""
        listed = json.loads(self.asked("incidents", "list", "--limit", "1000", "--json"))
        return [each for each in listed if each["trigger"] == trigger and (not jobs or each["job"]["name"] in jobs)]

    def alarms(self):
        """The stack's alarms that ring."""
        return self.client("cloudwatch").describe_alarms(StateValue="ALARM")["MetricAlarms"]

    def get(self, url):
        """An answer of the sandbox."""
        return http_get(url)

    def workers(self, function):
        """Process ids of the workers that run a function."""
        wanted = f"AWS_LAMBDA_FUNCTION_NAME={function}".encode()
        return [
            int(environment.parent.name)
            for environment in Path("/proc").glob("[0-9]*/environ")
            if wanted in read_or_nothing(environment).split(b"\0")
            and str(self.home).encode() in read_or_nothing(environment)
        ]

    def visit(self, link):
        """Follow a link, as a reader does."""
        http_get(link)

    def push_policy(self, tmp_path, text):
        """Put a policy in force as a person does."""
        path = tmp_path / "policy.yaml"
        path.write_text(text)
        return self.trainstop("policy", "push", path)

    def stop_calls(self, job):
        """Every StopTrainingJob call on a job: who called, and the error if there was one."""
        calls = json.loads(http_get(f"{self.environment['AWS_ENDPOINT_URL_SAGEMAKER']}/_sandbox/calls"))
        return [
            (each["principal"], each["error"])
            for each in calls
            if each["operation"] == "StopTrainingJob" and each["job"] == job
        ]

    def settings(self, **changes):
        """Change how the simulated SageMaker behaves."""
        url = f"{self.environment['AWS_ENDPOINT_URL_SAGEMAKER']}/_sandbox/settings"
        settings = json.loads(http_get(url)) | changes
        body = json.dumps(settings).encode()
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method="PUT")  # noqa: S310 - the sandbox's own address
        urllib.request.urlopen(request, timeout=30).close()  # noqa: S310 - the sandbox's own address

    def outage(self, *services):
        """These services are down until this is called without them."""
        request = urllib.request.Request(  # noqa: S310 - the sandbox's own address
            f"{self.environment['AWS_ENDPOINT_URL']}/_sandbox/outages",
            json.dumps(services).encode(),
            {"Content-Type": "application/json"},
            method="PUT",
        )
        urllib.request.urlopen(request, timeout=30).close()  # noqa: S310 - the sandbox's own address

    def clock(self):
        """The time, in UTC."""
        return datetime.now(UTC)

    def minutes(self, count):
        """So many minutes."""
        return timedelta(minutes=count)

    def describe(self, job):
        """The job as SageMaker has it."""
        return self.client("sagemaker").describe_training_job(TrainingJobName=job)

    def outputs(self):
        """The stack's outputs."""
        stack = self.client("cloudformation").describe_stacks(StackName=self.environment["TRAINSTOP_STACK"])["Stacks"][
            0
        ]
        return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}

    def queue_depth(self, output):
        """Messages that wait in a queue or are being handled; watch has two queues."""
        names = ["WatchQueueUrl", "UrgentQueueUrl"] if output == "WatchQueueUrl" else [output]
        wanted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        sqs, outputs = self.client("sqs"), self.outputs()
        answers = [sqs.get_queue_attributes(QueueUrl=outputs[name], AttributeNames=wanted) for name in names]
        return sum(int(count) for answer in answers for count in answer["Attributes"].values())


def read_or_nothing(path):
    """A file of /proc, which may be gone or another user's."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def http_get(url):
    """The body of an answer of the sandbox."""
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - the sandbox's own address
        return answer.read()


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
    base = tmp_path_factory.getbasetemp()
    build = (base.parent if base.name.startswith("popen-") else base) / "build"
    up = deployed.sandbox("up", "--build", build, check=False)
    if up.returncode != 0:
        pytest.fail(f"the sandbox did not come up:\n{up.stdout}\n{up.stderr}")
    try:
        status = json.loads(deployed.sandbox("status", "--json").stdout)
        deployed.environment, deployed.inbox_url = status["environment"], status["inbox"]
        deployed.push_policy(tmp_path_factory.mktemp("policy"), GENEROUS)
        yield deployed
    finally:
        deployed.sandbox("down")


@pytest.fixture
def policy(stack, tmp_path):
    """Puts a policy in force for one test; one that says nothing of alerts tells each job by itself."""
    yield lambda text: stack.push_policy(tmp_path, text if "alerts:" in text else f"{text}{UNGROUPED}")
    stack.push_policy(tmp_path, GENEROUS)


@pytest.fixture
def play_aside(stack):
    """Plays a scenario while the test goes on."""
    playing = []

    def play(tmp_path, **scenario):
        path = tmp_path / "aside.json"
        path.write_text(json.dumps({"title": "test"} | scenario))
        playing.append(
            subprocess.Popen(  # noqa: S603 - programs of this repository
                [sys.executable, "-m", "sandbox", "play", "--home", str(stack.home), str(path)],
                cwd=PROJECT,
                stdout=subprocess.DEVNULL,
            )
        )
        return playing[-1]

    yield play
    for process in playing:
        process.terminate()
        process.wait()


@pytest.fixture(scope="session")
def wait():
    return wait_for
