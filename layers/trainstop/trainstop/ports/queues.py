"""Queues and the clock."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol


class WatchQueue(Protocol):
    """The queue that watch reads."""

    def send(self, events: Sequence[Mapping[str, Any]], delay_seconds: int = 0) -> None:
        """Queue events in EventBridge's shape; they arrive after the delay, of at most 900 seconds.

        Raises:
            RuntimeError: at least one was not taken.
        """


class DeadLetters(Protocol):
    """Where a message goes that no retry can mend."""

    def put(self, body: str, reason: str) -> None:
        """Keep the message as it came, with the reason beside it."""


class Clock(Protocol):
    """The time, as an argument."""

    def __call__(self) -> datetime:
        """Now, aware, in UTC."""
