"""Spans of time as people give them: ``2h``, a moment with or without zone, ``sat,sun 22:00-06:00``."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from trainstop.cli.exits import CliError, ExitCode
from trainstop.policy.when import Hours, Weekday

_SPAN = re.compile(r"(\d{1,5})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_WEEKLY = re.compile(r"(?:(?P<days>[a-z,-]+) +)?(?P<start>\d{1,2}:\d\d)-(?P<end>\d{1,2}:\d\d)")
_WEEK = [day.value for day in Weekday]


def span(text: str) -> timedelta:
    """``90m``, ``2h``, ``7d``.

    Raises:
        CliError: it is none.
    """
    match = _SPAN.fullmatch(text)
    if match is None:
        raise _wrong("--for", text, "give 90m, 2h or 7d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def moment(option: str, text: str, zone: str) -> datetime:
    """A date or a time in UTC; one without an offset is by the clocks of the zone.

    Raises:
        CliError: it is none, or there is no such zone.
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise _wrong(option, text, "give a time such as 2026-11-22T06:00+01:00, or one in --zone") from error
    try:
        here = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _wrong("--zone", zone, "give an IANA name such as Europe/Berlin") from error
    return (read if read.tzinfo else read.replace(tzinfo=here)).astimezone(UTC)


def weekly(text: str, zone: str) -> Hours:
    """``sat,sun 22:00-06:00``, ``mon-fri 12:00-13:00``, or ``22:00-06:00`` for every day.

    Raises:
        CliError: it is none.
    """
    match = _WEEKLY.fullmatch(text.strip().lower())
    hint = 'give days and hours such as "sat,sun 22:00-06:00"'
    if match is None:
        raise _wrong("--weekly", text, hint)
    days = {"days": tuple(_days(match["days"]))} if match["days"] else {}
    try:
        return Hours.model_validate({"from": match["start"], "until": match["end"], "zone": zone, **days})
    except ValidationError as error:
        faults = "; ".join(fault["msg"].removeprefix("Value error, ") for fault in error.errors())
        raise _wrong("--weekly", text, f"{faults}; {hint}") from error


def _days(text: str) -> list[str]:
    """The days of ``sat,sun`` and of ``fri-mon``; what is no day is left for the model to refuse."""
    days: list[str] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if last and first in _WEEK and last in _WEEK:
            length = (_WEEK.index(last) - _WEEK.index(first)) % len(_WEEK) + 1
            days += [_WEEK[(_WEEK.index(first) + step) % len(_WEEK)] for step in range(length)]
        else:
            days.append(part)
    return list(dict.fromkeys(days))


def _wrong(option: str, text: str, hint: str) -> CliError:
    return CliError(ExitCode.USAGE, f"{option} {text!r} is not right: {hint}")
