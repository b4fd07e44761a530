"""Read-only calls whose failure is a reason in words, so that one that is refused spoils no other check."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from trainstop.adapters.errors import code_of, is_denied, message_of
from trainstop.domain.health import NEEDS, UncheckableError

MAX_PAGES: Final = 10
_DENIED: Final = frozenset(
    {"403", "Forbidden", "UnauthorizedOperation", "AuthorizationErrorException", "NotAuthorized"}
)
_GONE: Final = frozenset(
    {
        "404",
        "AWS.SimpleQueueService.NonExistentQueue",
        "NoSuchBucket",
        "NoSuchEntity",
        "NotFound",
        "NotFoundException",
        "QueueDoesNotExist",
        "ResourceNotFound",
        "ResourceNotFoundException",
    }
)
_ACTIONS: Final = {
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:ListObjectsV2": "s3:ListBucket",
}
"""IAM's name of an action where it is not the operation's."""


class Caller:
    """Calls AWS by the names of services and operations.

    Attributes:
        actions: The IAM actions that were asked for so far.
    """

    def __init__(self, client: Callable[[str], Any]) -> None:
        self._make = client
        self._making = threading.Lock()
        self.actions: set[str] = set()

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its client classes at run time
        """A client; boto3 makes them one at a time, and many threads may then use each."""
        with self._making:
            return self._make(service)

    def ask(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - boto3's
        """AWS's answer.

        Raises:
            UncheckableError: there is none.
        """
        answer = self.find(service, operation, **parameters)
        if answer is None:
            raise UncheckableError(f"{operation} finds nothing")
        return answer

    def find(self, service: str, operation: str, **parameters: Any) -> dict[str, Any] | None:  # noqa: ANN401 - boto3's
        """AWS's answer; None where it knows no such thing.

        Raises:
            UncheckableError: it could not be asked.
        """
        with self.guarded(service, operation):
            try:
                return dict(getattr(self.client(service), xform_name(operation))(**parameters))
            except ClientError as error:
                if code_of(error) in _GONE:
                    return None
                raise

    def pages(self, service: str, operation: str, key: str, **parameters: Any) -> Iterator[Any]:  # noqa: ANN401 - boto3's
        """The items under ``key`` of at most ``MAX_PAGES`` pages.

        Raises:
            UncheckableError: they could not be asked for.
        """
        with self.guarded(service, operation):
            pages = self.client(service).get_paginator(xform_name(operation)).paginate(**parameters)
            found = [item for page in islice(pages, MAX_PAGES) for item in page.get(key, [])]
        yield from found

    @contextmanager
    def guarded(self, service: str, *operations: str) -> Iterator[None]:
        """Turns what AWS refuses in the block into a reason.

        Raises:
            UncheckableError: with the permission that is missing, or AWS's words.
        """
        self.actions.update(_action(service, operation) for operation in operations)
        try:
            yield
        except ClientError as error:
            if is_denied(error) or code_of(error) in _DENIED:
                raise UncheckableError(f"{NEEDS}{_action(service, error.operation_name)}") from error
            said = ": ".join(filter(None, (code_of(error), message_of(error))))
            raise UncheckableError(f"{error.operation_name} was refused ({said})") from error
        except BotoCoreError as error:
            raise UncheckableError(str(error)) from error


def _action(service: str, operation: str) -> str:
    action = f"{service}:{operation}"
    return _ACTIONS.get(action, action)
