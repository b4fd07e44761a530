"""Sends events through trainstop once more, by the source that AWS takes from people: ``trainstop.replay``."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from trainstop.domain.signal import Nothing, NothingToDo
from trainstop.events import UnreadableEventError, parse
from trainstop.events.parse import REPLAY_SOURCE

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

DETAIL_TYPE: Final = "trainstop replay"
BATCH_ENTRIES: Final = 10
BATCH_BYTES: Final = 256 * 1024
"""PutEvents' limits for one request (FORMATS.md 12.1)."""

_ATTEMPTS: Final = 3
_PAUSE_SECONDS: Final = 1.0

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One event, ready to be put."""

    detail: str

    @property
    def size(self) -> int:
        """Bytes, as EventBridge counts them: source, detail type and detail."""
        return len(REPLAY_SOURCE) + len(DETAIL_TYPE) + len(self.detail.encode())


def entry_of(raw: object) -> Entry:
    """What replays an event. An event that is a replay itself is taken out of its wrapping.

    Raises:
        UnreadableEventError: trainstop would not read it, or EventBridge would not take it.
    """
    original = raw
    if isinstance(raw, dict) and raw.get("source") == REPLAY_SOURCE and isinstance(raw.get("detail"), dict):
        original = raw["detail"].get("event")
    if not isinstance(original, dict):
        raise UnreadableEventError("not an event: expected an object with source, detail-type and detail")
    signal = parse(original)
    if isinstance(signal, NothingToDo) and signal.reason is Nothing.NOT_OURS:
        raise UnreadableEventError(f"trainstop reads no events of {signal.detail}")
    entry = Entry(json.dumps({"event": original}, separators=(",", ":")))
    if entry.size > BATCH_BYTES:
        raise UnreadableEventError(f"EventBridge takes {BATCH_BYTES} bytes, the event has {entry.size}")
    return entry


def batches(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """The entries in their order, in as many as one request may hold."""
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        if batch and (len(batch) == BATCH_ENTRIES or size + entry.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += entry.size
    if batch:
        yield batch


class Replay:
    """Puts events on the default bus."""

    def __init__(self, events: "EventBridgeClient", sleep: Callable[[float], None] = time.sleep) -> None:
        self._events = events
        self._sleep = sleep

    def put(self, entries: Sequence[Entry]) -> list[str | None]:
        """Put the entries; for each, None where EventBridge took it, else why it did not.

        Entries that are refused are tried again, with a pause, three times in all.
        """
        answers: list[str | None] = []
        for batch in batches(entries):
            answers += self._put_batch(batch)
        return answers

    def _put_batch(self, batch: Sequence[Entry]) -> list[str | None]:
        answers = self._put_once(batch)
        for attempt in range(1, _ATTEMPTS):
            refused = [place for place, answer in enumerate(answers) if answer is not None]
            if not refused:
                break
            self._sleep(_PAUSE_SECONDS * attempt)
            for place, answer in zip(refused, self._put_once([batch[place] for place in refused]), strict=True):
                answers[place] = answer
        return answers

    def _put_once(self, batch: Sequence[Entry]) -> list[str | None]:
        answer = self._events.put_events(
            Entries=[{"Source": REPLAY_SOURCE, "DetailType": DETAIL_TYPE, "Detail": entry.detail} for entry in batch]
        )
        return [
            f"{result['ErrorCode']}: {result.get('ErrorMessage', '')}" if "ErrorCode" in result else None
            for result in answer["Entries"]
        ]
