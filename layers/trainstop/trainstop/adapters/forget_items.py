"""What the incidents table holds of a training job, found by reading all of it: a rare command of a person."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

from botocore.exceptions import ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import is_conditional_check_failure
from trainstop.ports.forgetting import Trace
from trainstop.records.forgetting import Attributes, forgotten
from trainstop.records.item import INCIDENT_PREFIX

_MAX_PAGES: Final = 20_000
"""Pages of a megabyte."""

_NOTED_BY_ID: Final = ("joined#", "look#", "incident#")
"""Notes, and claims of an incident that is not recorded yet: their key is an incident's id, and they hold no name."""

_BATCH: Final = 100
"""Items of one BatchGetItem."""


class TableTooLargeError(RuntimeError):
    """The table has more pages than one look reads."""


class ItemMemory:
    """The items of the incidents table."""

    name = "incidents table"

    def __init__(self, clients: Clients, table_name: str) -> None:
        self._clients = clients
        self._table_name = table_name

    def find(self, job: str, incident_ids: AbstractSet[str]) -> Sequence[Trace]:
        """Every item that names the job, and the notes that are kept by the ids of its incidents.

        Raises:
            TableTooLargeError: the table could not be read to its end.
        """
        known = set(incident_ids) | set(self._ids_by_job(job))
        found: dict[str, Trace] = {}
        for item in self._scan():
            kept = forgotten(item, job, known)
            if kept != item:
                key = item["pk"]["S"]
                own = key.startswith(INCIDENT_PREFIX) and kept is None
                ids = frozenset({key.removeprefix(INCIDENT_PREFIX)}) if own else frozenset()
                known |= ids
                found[key] = Trace(key, incident_ids=ids)
        notes = (f"{prefix}{each}" for each in sorted(known) for prefix in _NOTED_BY_ID)
        found |= {key: Trace(key) for key in self._there([note for note in notes if note not in found])}
        return list(found.values())

    def remove(self, job: str, traces: Sequence[Trace]) -> None:
        """Delete or change each item as it stands now; one that somebody else changes at that moment is left."""
        known = frozenset[str]().union(*(trace.incident_ids for trace in traces))
        for trace in traces:
            item = self._get(trace.key)
            kept = None if trace.key.startswith(_NOTED_BY_ID) and _is_note(item) else forgotten(item, job, known)
            if kept is None:
                self._clients.dynamodb.delete_item(TableName=self._table_name, Key=_key(trace.key))
            elif kept != item:
                self._change(item, kept)

    def _change(self, item: Attributes, kept: Attributes) -> None:
        """Set and remove the attributes that differ, where they are as they were read."""
        differ = [name for name in item if kept.get(name) != item[name]]
        names = {f"#{number}": name for number, name in enumerate(differ)}
        stay = {place: name for place, name in names.items() if name in kept}
        go = [place for place, name in names.items() if name not in kept]
        set_ = ", ".join(f"{place} = :new{place[1:]}" for place in stay)
        values = {f":old{place[1:]}": item[name] for place, name in names.items()}
        try:
            self._clients.dynamodb.update_item(
                TableName=self._table_name,
                Key=_key(item["pk"]["S"]),
                UpdateExpression=" ".join(
                    [*([f"SET {set_}"] if stay else []), *([f"REMOVE {', '.join(go)}"] if go else [])]
                ),
                ConditionExpression=" AND ".join(f"{place} = :old{place[1:]}" for place in names),
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values | {f":new{place[1:]}": kept[name] for place, name in stay.items()},
            )
        except ClientError as error:
            if not is_conditional_check_failure(error):
                raise

    def _ids_by_job(self, job: str) -> Iterator[str]:
        pages = self._clients.dynamodb.get_paginator("query").paginate(
            TableName=self._table_name,
            IndexName="by_job",
            KeyConditionExpression="job_name = :job",
            ExpressionAttributeValues={":job": {"S": job}},
            ProjectionExpression="pk",
        )
        for page in pages:
            yield from (item["pk"]["S"].removeprefix(INCIDENT_PREFIX) for item in page["Items"])

    def _scan(self) -> Iterator[dict[str, Any]]:
        request: dict[str, Any] = {"TableName": self._table_name, "ConsistentRead": True}
        for _ in range(_MAX_PAGES):
            answer = self._clients.dynamodb.scan(**request)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        raise TableTooLargeError(f"the table {self._table_name} has more than {_MAX_PAGES} pages")

    def _there(self, keys: Sequence[str]) -> Iterable[str]:
        """Those of the keys that have an item."""
        for start in range(0, len(keys), _BATCH):
            asked: list[Any] = [_key(key) for key in keys[start : start + _BATCH]]
            while asked:
                answer = self._clients.dynamodb.batch_get_item(
                    RequestItems={
                        self._table_name: {"Keys": asked, "ProjectionExpression": "pk", "ConsistentRead": True}
                    }
                )
                yield from (item["pk"]["S"] for item in answer["Responses"].get(self._table_name, []))
                left: dict[str, Any] = dict(answer.get("UnprocessedKeys", {}))
                asked = list(left.get(self._table_name, {}).get("Keys", []))

    def _get(self, key: str) -> dict[str, Any]:
        answer = self._clients.dynamodb.get_item(TableName=self._table_name, Key=_key(key), ConsistentRead=True)
        return dict(answer.get("Item", {})) or _key(key)


def _is_note(item: Attributes) -> bool:
    return "incident" not in item


def _key(key: str) -> dict[str, Any]:
    return {"pk": {"S": key}}
