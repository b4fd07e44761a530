"""Money, durations and times as people read them."""

from datetime import UTC, datetime, tzinfo
from decimal import Decimal

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_WITHOUT_CENTS = 1000
_CENT = Decimal("0.01")


def money(usd: Decimal | None) -> str:
    """``USD 1.27``, ``USD 1,235`` from a thousand on, ``under USD 0.01``, or ``unknown`` for None."""
    if usd is None or not usd.is_finite():
        return "unknown"
    if 0 < usd < _CENT:
        return "under USD 0.01"
    return f"USD {usd:,.0f}" if usd >= _WITHOUT_CENTS else f"USD {usd:,.2f}"


def duration(seconds: float) -> str:
    """``42 s``, ``25 min``, ``1 h 02 min``, ``2 d 03 h``: two units at most, rounded down."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min"
    if whole < _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02} min"
    return f"{whole // _DAY} d {whole % _DAY // _HOUR:02} h"


def instant(moment: datetime, zone: tzinfo = UTC) -> str:
    """``2026-01-15 12:10:01 UTC (13:10 Berlin)``, for a reader in UTC without the brackets.

    A time without a zone is taken as UTC.
    """
    return f"{_utc(moment):%Y-%m-%d %H:%M:%S} UTC{_at_the_readers(moment, zone)}"


def clock_time(moment: datetime, zone: tzinfo = UTC) -> str:
    """``12:10:01 UTC (13:10 Berlin)``, for a reader in UTC without the brackets."""
    return f"{_utc(moment):%H:%M:%S} UTC{_at_the_readers(moment, zone)}"


def _at_the_readers(moment: datetime, zone: tzinfo) -> str:
    """`` (00:30 Berlin, next day)``; "" where the zone is UTC, or the year is the calendar's last."""
    utc = _utc(moment)
    try:
        local = utc.astimezone(zone)
    except OverflowError:
        return ""
    days = (local.date() - utc.date()).days
    place = _place(zone, local)
    return f" ({local:%H:%M} {place}{_OTHER_DAYS[days]})" if place else ""


_OTHER_DAYS = {-1: ", day before", 0: "", 1: ", next day"}


def _place(zone: tzinfo, local: datetime) -> str:
    """``New York`` of ``America/New_York``, ``UTC-05`` of ``Etc/GMT+5``; "" of UTC itself."""
    name, abbreviation = str(zone), local.tzname() or ""
    if abbreviation in {"", "UTC"}:
        return ""
    return f"UTC{abbreviation}" if abbreviation[0] in "+-" and name.startswith("Etc/") else _city(name)


def _city(name: str) -> str:
    return name.rpartition("/")[2].replace("_", " ")


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
