"""Text that stays within a line, a column count or an SMS, whatever a job or a person put into it."""

import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType

from trainstop.domain.redaction import redact
from trainstop.domain.text import clean_text

CUT = "..."
"""Stands where something was left out; three ASCII characters, so that it costs the same everywhere."""

_READ_CHARACTERS = 8192
"""No message shows more of one text than this; the rest is not even looked at."""

_MIN_NAME = 12
"""A name is not shortened below this while another one is longer."""

Measure = Callable[[str], int]


def one_line(text: str) -> str:
    """``text`` as one line of printable characters: no controls, no direction marks, white space collapsed."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text[:_READ_CHARACTERS].strip()
    words = " ".join(clean_text(text[:_READ_CHARACTERS]).split())
    return words if words.isprintable() else "".join(filter(str.isprintable, words)).strip()


def without_secrets(text: str) -> str:
    """One line of ``text`` without secrets."""
    return one_line(redact(clean_text(text[:_READ_CHARACTERS])).text)


def log_line(text: str) -> str:
    """A line of a log without secrets: as ``without_secrets``, but the spaces that indent it and align it stay."""
    cleaned = redact(clean_text(text[:_READ_CHARACTERS]).expandtabs(4)).text
    spaced = "".join(" " if character.isspace() else character for character in cleaned)
    return "".join(filter(str.isprintable, spaced)).rstrip()


def said(text: str) -> str:
    """One line of what a job, a user or AWS said, without secrets; "" where it says nothing.

    Debugger's own messages end in a meaningless ``None`` (FORMATS.md 3.2), and a field that was never filled may come
    as that word.
    """
    line = without_secrets(text)
    line = line.removesuffix(" None") if line.endswith("fired. None") else line
    return "" if line.lower() in _EMPTY else line


_EMPTY = {"none", "null", "nan", "n/a", "-", ""}


def columns(text: str) -> int:
    """The width of ``text`` in a fixed-width font: East Asian wide characters take two columns, all others one."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def shorten_end(text: str, width: int, measure: Measure = columns) -> str:
    """``text``, or as much of its start as fits with the mark of a cut; for sentences, never for names."""
    if measure(text) <= width:
        return text
    kept = text[:width]
    while kept and measure(kept) + len(CUT) > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}{CUT}"


def shorten_middle(name: str, width: int, measure: Measure = columns) -> str:
    """``name``, or its start and its end: names of a family differ at their ends."""
    if measure(name) <= width:
        return name
    for kept in range(min(len(name) - 1, max(0, width - len(CUT))), 0, -1):
        head = kept * 2 // 5
        shortened = f"{name[:head]}{CUT}{name[len(name) - (kept - head) :]}"
        if measure(shortened) <= width:
            return shortened
    return CUT[:width]


def fit(
    template: str,
    width: int,
    names: Mapping[str, str],
    fixed: Mapping[str, str] = MappingProxyType({}),
    measure: Measure = columns,
) -> str:
    """Fill ``template`` with ``names``, shortened in the middle, longest first, until the whole fits.

    ``fixed`` fills it too but is not shortened. Only where nothing is left to shorten is the result cut at its end.
    """
    shown = dict(names)
    while (over := measure(template.format(**shown, **fixed)) - width) > 0:
        sizes = sorted((measure(name), key) for key, name in shown.items())
        size, longest = sizes[-1] if sizes else (0, "")
        if size <= _MIN_NAME:
            return shorten_end(template.format(**shown, **fixed), width, measure)
        second = sizes[-2][0] if len(sizes) > 1 else 0
        shown[longest] = shorten_middle(names[longest], max(_MIN_NAME, size - over, second - 1), measure)
    return template.format(**shown, **fixed)


def wrap(text: str, width: int, max_lines: int) -> list[str]:
    """Break ``text`` into at most so many lines of at most ``width`` columns; words longer than a line are broken."""
    lines: list[str] = []
    rest = text.strip()
    while rest and len(lines) < max_lines:
        if len(lines) == max_lines - 1:
            return [*lines, shorten_end(rest, width)]
        line = _first_line(rest, width)
        lines.append(line.rstrip())
        rest = rest[len(line) :].lstrip()
    return lines


def _first_line(text: str, width: int) -> str:
    if columns(text) <= width:
        return text
    end = min(len(text), width)
    while columns(text[:end]) > width:
        end -= 1
    space = text.rfind(" ", 0, end + 1)
    return text[:space] if space > 0 else text[: max(1, end)]
