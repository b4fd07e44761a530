"""Money, durations and times as people read them."""

from datetime import UTC, datetime
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


def instant(moment: datetime) -> str:
    """``2026-01-15 12:10:01 UTC``; a time without a zone is taken as UTC."""
    return f"{_utc(moment):%Y-%m-%d %H:%M:%S} UTC"


def clock_time(moment: datetime) -> str:
    """``12:10:01 UTC``."""
    return f"{_utc(moment):%H:%M:%S} UTC"


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
