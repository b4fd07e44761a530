"""The last good run of a job's family, and what was different in it."""

from collections.abc import Iterator

from trainstop.domain.incident import Incident
from trainstop.domain.run import NOT_SET, Difference
from trainstop.render.text import CUT, columns, said, shorten_end, shorten_middle
from trainstop.render.units import duration

NO_DIFFERENCE = "Its description shows no difference."

_DELIMITERS = "/:@=, "
_KEPT_BEFORE = 12
_ARROW = " -> "


def last_good_run(incident: Incident, width: int) -> str:
    """Which run it was and how long before, in at most so many columns; "" where none is known."""
    good = incident.last_good
    if good is None or not (name := said(good.training_job_name)):
        return ""
    seconds = (incident.occurred_at - good.ended_at).total_seconds()
    when = f" ({duration(abs(seconds))} {'before' if seconds >= 0 else 'after'})"
    return f"{shorten_middle(name, width - len(when))}{when}"


def different(incident: Incident, width: int, max_lines: int) -> Iterator[str]:
    """A line for each difference, most telling first; the last says how many have no line of their own."""
    good = incident.last_good
    if good is None:
        return
    told = [line for each in good.differences if (line := _line(each, width))]
    more = good.differences_left_out
    if not told and not more:
        yield NO_DIFFERENCE
        return
    shown = told if len(told) + bool(more) <= max_lines else told[: max_lines - 1]
    yield from shown
    if left_out := len(told) - len(shown) + more:
        yield f"and {left_out} more difference{'' if left_out == 1 else 's'}"


def _line(difference: Difference, width: int) -> str:
    """``image: a -> b``; where that is too long, each side begins shortly before the first character that differs."""
    field = shorten_end(said(difference.field), width // 2)
    then, now = said(difference.then) or NOT_SET, said(difference.now) or NOT_SET
    if not field or then == now:
        return ""
    room = width - columns(f"{field}: {_ARROW}")
    if columns(then) + columns(now) > room:
        start = _first_difference(then, now)
        then, now = (f"{CUT}{text[start:]}" if start else text for text in (then, now))
    return f"{field}: {_shared(then, now, room)}"


def _shared(then: str, now: str, room: int) -> str:
    """Both, cut at their ends; what one leaves of its half is the other's."""
    for_then = max(room // 2, room - columns(now))
    then = shorten_end(then, for_then)
    return f"{then}{_ARROW}{shorten_end(now, room - columns(then))}"


def _first_difference(then: str, now: str) -> int:
    """Where the part begins in which the first character differs, or a little before that character."""
    same = next((at for at, (one, other) in enumerate(zip(then, now, strict=False)) if one != other), None)
    same = min(len(then), len(now)) if same is None else same
    part = max((then.rfind(delimiter, 0, same) + 1 for delimiter in _DELIMITERS), default=0)
    return max(part, same - _KEPT_BEFORE, 0)
