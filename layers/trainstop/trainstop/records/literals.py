"""Values that people give, as SQL literals that Trino reads as exactly those values."""

import re
from datetime import date, datetime, timedelta
from enum import StrEnum

MAX_LITERAL_CHARACTERS = 1024
"""Athena's limit for one of the ExecutionParameters (botocore's model of StartQueryExecution)."""

_BACK = re.compile(r"(\d{1,5})d")
_INT = re.compile(r"[+-]?\d{1,18}")


class ParameterError(ValueError):
    """A value that a parameter cannot take; the message is for the person who gave it."""


class ParameterType(StrEnum):
    """What kind of literal a parameter becomes."""

    STRING = "string"
    DATE = "date"
    INT = "int"
    TIMESTAMP = "timestamp"


def literal(kind: ParameterType, value: str, today: date) -> str:
    """One value as a SQL literal that Trino reads as exactly that value.

    A date becomes text, as the partition columns are; ``today`` and ``30d`` (days ago) are dates too.

    Raises:
        ParameterError: the value is not of the kind.
    """
    made = _LITERALS[kind](value, today)
    if len(made) > MAX_LITERAL_CHARACTERS:
        raise ParameterError(f"a value of {len(made)} characters is too long; Athena takes {MAX_LITERAL_CHARACTERS}")
    return made


def _string(value: str, today: date) -> str:
    del today
    if not value.isprintable():
        raise ParameterError("control characters are not allowed")
    return "'" + value.replace("'", "''") + "'"


def _date(value: str, today: date) -> str:
    if value == "today":
        return f"'{today}'"
    if match := _BACK.fullmatch(value):
        return f"'{today - timedelta(days=int(match[1]))}'"
    try:
        return f"'{date.fromisoformat(value)}'"
    except ValueError as error:
        raise ParameterError(f"{value!r} is not a date; give YYYY-MM-DD, today, or days back such as 30d") from error


def _int(value: str, today: date) -> str:
    del today
    if not _INT.fullmatch(value) or not value.isascii():
        raise ParameterError(f"{value!r} is not a whole number")
    return str(int(value))


def _timestamp(value: str, today: date) -> str:
    del today
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise ParameterError(f"{value!r} is not a time; give YYYY-MM-DD HH:MM:SS in UTC") from error
    if moment.tzinfo is not None:
        raise ParameterError(f"{value!r} has a time zone; give the time in UTC without one")
    return f"TIMESTAMP '{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}'"


_LITERALS = {
    ParameterType.STRING: _string,
    ParameterType.DATE: _date,
    ParameterType.INT: _int,
    ParameterType.TIMESTAMP: _timestamp,
}
