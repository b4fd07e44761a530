"""Groups of incidents, as items ``group#<digest>`` of the incidents table, and what is known of each fault.

An incident joins all its groups in one transaction with a mark of its own, so that it is counted once however often it
is delivered. A group is one item, read and written whole under its version: no query, no scan.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

from botocore.exceptions import ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import code_of, is_conditional_check_failure
from trainstop.domain.audience import widest
from trainstop.domain.group import (
    Group,
    GroupKey,
    Past,
    Telling,
    claimed,
    closed,
    due_at,
    is_past,
    joined,
    seen_to,
    told,
    wanted,
)
from trainstop.domain.incident import Incident
from trainstop.records.fault import fault_key, resolution_of
from trainstop.records.times import epoch_seconds, iso

DUE: Final = "due"
"""The one key of the index by_due_time."""

_TRIES: Final = 12
_FIRST_PAUSE_SECONDS: Final = 0.02
_LONGEST_PAUSE_SECONDS: Final = 0.5
_KEPT: Final = timedelta(days=30)
_FAULT_KEPT: Final = timedelta(days=400)
_LOST: Final = frozenset({"ConditionalCheckFailed", "TransactionConflict"})

Item = dict[str, Any]
Change = Callable[[Group], Group | None]


class GroupsContendedError(RuntimeError):
    """Others wrote a group each time that this worker tried to; a later try will do."""


class _Written(Enum):
    YES = "yes"
    LOST = "lost"
    BEFORE = "before"


class GroupsTable:
    """Groups on the incidents table."""

    def __init__(self, clients: Clients, table_name: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._clients = clients
        self._table_name = table_name
        self._sleep = sleep

    def join(
        self, incident: Incident, keys: Sequence[GroupKey], now: datetime, window_seconds: int
    ) -> tuple[Group, ...]:
        """Count the incident in each of its groups, once; the groups as they stand then.

        Raises:
            GroupsContendedError: others wrote one of the groups each time.
        """
        for pause_seconds in _pauses():
            found = [self._read(key.digest) for key in keys]
            before = [_group(item) for item in found]
            opens = any(group is None or is_past(group, now) for group in before)
            past = self._past(incident.diagnosis.fingerprint) if opens else Past()
            shown = widest(key.audience for key in keys)
            after = [
                joined(
                    group,
                    incident,
                    key,
                    now=now,
                    window_seconds=window_seconds,
                    past=past,
                    in_chat=key.audience is shown,
                )
                for group, key in zip(before, keys, strict=True)
            ]
            puts = [self._put(group, item, now, keep_due=True) for group, item in zip(after, found, strict=True)]
            seen = [self._seen(incident, now)] if incident.diagnosis.fingerprint else []
            match self._transact([self._mark(incident, now), *seen, *puts]):
                case _Written.YES:
                    return tuple(after)
                case _Written.BEFORE:
                    return tuple(group for group in before if group is not None)
            self._sleep(pause_seconds)
        raise GroupsContendedError(f"the groups of incident {incident.incident_id}")

    def claim(self, digest: str, teller: str, now: datetime) -> Group | None:
        """Take the right to tell a group; None where there is nothing to tell, or somebody else is telling it."""
        return self._change(
            digest, now, lambda group: None if wanted(group, now) is Telling.NOTHING else claimed(group, teller, now)
        )

    def mark_told(self, group: Group, telling: Telling, thread: str, now: datetime) -> None:
        """Note that the group was told as it is here; others may have joined it meanwhile."""
        self._change(group.key.digest, now, lambda newest: told(newest, telling, group, thread))

    def acknowledge(self, digest: str, told_at: datetime, now: datetime) -> None:
        """Note that a person sees to it; a group that is not there, or is a newer one, needs nothing."""
        self._change(digest, now, lambda group: seen_to(group, told_at))

    def close(self, digest: str, told_at: datetime, now: datetime) -> None:
        """Note that a person says that it is over; what comes then opens a new group."""
        self._change(digest, now, lambda group: closed(group, told_at))

    def put_off(self, digest: str, now: datetime) -> None:
        """Work out anew when somebody has to look at the group."""
        self._change(digest, now, lambda group: group)

    def load(self, digest: str) -> Group | None:
        """The group as it stands."""
        return _group(self._read(digest))

    def _change(self, digest: str, now: datetime, change: Change) -> Group | None:
        for pause_seconds in _pauses():
            item = self._read(digest)
            group = _group(item)
            changed = change(group) if group is not None else None
            if changed is None:
                return None
            try:
                self._clients.dynamodb.put_item(**self._put(changed, item, now, keep_due=False)["Put"])
            except ClientError as error:
                if not is_conditional_check_failure(error) and code_of(error) != "TransactionConflictException":
                    raise
            else:
                return changed
            self._sleep(pause_seconds)
        raise GroupsContendedError(f"the group {digest}")

    def _read(self, digest: str) -> Item:
        return self._get(f"group#{digest}")

    def _get(self, key: str) -> Item:
        answer = self._clients.dynamodb.get_item(
            TableName=self._table_name, Key={"pk": {"S": key}}, ConsistentRead=True
        )
        return dict(answer.get("Item", {}))

    def _past(self, fingerprint: str) -> Past:
        if not fingerprint:
            return Past()
        item = self._get(fault_key(fingerprint)["pk"]["S"])
        first, last = (item.get(name, {}).get("S") for name in ("first_seen_at", "last_seen_at"))
        return Past(
            times=int(item.get("times", {}).get("N", "0")),
            first_seen_at=datetime.fromisoformat(first) if first else None,
            last_seen_at=datetime.fromisoformat(last) if last else None,
            last_job=item.get("last_job", {}).get("S", ""),
            resolution=resolution.text if (resolution := resolution_of(item)) else "",
        )

    def _put(self, group: Group, read: Item, now: datetime, *, keep_due: bool) -> Item:
        """The write of a group where its item is still as it was read.

        Args:
            group: To be written.
            read: Its item; empty where there was none.
            now: For the due time.
            keep_due: Whether an earlier due time stays, so that a busy group does not move in the index.
        """
        version = int(read.get("version", {}).get("N", "0"))
        attributes: Item = {
            "pk": {"S": f"group#{group.key.digest}"},
            "group": {"S": group.model_dump_json(exclude_defaults=True)},
            "version": {"N": str(version + 1)},
            "expires_at": {"N": epoch_seconds(group.ends_at + _KEPT)},
        }
        if (at := due_at(group, now)) is not None:
            earlier = read.get("due_at", {}).get("S") if keep_due else None
            attributes |= {"due": {"S": DUE}, "due_at": {"S": min(filter(None, (earlier, iso(at))))}}
        return {
            "Put": {
                "TableName": self._table_name,
                "Item": attributes,
                "ConditionExpression": "version = :version" if version else "attribute_not_exists(pk)",
            }
            | ({"ExpressionAttributeValues": {":version": {"N": str(version)}}} if version else {})
        }

    def _mark(self, incident: Incident, now: datetime) -> Item:
        item = {
            "pk": {"S": f"joined#{incident.incident_id}"},
            "expires_at": {"N": epoch_seconds(now + _KEPT)},
        }
        return {"Put": {"TableName": self._table_name, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}

    def _seen(self, incident: Incident, now: datetime) -> Item:
        return {
            "Update": {
                "TableName": self._table_name,
                "Key": fault_key(incident.diagnosis.fingerprint),
                "UpdateExpression": "SET first_seen_at = if_not_exists(first_seen_at, :at), last_seen_at = :at,"
                " last_job = :job, expires_at = :expires_at ADD times :one",
                "ExpressionAttributeValues": {
                    ":at": {"S": iso(incident.occurred_at)},
                    ":job": {"S": incident.job.name},
                    ":expires_at": {"N": epoch_seconds(now + _FAULT_KEPT)},
                    ":one": {"N": "1"},
                },
            }
        }

    def _transact(self, writes: Sequence[Item]) -> _Written:
        """Write all or nothing; the first write is the incident's mark."""
        try:
            self._clients.dynamodb.transact_write_items(TransactItems=list(writes))  # type: ignore[arg-type]
        except self._clients.dynamodb.exceptions.TransactionCanceledException as error:
            reasons = [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])]
            if reasons and reasons[0] == "ConditionalCheckFailed":
                return _Written.BEFORE
            if _LOST.isdisjoint(reasons):
                raise
            return _Written.LOST
        return _Written.YES


def _group(item: Item) -> Group | None:
    text = item.get("group", {}).get("S")
    return Group.model_validate_json(text) if text else None


def _pauses() -> Iterator[float]:
    """Seconds to wait between tries: longer each time, and different for each worker."""
    for number in range(_TRIES):
        longest = min(_FIRST_PAUSE_SECONDS * 2**number, _LONGEST_PAUSE_SECONDS)
        yield random.uniform(longest / 2, longest)  # noqa: S311 - spreads workers, keeps no secret
