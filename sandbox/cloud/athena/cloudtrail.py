"""CloudTrail's input format: files of `{"Records": [...]}` as rows with the table's lower-case columns."""

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trainstop.records.hive import HiveType

INPUT_FORMAT = "com.amazon.emr.cloudtrail.CloudTrailInputFormat"
_GZIP_MAGIC = b"\x1f\x8b"


def rows(path: Path, columns: Mapping[str, HiveType]) -> Iterator[dict[str, Any]]:
    """Yields a file's records as rows.

    Keys match columns whatever their case, nested ones too; a column of text that holds an object in the record
    (requestparameters, responseelements) is its JSON, with the inner keys as CloudTrail wrote them.
    """
    raw = path.read_bytes()
    content = json.loads(gzip.decompress(raw) if raw.startswith(_GZIP_MAGIC) else raw)
    for record in content["Records"]:
        lowered = {key.lower(): value for key, value in record.items()}
        yield {name: _as(kind, lowered.get(name)) for name, kind in columns.items()}


def _as(kind: HiveType, value: Any) -> Any:  # noqa: ANN401, PLR0911 - JSON in, JSON out; one for each kind
    if value is None:
        return None
    if kind.name == "struct":
        if not isinstance(value, dict):
            return None
        lowered = {key.lower(): held for key, held in value.items()}
        return {name: _as(held, lowered.get(name)) for name, held in kind.fields}
    if kind.name == "array":
        return [_as(kind.fields[0][1], held) for held in value] if isinstance(value, list) else None
    if kind.name == "map":
        return {key: _as(kind.fields[1][1], held) for key, held in value.items()} if isinstance(value, dict) else None
    if kind.duckdb == "VARCHAR" and not isinstance(value, str):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return value
