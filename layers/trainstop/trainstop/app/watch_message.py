"""One message of the watch queue: an event to handle, or a dead letter with its reason."""

import json
from dataclasses import dataclass

from trainstop.app.deps import WatchDeps
from trainstop.app.watch import Result, watch
from trainstop.events import UnreadableEventError
from trainstop.ports import DeadLetters


@dataclass(frozen=True, slots=True)
class WatchMessageDeps:
    """The world of watch, and where what cannot be read goes."""

    watch: WatchDeps
    dead_letters: DeadLetters


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that no retry can mend, and why."""

    reason: str


def watch_message(body: str, deps: WatchMessageDeps) -> tuple[Result | DeadLetter, ...]:
    """Handle a message. What raises here is worth a retry: the queue keeps the message."""
    try:
        return watch(_read(body), deps.watch)
    except UnreadableEventError as error:
        deps.dead_letters.put(body, str(error))
        return (DeadLetter(str(error)),)


def _read(body: str) -> dict[str, object]:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableEventError(f"the message is not JSON: {error}") from error
    if not isinstance(event, dict):
        raise UnreadableEventError(f"the message is a JSON {type(event).__name__} (expected an event, an object)")
    return event
