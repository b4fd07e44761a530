"""Repairs log lines: terminal sequences, rank tags, overprinted progress bars, several lines in one message."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import re2

from trainstop.domain.failure import LogLine
from trainstop.domain.text import without_controls, without_syslog_escapes

MAX_LINES = 20_000
"""Lines that are read, the last of the log."""

MAX_CHARACTERS = 8_192
"""Characters of a message that are read: half of them from its start, half from its end."""

_MAX_PARTS = 400
"""Lines that one message may fall into."""

_TORCH_TAG = re2.compile(r"^\s*\[((?:rank|default)\d+)\]:\s?")
_MPI_TAG = re2.compile(r"\[(\d+,(?:mpirank:)?\d+)(?:,[\w.-]*)?\](?:<std(?:out|err)>)?:")
_RAY_TAG = re2.compile(r"^\s*\(([\w.:-]+ pid=\d+)[^)]{0,80}\)\s?")
_COMPOSE_TAG = re2.compile(r"^\s*(algo-\d+(?:-\w+)*)\s+\|\s")
_GROUP_MARGIN = re2.compile(r"^\s*(?:\|\s)+\s?|^\s*\+-\+?-{4,}[^-]*-*$")
_BAR = re2.compile(r"^(.{0,400}?\d+%\|[^|]{0,400}\|[^\[\r]{0,200}\[[^\]]{0,400}\])(\s*\S.*)$")
_TELLING = ("Error", "Exception", "Traceback", "error:", "fatal", "Fatal", "nan")


@dataclass(frozen=True, slots=True)
class Line:
    """One repaired line.

    Attributes:
        index: Position of the message that it stood in, in ``Failure.lines``; -1 for the FailureReason.
        order: Its own position among all repaired lines.
        text: Cleaned, without tags; indentation is kept.
        raw: The message as it stood.
        tag: The rank that wrote it, e.g. ``rank1``, "" where none is named.
    """

    index: int
    order: int
    text: str
    raw: str
    tag: str = ""
    host: str = ""


def normalise(lines: Sequence[LogLine]) -> list[Line]:
    """The last lines of a log, repaired, in time order as far as their times are known."""
    first = max(0, len(lines) - MAX_LINES)
    numbered = [(index, lines[index]) for index in range(first, len(lines))]
    if all(line.timestamp_ms is not None for _, line in numbered):
        numbered.sort(key=lambda pair: (pair[1].timestamp_ms or 0, pair[0]))
    repaired: list[Line] = []
    for index, line in numbered:
        for tag, text in _parts(line.text):
            repaired.append(Line(index, len(repaired), text, line.text, tag, line.host))
    return repaired


def reason_lines(text: str) -> list[Line]:
    """The lines of a FailureReason, in the form in which log lines are read."""
    repaired: list[Line] = []
    for part in text.split("\n"):
        for tag, clean in _parts(part):
            repaired.append(Line(-1, len(repaired), clean, part, tag))
    return repaired


def shortened(text: str) -> str:
    """``text``, or its start and end where it is longer than is read."""
    if len(text) <= MAX_CHARACTERS:
        return text
    return text[: MAX_CHARACTERS // 2] + " ... " + text[-MAX_CHARACTERS // 2 :]


def _parts(message: str) -> Iterator[tuple[str, str]]:
    text = without_controls(without_syslog_escapes(shortened(message)))
    if "\n" not in text and "\r" not in text:
        yield from _unglued(text)
        return
    for part in text.replace("\r\n", "\n").split("\n")[:_MAX_PARTS]:
        for printed in _prints(part):
            yield from _unglued(printed)


def _prints(line: str) -> list[str]:
    """What stays of a line that was printed over: the last print, and any that tells of an error."""
    if "\r" not in line:
        return [line]
    prints = [part for part in line.split("\r") if part.strip()][-_MAX_PARTS:]
    return [part for part in prints[:-1] if any(word in part for word in _TELLING)] + prints[-1:]


def _unglued(text: str) -> Iterator[tuple[str, str]]:
    tag, text = _untagged(text)
    glued = _BAR.search(text) if "%|" in text else None
    if glued is None:
        yield tag, text
    else:
        yield tag, glued.group(1)
        yield tag, glued.group(2)


def _untagged(text: str) -> tuple[str, str]:
    if "]:" in text or "]<std" in text:
        found = _TORCH_TAG.search(text)
        if found:
            return found.group(1), text[found.end() :]
        found = _MPI_TAG.search(text)
        if found:
            return found.group(1), _MPI_TAG.sub("", text)
    if " pid=" in text:
        found = _RAY_TAG.search(text)
        if found:
            return found.group(1), text[found.end() :]
    if " | " in text:
        found = _COMPOSE_TAG.search(text)
        if found:
            return found.group(1), text[found.end() :]
        return "", _GROUP_MARGIN.sub("", text)
    return "", text
