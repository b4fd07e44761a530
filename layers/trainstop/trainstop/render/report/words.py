"""Numbers, times and names as the report words them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from trainstop.domain.category import Category
from trainstop.domain.report import Money, Span
from trainstop.render.units import duration, money

_ACRONYMS: Final = {"gpu": "GPU"}
_WORDS: Final[Mapping[str, str]] = {
    "breaker": "Breaker opened",
    "retry_completed": "Retry completed",
}
DASH: Final = "\N{EN DASH}"
_SECONDS_WITH_TENTHS: Final = 60


def why(name: str) -> str:
    """``GPU out of memory`` of ``gpu_out_of_memory``; names of rules and commands stay as they are."""
    if name in _WORDS or name not in set(Category):
        return _WORDS.get(name, name)
    first, *rest = (_ACRONYMS.get(word, word) for word in name.split("_"))
    return " ".join((first[:1].upper() + first[1:], *rest))


def snake(name: str) -> str:
    """``stop held`` of ``stop_held``."""
    return name.replace("_", " ")


def usd(amount: float | None) -> str:
    """``USD 1,235``; ``unknown`` where it is."""
    return money(None if amount is None else Decimal(repr(amount)))


def cost(amount: Money) -> str:
    """``USD 1,235``, and of how many jobs it is unknown."""
    if not amount.unknown:
        return usd(amount.usd)
    unknown = f"{amount.unknown:,} unknown"
    return f"{usd(amount.usd)} + {unknown}" if amount.usd else unknown


def seconds(value: float | None) -> str:
    """``3.1 s`` below a minute, ``25 min`` above; a dash for None. Clocks that differ may make it negative."""
    if value is None:
        return DASH
    return f"{value:.1f} s" if value < _SECONDS_WITH_TENTHS else duration(value)


def plural(count: int, one: str, many: str = "") -> str:
    """``1 job``, ``1,200 jobs``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def minute(moment: datetime) -> str:
    """``2026-01-15 12:10``."""
    return f"{moment:%Y-%m-%d %H:%M}"


def title(span: Span) -> str:
    """``8 - 15 January 2026``; with hours where the span does not go from midnight to midnight."""
    first, last = span.since, span.until
    if first.time() != last.time() or first.time() != datetime.min.time():
        return f"{minute(first)} to {minute(last)} UTC"
    last -= timedelta(days=1)
    if first.date() == last.date():
        return f"{first.day} {first:%B %Y}"
    start = f"{first.day}"
    if (first.year, first.month) != (last.year, last.month):
        start += f" {first:%B}" if first.year == last.year else f" {first:%B %Y}"
    return f"{start} {DASH} {last.day} {last:%B %Y}"


def length(span: Span) -> str:
    """``7 days``, ``36 hours``."""
    hours = round((span.until - span.since) / timedelta(hours=1))
    return plural(hours // 24, "day") if hours % 24 == 0 else plural(hours, "hour")
