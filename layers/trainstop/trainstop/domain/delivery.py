"""One delivery to a webhook: what is sent, what was answered, and whether to try again."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from trainstop.domain.base import Frozen

ATTEMPTS: Final = 8
"""With the delays between them some two hours: longer than a deployment, shorter than a night."""

_FIRST_DELAY_SECONDS: Final = 10
_DELAY_GROWS: Final = 3
_MAX_DELAY_SECONDS: Final = 3600
_TRANSIENT: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


class Delivery(Frozen):
    """A body for one webhook.

    Attributes:
        delivery_id: The same for every attempt and every repeat.
    """

    webhook_id: str
    delivery_id: str
    body: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an attempt.

    Attributes:
        status: The HTTP status; None where there was no answer.
        problem: Why there was none, in words of our own.
        text: The start of the answer's body, cleaned, secrets removed.
    """

    status: int | None
    problem: str = ""
    text: str = ""
    seconds: float = 0.0

    @property
    def is_success(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def result(self) -> str:
        """The status with its usual words, not the receiver's; or the problem."""
        if self.status is None:
            return self.problem
        try:
            return f"{self.status} {HTTPStatus(self.status).phrase}"
        except ValueError:
            return str(self.status)


class Fate(StrEnum):
    """What to do after an attempt."""

    DELIVERED = "delivered"
    TRY_AGAIN = "try_again"
    GIVEN_UP = "given_up"


def fate_of(answer: Answer, attempt: int) -> Fate:
    """What to do after the attempt, of which the first is 1. Redirections and other refusals stand at once."""
    if answer.is_success:
        return Fate.DELIVERED
    passing = answer.status is None or answer.status in _TRANSIENT or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return Fate.TRY_AGAIN if passing and attempt < ATTEMPTS else Fate.GIVEN_UP


def delay_seconds(attempt: int) -> int:
    """How long to wait after the attempt, of which the first is 1: 10 s, 30 s, 90 s, ..., at most an hour."""
    return int(min(_MAX_DELAY_SECONDS, _FIRST_DELAY_SECONDS * _DELAY_GROWS ** min(attempt - 1, 10)))


def delivery_id(change_id: str, webhook_id: str) -> str:
    """The same for every repeat of a change to a webhook."""
    return hashlib.sha256(f"{change_id}\n{webhook_id}".encode()).hexdigest()[:32]
