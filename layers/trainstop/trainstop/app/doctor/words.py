"""Small texts of findings."""

import shlex
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from trainstop.render.text import said, shorten_end

_MAX_QUOTE: Final = 160


def ago(moment: datetime, now: datetime) -> str:
    """How long ago something was, in its greatest unit: ``40 s``, ``12 min``, ``3 h``, ``9 days``."""
    return span(now - moment)


def span(time: timedelta) -> str:
    """A time span in its greatest unit that counts two or more."""
    seconds = max(0, int(time.total_seconds()))
    for unit, name in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"{seconds // unit} {name}"
    return f"{seconds} s"


def quoted(text: str) -> str:
    """What somebody else said, as one short line without secrets; "" for nothing."""
    line = said(text)
    return f'"{shorten_end(line, _MAX_QUOTE)}"' if line else ""


def counted(count: int, one: str, many: str = "") -> str:
    """``1 rule``, ``2 rules``."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def joined(names: Iterable[str], at_most: int = 6) -> str:
    """Names with commas; of very many the first, and how many more."""
    every: Sequence[str] = list(names)
    shown = ", ".join(every[:at_most])
    return shown if len(every) <= at_most else f"{shown} and {len(every) - at_most} more"


def shell(text: str) -> str:
    """Text of others as one word of a shell command, whatever it holds."""
    return shlex.quote(said(text))
