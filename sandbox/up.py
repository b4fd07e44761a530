"""Starts a sandbox: processes, build, deployment, confirmed subscriptions."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from sandbox import deploy, http, processes
from sandbox.home import ACCOUNT, PROJECT, REGION, Home, SandboxError, State, aws_environment
from sandbox.inbox.store import Inbox

_START_SECONDS = 30.0
_CHAT_CHANNEL = "ml-alerts"
_TRAIL = "sandbox-trail"
_TRAIL_BUCKET = f"sandbox-trail-{ACCOUNT}"
# The emulator's own switches: no Docker, no listeners but ours, nothing kept on disk outside the home.
_EMULATOR = {
    "MINISTACK_ACCOUNT_ID": ACCOUNT,
    "MINISTACK_REGION": REGION,
    "MINISTACK_HOST": "127.0.0.1",
    "BIND_HOST": "127.0.0.1",
    "SFTP_ENABLED": "0",
    "IOT_MTLS_ENABLED": "0",
    "DOCKER_HOST": "unix:///nowhere",
    "LAMBDA_EXECUTOR": "local",
    "ATHENA_ENGINE": "duckdb",
    "LOG_LEVEL": "INFO",
}


def up(home: Home, stack: str, template: Path, parameters: Sequence[str], tell: Callable[[str], None]) -> State:
    """Starts everything and returns when the stack is deployed. What was started is ended when something fails.

    Raises:
        SandboxError: a sandbox runs here already, or a step failed; the message says which and why.
    """
    if home.has_state():
        raise SandboxError(f"a sandbox runs in {home.path}: take it down first with `python -m sandbox down`")
    shutil.rmtree(home.path, ignore_errors=True)
    home.scratch.mkdir(parents=True)
    try:
        with _told(tell, "started the cloud and the simulator"):
            state = _start(home, stack)
        _create_buckets(state)
        _create_trail(state)
        with _told(tell, "built the functions and the layer"):
            deploy.build(home, template)
        with _told(tell, f"deployed the stack {stack}"):
            left_out = deploy.deploy(home, state, [*_trail_parameters(state), *parameters])
        for resource in left_out:
            tell(f"left out, for the emulator does not know it: {resource}")
        confirmed = confirm(Inbox(home.inbox))
        tell(f"confirmed {confirmed} subscriptions, as their readers would")
        if _join_chat(state):
            tell("a chat channel listens, as Amazon Q would make it")
    except BaseException:
        _end(home)
        raise
    return state


def down(home: Home) -> bool:
    """Ends what was started and removes the home's state; False when there was nothing."""
    if not home.has_state():
        return False
    _end(home)
    shutil.rmtree(home.path, ignore_errors=True)
    return True


def confirm(inbox: Inbox, already: frozenset[str] = frozenset()) -> int:
    """Follows the link of every confirmation mail; returns how many were valid. Each is, once."""
    links = {message["confirm_url"] for message in inbox.messages() if "confirm_url" in message} - already
    return sum(http.visit(link) for link in links)


def _end(home: Home) -> None:
    if home.has_state():
        for process in reversed(home.state().processes):
            processes.end(process)
        home.forget()


def _start(home: Home, stack: str) -> State:
    cloud, simulator, page = (processes.listen() for _ in range(3))
    urls = [f"http://127.0.0.1:{listening.getsockname()[1]}" for listening in (cloud, simulator, page)]
    state = State(*urls, stack, _TRAIL_BUCKET)
    environment = aws_environment(state) | {"PYTHONUNBUFFERED": "1", "TMPDIR": str(home.scratch)}
    emulator = environment | _EMULATOR | {"GATEWAY_PORT": str(cloud.getsockname()[1])}
    commands = (
        ("cloud", ["--socket", cloud, "--inbox-socket", page, "--inbox", home.inbox], emulator),
        ("simulator", ["--socket", simulator, "--trail-bucket", _TRAIL_BUCKET], environment),
    )
    for name, arguments, variables in commands:
        sockets = [held for held in arguments if hasattr(held, "fileno")]
        options = [str(held.fileno()) if hasattr(held, "fileno") else str(held) for held in arguments]
        command = [sys.executable, "-m", f"sandbox.{name}", *options]
        started = processes.start(home, name, command, variables | {"PYTHONPATH": str(PROJECT)}, sockets)
        state = State(*urls, stack, _TRAIL_BUCKET, (*state.processes, started))
        home.keep(state)
    for held in (cloud, simulator, page):
        held.close()
    for process, url in zip(state.processes, urls, strict=False):
        processes.wait_ready(home, process, lambda url=url: http.answers(f"{url}/_sandbox/health"), _START_SECONDS)
    return state


def _join_chat(state: State) -> bool:
    """Subscribes the inbox's chat channel to the stack's chat topic; False where the stack has none.

    Raises:
        SandboxError: the channel never confirmed.
    """
    (stack,) = _client(state, "cloudformation").describe_stacks(StackName=state.stack)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    topic = outputs.get("ChatTopicArn")
    if topic is None:
        return False
    sns = _client(state, "sns")
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=f"{state.inbox_url}/chat/{_CHAT_CHANNEL}")
    began = time.monotonic()
    while any(each["SubscriptionArn"] == "PendingConfirmation" for each in _subscriptions(sns, topic)):
        if time.monotonic() - began > _START_SECONDS:
            raise SandboxError("the chat channel did not confirm its subscription")
        time.sleep(0.1)
    return True


def _subscriptions(sns: Any, topic: str) -> list[dict[str, Any]]:  # noqa: ANN401 - boto3's clients have no type here
    return sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]


def _create_buckets(state: State) -> None:
    s3 = _client(state, "s3")
    for bucket in deploy.buckets(state):
        s3.create_bucket(Bucket=bucket)


def _trail_parameters(state: State) -> tuple[str, ...]:
    # By name: the emulator takes an empty list for one that is given (no Fn::Join in conditions).
    return f"TrailBucket={state.trail_bucket}", f"TrailAccounts={ACCOUNT}", f"TrailRegions={REGION}"


def _create_trail(state: State) -> None:
    """The trail whose records the simulator writes."""
    cloudtrail = _client(state, "cloudtrail")
    cloudtrail.create_trail(Name=_TRAIL, S3BucketName=state.trail_bucket)
    cloudtrail.start_logging(Name=_TRAIL)


def _client(state: State, service: str) -> Any:  # noqa: ANN401 - boto3 makes its client classes at run time
    return boto3.client(
        service,
        endpoint_url=state.cloud_url,
        region_name=REGION,
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key="sandbox",  # noqa: S106 - checked by nobody
    )


@contextmanager
def _told(tell: Callable[[str], None], what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    tell(f"{what} ({time.monotonic() - began:.1f} s)")
