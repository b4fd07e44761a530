"""An item of the incidents table without a training job that is to be forgotten.

What is about the job alone goes as a whole: its incidents, who started it, its run as its family's last good one, its
retries, and the groups that list it (the next incident of the fault opens a new one). What is about others loses what
names it. Texts that another job's own log wrote are that job's, and stay.
"""

import json
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from trainstop.records.fault import FAULT_PREFIX
from trainstop.records.item import INCIDENT_PREFIX
from trainstop.records.naming import FORGOTTEN, names, unnamed

Attributes = Mapping[str, Any]

_HOLD_NAMES: Final = frozenset({"training_job_name", "root", "predecessor", "last_job"})
"""Fields whose whole value is a job's name, in whatever JSON they are."""


def forgotten(item: Attributes, job: str, incident_ids: AbstractSet[str]) -> Attributes | None:
    """The item as it may stay: the same where it does not name the job, None where it has to go.

    Args:
        item: In DynamoDB's typed attributes.
        job: The training job's name.
        incident_ids: Of the incidents of the job that are known.
    """
    key = str(item["pk"]["S"])
    for prefix, without in _BY_PREFIX.items():
        if key.startswith(prefix):
            return without(item, job, incident_ids)
    return item


def _incident(item: Attributes, job: str, _: AbstractSet[str]) -> Attributes | None:
    text = _text(item, "incident")
    if not text:
        return item
    incident = json.loads(text)
    if incident["job"]["name"] == job or _text(item, "job_name") == job:
        return None
    kept = _renamed(incident, job)
    for part, field in (("retry", "thread"), ("operator", "details")):
        if kept.get(part):
            kept[part][field] = unnamed(kept[part].get(field, ""), job)
    return item if kept == incident else {**item, "incident": {"S": _compact(kept)}}


def _creator(item: Attributes, job: str, _: AbstractSet[str]) -> Attributes | None:
    """Its key is the job's ARN in lower case."""
    return None if item["pk"]["S"].endswith(f":training-job/{job.lower()}") else item


def _family(item: Attributes, job: str, _: AbstractSet[str]) -> Attributes | None:
    return None if _names_in(item, "run", job) else item


def _retry(item: Attributes, job: str, _: AbstractSet[str]) -> Attributes | None:
    return None if item["pk"]["S"] == f"retry#{job}" or _names_in(item, "plan", job) else item


def _group(item: Attributes, job: str, _: AbstractSet[str]) -> Attributes | None:
    group = json.loads(_text(item, "group") or "{}")
    return None if _renamed(group, job) != group or names(group.get("thread", ""), job) else item


def _held(item: Attributes, job: str, incident_ids: AbstractSet[str]) -> Attributes | None:
    """A box that waits for its time keeps the alerts of others."""
    alerts = item.get("alerts", {}).get("L", [])
    kept = [each for each in alerts if not _is_of(json.loads(each["S"]), job, incident_ids)]
    gone = len(alerts) - len(kept)
    if not gone:
        return item
    count = int(item["count"]["N"]) - gone
    return {**item, "alerts": {"L": kept}, "count": {"N": str(count)}} if count > 0 else None


def _is_of(alert: Mapping[str, Any], job: str, incident_ids: AbstractSet[str]) -> bool:
    return alert["incident_id"] in incident_ids or names(alert["text"], job)


def _fault(item: Attributes, job: str, _: AbstractSet[str]) -> Attributes | None:
    kept = {name: value for name, value in item.items() if name != "last_job" or value["S"] != job}
    if text := _text(item, "resolution"):
        resolution = json.loads(text)
        if names(resolution["text"], job):
            kept["resolution"] = {"S": _compact({**resolution, "text": unnamed(resolution["text"], job)})}
    return kept


def _silences(item: Attributes, job: str, _: AbstractSet[str]) -> Attributes | None:
    """All silences are one item, of which each change has a version (adapters.silences)."""
    silences = json.loads(_text(item, "silences") or "[]")
    kept = [_silence(each, job) for each in silences]
    if kept == silences:
        return item
    version = int(item["version"]["N"]) + 1
    return {**item, "silences": {"S": _compact(kept)}, "version": {"N": str(version)}}


def _silence(silence: Mapping[str, Any], job: str) -> dict[str, Any]:
    kept = dict(silence)
    kept |= {field: unnamed(kept[field], job) for field in ("reason", "end_reason") if kept.get(field)}
    when = kept.get("when", {})
    jobs = when.get("job", [])
    if job in jobs:
        kept["when"] = {**when, "job": [FORGOTTEN if each == job else each for each in jobs]}
    return kept


_BY_PREFIX: Final[Mapping[str, Callable[[Attributes, str, AbstractSet[str]], Attributes | None]]] = {
    INCIDENT_PREFIX: _incident,
    "creator#": _creator,
    "family#": _family,
    "retry#": _retry,
    "group#": _group,
    "held#": _held,
    FAULT_PREFIX: _fault,
    "silences": _silences,
}


def _names_in(item: Attributes, attribute: str, job: str) -> bool:
    value = json.loads(_text(item, attribute) or "{}")
    return bool(_renamed(value, job) != value)


def _renamed(value: Any, job: str) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """The value with ``FORGOTTEN`` where a field that holds a job's name holds this one."""
    match value:
        case dict():
            return {
                name: FORGOTTEN if name in _HOLD_NAMES and each == job else _renamed(each, job)
                for name, each in value.items()
            }
        case list():
            return [_renamed(each, job) for each in value]
        case _:
            return value


def _compact(value: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _text(item: Attributes, name: str) -> str:
    return str(item.get(name, {}).get("S", ""))
