"""DuckDB's values and types as Athena's results show them: all text, in Java's forms."""

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import duckdb

_TYPES = {
    "HUGEINT": "bigint",
    "UBIGINT": "bigint",
    "UINTEGER": "bigint",
    "FLOAT": "real",
    "BLOB": "varbinary",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "TIMESTAMP_NS": "timestamp",
    "TIMESTAMP_MS": "timestamp",
    "TIMESTAMP_S": "timestamp",
    "JSON": "json",
}
_WRITTEN_ALIKE = {"BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UBIGINT", "UINTEGER", "DATE"}
_AS_IT_IS = "{}"
# Java writes doubles from 0.001 to below ten million as they are, others with an exponent.
_PLAIN_FROM, _PLAIN_BELOW = 1e-3, 1e7


def type_name(duckdb_type: object) -> str:
    """Athena's name for a result column's type."""
    name = str(duckdb_type).upper()
    if name.endswith("[]"):
        return "array"
    word = name.split("(")[0].strip()
    return {"STRUCT": "row", "MAP": "map"}.get(word) or _TYPES.get(word, word.lower())


def texts(result: duckdb.DuckDBPyRelation) -> list[list[Any]]:
    """A result's rows as Athena writes them. DuckDB writes what it writes alike, which is far quicker than Python."""
    kinds = [str(kind).upper() for kind in result.types]
    columns = ", ".join(f"{_written(kind).format(f'#{number}')} AS c{number}" for number, kind in enumerate(kinds, 1))
    left = [place for place, kind in enumerate(kinds) if _written(kind) == _AS_IT_IS and kind != "VARCHAR"]
    rows = [list(row) for row in result.project(columns).fetchall()]
    for place in left:
        for row in rows:
            row[place] = shown(row[place])
    return rows


def _written(kind: str) -> str:
    if kind == "TIMESTAMP":
        return "strftime({}, '%Y-%m-%d %H:%M:%S.%g')"
    return "CAST({} AS VARCHAR)" if kind in _WRITTEN_ALIKE else _AS_IT_IS


def shown(value: Any) -> Any:  # noqa: ANN401 - whatever DuckDB has
    """A value as Athena writes it; None stays None, a missing datum."""
    if value is None or isinstance(value, str):
        return value
    return _text(value)


def _text(value: Any) -> str:  # noqa: ANN401, PLR0911 - one form per type
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float():
            return _double(value)
        case dt.datetime():
            moment = value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond // 1000:03d}"
            return moment + " UTC" if value.tzinfo else moment
        case dict():
            return "{" + ", ".join(f"{key}={_text(held)}" for key, held in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(_text(held) for held in value) + "]"
        case bytes():
            return value.hex(" ")
    return str(value)


def _double(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or _PLAIN_FROM <= abs(value) < _PLAIN_BELOW:
        return repr(value)
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    first, *rest = (str(digit) for digit in digits)
    return f"{'-' * sign}{first}.{''.join(rest) or '0'}E{len(digits) - 1 + int(exponent)}"
