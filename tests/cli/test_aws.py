"""What a person reads when AWS cannot be used as asked for."""

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError
from botocore.stub import Stubber

from tests.cli.conftest import REGION, FakeCloudFormation
from trainstop.adapters import clients
from trainstop.adapters.stack import StackError, find_stack
from trainstop.cli import aws


@pytest.fixture(scope="module")
def cloudformation():
    return boto3.client("cloudformation", region_name=REGION, aws_access_key_id="x", aws_secret_access_key="y")


@pytest.fixture
def stubbed(cloudformation):
    with Stubber(cloudformation) as stubber:
        yield stubber


def _stack(**changes):
    return {"Stacks": [{"StackName": "s", "CreationTime": "2026-01-15T12:00:00Z", "StackStatus": "X"} | changes]}


def test_a_stacks_outputs_are_found_by_name(cloudformation, stubbed):
    outputs = [{"OutputKey": "IncidentsTableName", "OutputValue": "t"}, {"OutputKey": "B", "OutputValue": "b"}]
    stubbed.add_response("describe_stacks", _stack(Outputs=outputs), {"StackName": "mine"})
    stack = find_stack(cloudformation, "mine")
    assert stack.output("IncidentsTableName") == "t"
    with pytest.raises(StackError, match="the stack mine has no output WatchQueueUrl"):
        stack.output("WatchQueueUrl")


def test_a_stack_that_is_not_there_is_named_with_its_region(cloudformation, stubbed):
    stubbed.add_client_error("describe_stacks", "ValidationError", "Stack with id mine does not exist")
    with pytest.raises(StackError, match=r"no stack mine in us-east-1: name another by --stack or TRAINSTOP_STACK"):
        find_stack(cloudformation, "mine")


def test_a_stack_that_is_not_ready_tells_its_status(cloudformation, stubbed):
    stubbed.add_response("describe_stacks", _stack(StackStatus="CREATE_IN_PROGRESS"))
    with pytest.raises(StackError, match="has no outputs; its status is CREATE_IN_PROGRESS"):
        find_stack(cloudformation, "mine")


def test_any_other_refusal_is_passed_on(cloudformation, stubbed):
    stubbed.add_client_error("describe_stacks", "AccessDenied", "User is not authorized")
    with pytest.raises(ClientError):
        find_stack(cloudformation, "mine")


def _refused(code, message):
    return ClientError({"Error": {"Code": code, "Message": message}}, "DescribeStacks")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (_refused("AccessDenied", "no\x1b[31m"), "AWS refused DescribeStacks: AccessDenied: no"),
        (_refused("ExpiredToken", "The token is expired"), "does not take the credentials: The token is expired"),
        (EndpointConnectionError(endpoint_url="https://x"), "AWS cannot be reached"),
        (ConnectTimeoutError(endpoint_url="https://x"), "Connect timeout on endpoint URL"),
    ],
)
def test_errors_of_aws_are_one_clean_line_and_exit_code_3(trainstop, monkeypatch, error, message):
    stack = FakeCloudFormation({})

    def fail(**_):
        raise error

    stack.describe_stacks = fail
    monkeypatch.setattr(aws, "client", {"cloudformation": stack}.__getitem__)
    result = trainstop("incidents", "list")
    assert (result.exit_code, result.stdout) == (3, "")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert "\x1b" not in result.stderr


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """No credentials and no Region, whatever this machine has."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    clients.client.cache_clear()
    yield monkeypatch
    clients.client.cache_clear()


@pytest.mark.usefixtures("nowhere")
def test_without_a_region_the_variable_is_named(trainstop):
    result = trainstop("incidents", "show", "x")
    assert (result.exit_code, result.stderr.count("\n")) == (3, 1)
    assert "AWS_DEFAULT_REGION" in result.stderr


def test_without_credentials_the_variables_are_named(trainstop, nowhere):
    nowhere.setenv("AWS_DEFAULT_REGION", REGION)
    result = trainstop("incidents", "show", "x")
    assert (result.exit_code, result.stderr.count("\n")) == (3, 1)
    assert "AWS_PROFILE" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "environment"), [(["--stack", "mine"], None), ([], "mine"), (["--stack", "mine"], "x")]
)
def test_the_stack_is_named_by_option_or_variable(trainstop, cloud, monkeypatch, arguments, environment):
    if environment:
        monkeypatch.setenv("TRAINSTOP_STACK", environment)
    trainstop("incidents", "list", *arguments)
    assert cloud.clients["cloudformation"].asked == ["mine"]


def test_the_stack_is_trainstop_unless_named(trainstop, cloud):
    trainstop("incidents", "list")
    assert cloud.clients["cloudformation"].asked == ["trainstop"]
