"""What is known of a fault from before, in words."""

from trainstop.domain.group import Past
from trainstop.render.text import one_line, said, shorten_middle

_NAME_COLUMNS = 40


def times_seen(past: Past) -> str:
    """How often, since when, and where last; a new fault is said to be new."""
    if not past.times:
        return "Never: this fault is new."
    since = f" since {past.first_seen_at:%Y-%m-%d}" if past.first_seen_at else ""
    last = f", last on {past.last_seen_at:%Y-%m-%d}" if past.last_seen_at else ""
    name = f" in {shorten_middle(one_line(past.last_job), _NAME_COLUMNS)}" if past.last_job else ""
    times = "Once" if past.times == 1 else f"{past.times} times"
    return f"{times}{since}{last}{name}."


def how_it_ended(past: Past) -> str:
    """In the words of whoever resolved it; "" where nobody did."""
    return said(past.resolution)
