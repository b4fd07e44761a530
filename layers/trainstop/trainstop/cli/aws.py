"""The way to AWS, by the usual AWS variables: clients, the stack, and errors in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
)

from trainstop.adapters.clients import Clients, client, slow_client
from trainstop.adapters.errors import code_of, message_of
from trainstop.adapters.stack import Stack, StackError, find_stack
from trainstop.cli.exits import CliError, ExitCode

_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"}


class _ByName:
    """Gives the client of a service as an attribute."""

    def __getattr__(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its client classes at run time
        return client(service)


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployed stack and the clients to reach its parts."""

    stack: Stack

    def output(self, key: str) -> str:
        """One of the stack's outputs."""
        return self.stack.output(key)

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its client classes at run time
        """A client of the service."""
        return client(service)

    def slow_client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its client classes at run time
        """A client of the service, for a call that may take minutes."""
        return slow_client(service)

    @property
    def clients(self) -> Clients:
        """All clients, for the adapters that the functions use as well."""
        return cast("Clients", _ByName())


@contextmanager
def deployment(stack_name: str) -> Iterator[Deployment]:
    """The stack of that name.

    Raises:
        CliError: for whatever AWS answers that is an error, there or in the block, with a line that says what to do.
    """
    with said_plainly():
        yield Deployment(find_stack(client("cloudformation"), stack_name))


@contextmanager
def said_plainly() -> Iterator[None]:
    """A block that asks AWS.

    Raises:
        CliError: for whatever AWS answers that is an error, with a line that says what to do.
    """
    try:
        yield
    except (StackError, BotoCoreError, ClientError) as error:
        raise CliError(ExitCode.AWS, explain(error)) from error


def explain(error: Exception) -> str:
    """An error of AWS or of the way to it, for a person, in one line."""
    match error:
        case NoCredentialsError():
            return "no AWS credentials found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        case NoRegionError():
            return "no AWS Region: set AWS_DEFAULT_REGION, or region in the profile"
        case EndpointConnectionError():
            return f"AWS cannot be reached: {error}"
        case ClientError() if code_of(error) in _EXPIRED:
            return f"AWS does not take the credentials: {message_of(error)}"
        case ClientError():
            return f"AWS refused {error.operation_name}: {code_of(error)}: {message_of(error)}"
        case _:
            return str(error)
