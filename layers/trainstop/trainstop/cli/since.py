"""Moments as people give them: ``24h``, ``7d``, a date, or a time."""

import re
from datetime import UTC, datetime, timedelta

from trainstop.cli.exits import CliError, ExitCode
from trainstop.records.times import utc

_AGO = re.compile(r"(\d{1,5})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def since(text: str, now: datetime, option: str = "--since") -> datetime:
    """The moment that is meant; one without a time zone is in UTC.

    Raises:
        CliError: the text is none of the forms.
    """
    if match := _AGO.fullmatch(text):
        return now - timedelta(**{_UNITS[match[2]]: int(match[1])})
    try:
        return utc(datetime.fromisoformat(text))
    except ValueError as error:
        hint = "give 90m, 24h, 7d, a date, or a time such as 2026-01-15T12:00:00Z"
        raise CliError(ExitCode.USAGE, f"{option} {text!r} is not a moment: {hint}") from error


def now_utc() -> datetime:
    """The time."""
    return datetime.now(UTC)
