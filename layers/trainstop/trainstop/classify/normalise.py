"""Repairs log lines: terminal sequences, rank tags, overprinted progress bars, several lines in one message."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import re2

from trainstop.domain.failure import LogLine
from trainstop.domain.text import without_controls, without_syslog_escapes

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


class Line(NamedTuple):
    """One repaired line.

    Attributes:
        message_index: Position of the message that it stood in, in ``Failure.lines``; -1 for the FailureReason.
        position: Position of that message in time order; of a line of the FailureReason its own.
        order: Its own position among all repaired lines.
        text: Cleaned, without tags; indentation is kept.
        raw: The message as it stood.
        tag: The rank that wrote it, e.g. ``rank1``, "" where none is named.
        hits: Numbers of the table's patterns that may match ``text``; () where none can, None where nobody looked.
    """

    message_index: int
    position: int
    order: int
    text: str
    raw: str
    tag: str = ""
    host: str = ""
    hits: Sequence[int] | None = None

    @property
    def dull(self) -> bool:
        """True where the line is known to match nothing that the classifier reacts to."""
        return self.hits is not None and not self.hits


def repaired(messages: Iterable[tuple[int, int, LogLine]], hits: Callable[[str], Sequence[int]]) -> list[Line]:
    """The lines of messages, given as (position in time order, index in the log, message)."""
    lines: list[Line] = []
    for position, index, message in messages:
        raw, host = message.text, message.host
        for tag, text in parts(raw):
            lines.append(Line(index, position, len(lines), text, raw, tag, host, hits(text)))
    return lines


def reason_lines(text: str) -> list[Line]:
    """The lines of a FailureReason, in the form in which log lines are read."""
    lines: list[Line] = []
    for part in text.split("\n"):
        for tag, clean in parts(part):
            lines.append(Line(-1, len(lines), len(lines), clean, part, tag))
    return lines


def shortened(text: str) -> str:
    """``text``, or its start and end where it is longer than is read."""
    if len(text) <= MAX_CHARACTERS:
        return text
    return text[: MAX_CHARACTERS // 2] + " ... " + text[-MAX_CHARACTERS // 2 :]


def parts(message: str) -> Iterable[tuple[str, str]]:
    """(tag, text) of the lines that a message falls into."""
    if message.isascii() and message.isprintable() and len(message) <= MAX_CHARACTERS and "#0" not in message:
        return _unglued(message)
    return _split(message)


def in_one_piece(messages: Sequence[str]) -> str:
    """Messages as one text that holds what their lines will hold once they are repaired, and may hold more."""
    if max(map(len, messages), default=0) > MAX_CHARACTERS:
        messages = [shortened(message) for message in messages]
    text = "\n".join(messages)
    if "#0" in text:
        text = without_syslog_escapes(text)
    if not text.isascii() or not text.replace("\n", "").isprintable():
        text = without_controls(text).replace("\r", "\n")
    return _MPI_TAG.sub("", text) if "]<std" in text else text


def _split(message: str) -> Iterator[tuple[str, str]]:
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


def _unglued(text: str) -> tuple[tuple[str, str], ...]:
    tag, text = _untagged(text)
    glued = _BAR.search(text) if "%|" in text else None
    if glued is None:
        return ((tag, text),)
    return (tag, glued.group(1)), (tag, glued.group(2))


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
