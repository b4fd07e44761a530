"""Data for the page's script: JSON, gzipped, in base64. No character of it can end an element or be read as HTML."""

import base64
import gzip
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from trainstop.domain.report import Listed
from trainstop.render.report.html import shown

_NAME_CHARACTERS: Final = 128
_UNKNOWN: Final = -1
_ID: Final = re.compile("[0-9a-f]{20}")
_LEVEL: Final = 6
"""zlib's: 9 takes seven times as long here, for 2 % fewer bytes."""

_NUMBERS: Final = ("cost_cents", "notice_seconds", "alert_seconds")
GROUPS: Final = (
    ("why", "category", "title"),
    ("severity", "trigger", "action", "standing", "status"),
    ("team", "owner"),
    ("instances", "place"),
)
"""Texts that go together are stored together: most of their combinations never come."""


def packed(value: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """The value as base64 of gzipped JSON."""
    content = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")
    return base64.b64encode(gzip.compress(content, _LEVEL, mtime=0)).decode("ascii")


def columns(rows: Sequence[Listed], chunk_of: Mapping[str, int]) -> dict[str, Any]:
    """The list by columns: repeated texts as numbers into a dictionary, times as steps from one row to the next.

    ``chunk`` says in which chunk of details the incident is; -1: in none. Unknown numbers are null.
    """
    values = zip(*rows, strict=True) if rows else ((),) * len(Listed._fields)
    by_name = dict(zip(Listed._fields, values, strict=True))
    ids = by_name["incident_id"]
    return {
        "count": len(rows),
        "groups": [_group(names, by_name) for names in GROUPS],
        "incident_id": _ids(ids),
        "occurred_second": _steps(by_name["occurred_second"]),
        "job_name": [shown(name, _NAME_CHARACTERS) for name in by_name["job_name"]],
        **{name: by_name[name] for name in _NUMBERS},
        "chunk": [chunk_of.get(each, _UNKNOWN) for each in ids],
    }


def _group(names: Sequence[str], by_name: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    places: dict[tuple[str, ...], int] = {}
    combined = zip(*(by_name[name] for name in names), strict=True)
    indices = [places.setdefault(words, len(places)) for words in combined]
    return {
        "names": names,
        "words": [[shown(words[column], _NAME_CHARACTERS) for words in places] for column in range(len(names))],
        "at": indices,
    }


def _ids(ids: Sequence[str]) -> str | list[str]:
    """All ids as base64 of their bytes, ten each; as they are where one is not of that form."""
    if all(map(_ID.fullmatch, ids)):
        return base64.b64encode(bytes.fromhex("".join(ids))).decode("ascii")
    return list(map(shown, ids))


def _steps(seconds: Iterable[int]) -> list[int]:
    steps, before = [], 0
    for second in seconds:
        steps.append(second - before)
        before = second
    return steps
