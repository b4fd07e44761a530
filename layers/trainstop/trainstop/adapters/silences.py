"""All silences as one bounded item ``silences`` of the incidents table, so that a finding costs one call to know them.

The item has a version that every change raises: of two changes at one time the second reads anew.
"""

import json
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import TypeAdapter, ValidationError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import code_of, is_conditional_check_failure
from trainstop.policy.silences import Silence, SilenceState, state_of
from trainstop.ports import SilencesFullError, SilencesUnreadableError

MOST_SILENCES: Final = 200
MOST_BYTES: Final = 350_000
"""DynamoDB takes items of 400 KB."""

KEPT_OVER: Final = 50
"""Silences that are over stay for a while, for whoever asks what was silenced; the archive has all of them."""

FRESH_SECONDS: Final = 3.0
"""How long a worker goes by what it read: a new silence holds after that time at the latest."""

_KEY: Final = {"pk": {"S": "silences"}}
_TRIES: Final = 8

Change = Callable[[tuple[Silence, ...], int], tuple[Silence, ...]]


class SilencesTable:
    """The silences on the incidents table."""

    def __init__(self, clients: Clients, table_name: str, seconds: Callable[[], float] = time.monotonic) -> None:
        self._clients = clients
        self._table_name = table_name
        self._seconds = seconds
        self._read: tuple[float, tuple[Silence, ...]] | None = None

    def active(self, moment: datetime) -> tuple[Silence, ...]:
        """Those that are active at a moment, as they were at most ``FRESH_SECONDS`` ago.

        Raises:
            SilencesUnreadableError: DynamoDB did not answer, or the item is of an unknown form.
        """
        now = self._seconds()
        if self._read is None or now - self._read[0] > FRESH_SECONDS:
            self._read = (now, self.all())
        return tuple(silence for silence in self._read[1] if state_of(silence, moment) is SilenceState.ACTIVE)

    def all(self) -> tuple[Silence, ...]:
        """All that are kept, in the order in which they were set, strongly consistent.

        Raises:
            SilencesUnreadableError: DynamoDB did not answer, or the item is of an unknown form.
        """
        return self._load()[0]

    def add(self, silence: Silence) -> Silence:
        """Keep a silence; the answer has its id, which is never given twice.

        Raises:
            SilencesFullError: there are ``MOST_SILENCES`` already, or they are too long.
            SilencesUnreadableError: DynamoDB did not answer, or the item is of an unknown form.
        """

        def added(silences: tuple[Silence, ...], version: int) -> tuple[Silence, ...]:
            named = silence.model_copy(update={"silence_id": f"s-{version}"})
            return (*_without_long_over(silences, silence.created_at), named)

        return self._change(added)[-1]

    def change(self, silence_id: str, changed: Callable[[Silence], Silence | None]) -> Silence | None:
        """Keep what becomes of a silence; None where there is none of that id, or nothing becomes of it.

        Raises:
            SilencesUnreadableError: DynamoDB did not answer, or the item is of an unknown form.
        """
        found = next((each for each in self.all() if each.silence_id == silence_id), None)
        if found is None or changed(found) is None:
            return None

        def with_change(silences: tuple[Silence, ...], _: int) -> tuple[Silence, ...]:
            return tuple((changed(each) or each) if each.silence_id == silence_id else each for each in silences)

        return next((each for each in self._change(with_change) if each.silence_id == silence_id), None)

    def _load(self) -> tuple[tuple[Silence, ...], int]:
        try:
            answer = self._clients.dynamodb.get_item(TableName=self._table_name, Key=_KEY, ConsistentRead=True)
            item: Any = answer.get("Item")
            return (_form().validate_json(item["silences"]["S"]), int(item["version"]["N"])) if item else ((), 0)
        except ClientError as error:
            raise SilencesUnreadableError(code_of(error)) from error
        except (BotoCoreError, KeyError, ValidationError) as error:
            raise SilencesUnreadableError(type(error).__name__) from error

    def _change(self, change: Change) -> tuple[Silence, ...]:
        for _ in range(_TRIES):
            before, version = self._load()
            after = change(before, version + 1)
            if self._save(after, version):
                return after
        raise SilencesFullError("others change the silences at this very moment; try again")

    def _save(self, silences: tuple[Silence, ...], version: int) -> bool:
        text = _text(silences)
        if len(silences) > MOST_SILENCES or len(text.encode()) > MOST_BYTES:
            raise SilencesFullError(f"there is room for {MOST_SILENCES} silences; end one that is not needed")
        try:
            self._clients.dynamodb.put_item(
                TableName=self._table_name,
                Item=_KEY | {"silences": {"S": text}, "version": {"N": str(version + 1)}},
                ConditionExpression="attribute_not_exists(pk) OR version = :version",
                ExpressionAttributeValues={":version": {"N": str(version)}},
            )
        except ClientError as error:
            if not is_conditional_check_failure(error):
                raise
            return False
        return True


def _without_long_over(silences: Iterable[Silence], moment: datetime) -> list[Silence]:
    kept = list(silences)
    over = [silence for silence in kept if state_of(silence, moment) is SilenceState.OVER]
    over.sort(key=lambda silence: silence.ended_at or silence.until)
    forgotten = {silence.silence_id for silence in over[: max(0, len(over) - KEPT_OVER)]}
    return [silence for silence in kept if silence.silence_id not in forgotten]


@cache
def _form() -> TypeAdapter[tuple[Silence, ...]]:
    return TypeAdapter(tuple[Silence, ...])


def _text(silences: Iterable[Silence]) -> str:
    """A JSON list; what is as it is by default is left out."""
    listed = [silence.model_dump(mode="json", by_alias=True, exclude_defaults=True) for silence in silences]
    return json.dumps(listed, ensure_ascii=False, separators=(",", ":"))
