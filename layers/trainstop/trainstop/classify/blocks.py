"""Finds the exceptions in repaired lines, with their frames, their chains and what they were wrapped in."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import re2

from trainstop.classify.normalise import Line
from trainstop.domain.text import found_in

MAX_FRAMES = 80
"""Lines of a traceback's frames that are kept, the last ones."""

MAX_TAIL = 60
"""Lines after an exception that may belong to its message."""

_SUFFIXES = (
    r"(?:Error|Exception|Exit|Interrupt|Iteration|Expired|Failure|Timeout|Timeouts|Fault|Invalid|Aborted|Exhausted"
    r"|NotFound|Denied|Unavailable|Disconnect|Stop|Empty|NotImplemented|Group)"
)
_EXCEPTION = re2.compile(
    r"^\s*((?:[A-Za-z_]\w*\.)*(?:[A-Z]\w*"
    + _SUFFIXES
    + r"|(?:[A-Za-z_]\w*\.)+(?:[Ee]rror|gaierror|herror|timeout)))(?:\[[^\]]*\])?\s*(?::\s?(.*))?$"
)
_DOTTED = re2.compile(r"^\s*((?:[A-Za-z_]\w*\.)+[A-Z]\w*)\s*(?::\s?(.*))?$")
_PLAIN = re2.compile(r"^([A-Z]\w+)(?::\s(.+)|:)$|^([A-Z][a-z]\w*[A-Z]\w*)$")
_LOGGED = re2.compile(
    r"^\s*(?:\[[^\]]{1,80}\]\s*|\d{4}-\d\d-\d\d[T ][\d:.,]+Z?(?:[+-]\d\d:?\d\d)?[\s|:-]*|[EWIF]\d{4} \S+\s+\d+ \S+\]\s*"
    r"|(?:ERROR|CRITICAL|FATAL|Error|error|WARNING|INFO)\b[\s:|\]-]*|[\w./-]{3,80}(?:\.py:\d+|\s+-)[\s:|-]*"
    r"|(?:sagemaker|root|__main__|py\.warnings)[\w./-]*\s+)+"
)
_FRAME = re2.compile(r'^\s*(?:File "[^"]{1,500}", line \d+|\S+\.(?:py|pyx):\d+\b.{0,80}$)')
_FRAME_PARTS = re2.compile(r'File "([^"]{1,500})", line (\d+)(?:, in (\S+))?')
_NATIVE = re2.compile(
    r"^\s*(?:\[bt\]|frame #\d+:|#\d+ 0x|@\s+0x|Stack trace|\(most recent call|\[[\w.-]+:\d+\] (?:\[ ?\d+\]|\*\*\*))"
)
_MARKS = ("-", "~", "^")
_BOXED = ("│", "╭", "╰", "❱")
_LINKS = re2.compile(
    r"During handling of the above exception|The above exception was the direct cause|Original Traceback \(most recent"
    r"|terminated with the following error"
)
_ASIDE = ("Exception in thread ", "Exception ignored in", "Exception in callback", "Error in atexit")
_SOURCE = re2.compile(r"^\s*raise \w|\braise \w[\w.]*\(|^\s*(?:[-~^]+>?\s*\d*\s*)$|^\s*-+>\s*\d+\s|^\s*[~^][~^\s]*$")

SIGNS = (
    r"\b(?:[A-Za-z_]\w*\.)*[A-Z]\w*" + _SUFFIXES + r"(?:\[[^\]\n]*\])?\s*(?::|$)",
    r"\b[A-Za-z_]\w*\.(?:[Ee]rror|gaierror|herror|timeout)\s*(?::|$)",
    r"Traceback \(most recent call|\bException (?:in thread|ignored in|in callback)|\bError in atexit",
    r"During handling of the above|direct cause of the following|terminated with the following error",
    r'File "[^"\n]+", line \d|^(?:\[\w+\]:|\([^)\n]+\)|\S+\s+\|)?\s*\S+\.pyx?:\d',
    r"\braise \w",
    "[╭❱]",
)
"""RE2 of which at least one matches every line that changes what a reader of blocks knows, outside of tracebacks."""


@dataclass(slots=True)
class Raised:
    """One exception as a log shows it.

    Attributes:
        line: The line that names it.
        type: Its class as printed.
        message: The rest of that line.
        frames: The lines of its frames, deepest last.
        tail: The lines after it that may belong to its message.
        chain: Exceptions with the same number were raised from one another.
        link: Position in the chain, 0 first.
        aside: True where it was raised in a background thread, in a destructor or at exit.
    """

    line: Line
    type: str
    message: str
    chain: int
    link: int
    frames: list[Line] = field(default_factory=list)
    tail: list[Line] = field(default_factory=list)
    aside: bool = False

    @property
    def frames_text(self) -> str:
        """The frames, joined by line breaks."""
        return "\n".join(line.text for line in self.frames)


@dataclass(slots=True)
class Blocks:
    """What a log falls into.

    Attributes:
        plain: Lines that are neither exceptions nor parts of a traceback.
        cut_off: Frames of tracebacks whose exception is not there any more.
    """

    raised: list[Raised] = field(default_factory=list)
    plain: list[Line] = field(default_factory=list)
    cut_off: list[Line] = field(default_factory=list)


def find_blocks(lines: Iterable[Line]) -> Blocks:
    """Exceptions and plain lines, each rank of each host read on its own, then put in order."""
    streams: defaultdict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        streams[line.host, line.tag].append(line)
    blocks = Blocks()
    chains = 0
    for stream in streams.values():
        reader = _Reader(blocks, chains)
        reader.read(stream)
        chains = reader.chain + 1
    blocks.raised.sort(key=lambda raised: raised.line.order)
    blocks.plain.sort(key=lambda line: line.order)
    return blocks


class _Reader:
    """Reads one stream; what it knows is whether it stands in a traceback, and in which chain."""

    def __init__(self, blocks: Blocks, chain: int) -> None:
        self.blocks = blocks
        self.chain = chain
        self.link = 0
        self.linked = False
        self.aside = False
        self.in_trace = False
        self.source_next = False
        self.after_frame = False
        self.frames_indented = False
        self.frames: list[Line] = []
        self.last: Raised | None = None

    def read(self, lines: Sequence[Line]) -> None:
        """Take the lines of one stream, in order."""
        for line in lines:
            self._take(line)
        self.blocks.cut_off.extend(self.frames)

    def _take(self, line: Line) -> None:
        text = line.text
        after_frame, self.after_frame = self.after_frame, False
        if line.dull and not self.frames and not text[:8].lstrip().startswith(_BOXED):
            self.source_next = False
            self._go_on(line)
        elif _is_frame(text):
            self._keep_frame(line)
            self.in_trace = self.source_next = True
            self.frames_indented = text.startswith((" ", "\t"))
        elif _links(text):
            self.linked = True
            self._open(in_trace="Traceback" in text)
        elif "Traceback (most recent call last)" in text:
            self._open(in_trace=True)
        elif text.startswith(_ASIDE):
            self.aside = True
            self.last = None
        elif self._is_source(text):
            self._keep_frame(line)
            self.source_next = False
        else:
            self.source_next = False
            self._take_words(line, after_frame=after_frame)

    def _open(self, *, in_trace: bool) -> None:
        self.frames = []
        self.last = None
        self.in_trace = in_trace
        self.source_next = False

    def _keep_frame(self, line: Line) -> None:
        self.after_frame = True
        self.frames.append(line)
        del self.frames[:-MAX_FRAMES]

    def _is_source(self, text: str) -> bool:
        """True for the source text under a frame, the marks under it, and boxes drawn around either."""
        start = text.lstrip()
        if not start or start.startswith(_BOXED):
            return bool(text)
        if (start.startswith(_MARKS) or "raise " in text) and found_in(_SOURCE, text):
            return True
        if self.source_next and (text.startswith((" ", "\t")) or not self.frames_indented):
            return parse_exception(text, in_trace=True) is None
        indented = self.in_trace and bool(self.frames) and text.startswith(("    ", "\t"))
        return indented and parse_exception(text, in_trace=False) is None

    def _take_words(self, line: Line, *, after_frame: bool) -> None:
        in_trace = self.in_trace and bool(self.frames)
        named = parse_exception(line.text, in_trace=in_trace)
        if named is None and in_trace and after_frame:
            named = _plain_exception(line.text)
        if named is not None:
            self._take_exception(line, *named)
            return
        self._go_on(line)

    def _go_on(self, line: Line) -> None:
        if self.last is not None and len(self.last.tail) < MAX_TAIL:
            self.last.tail.append(line)
        if line.dull or not found_in(_NATIVE, line.text):
            self.blocks.plain.append(line)

    def _take_exception(self, line: Line, name: str, message: str) -> None:
        if not self.linked:
            self.chain += 1
            self.link = 0
        raised = Raised(line, name, message, self.chain, self.link, self.frames, aside=self.aside)
        self.blocks.raised.append(raised)
        self.link += 1
        self.frames = []
        self.in_trace = self.linked = self.aside = False
        self.last = raised


def _is_frame(text: str) -> bool:
    return (", line " in text or ".py:" in text) and found_in(_FRAME, text)


def _links(text: str) -> bool:
    return ("xception" in text or "Traceback" in text or "terminated" in text) and found_in(_LINKS, text)


def parse_exception(text: str, *, in_trace: bool) -> tuple[str, str] | None:
    """(class, message) of a line that ends a traceback or logs an exception; None for any other line."""
    found = _EXCEPTION.search(text)
    if found is None and in_trace:
        found = _DOTTED.search(text)
    if found is None and any(word in text for word in ("Error", "Exception")):
        bare = _LOGGED.sub("", text)
        found = _EXCEPTION.search(bare) if bare != text else None
    if found is None:
        return None
    return found.group(1), (found.group(2) or "").strip()


def _plain_exception(text: str) -> tuple[str, str] | None:
    """(class, message) of a line right under a traceback's frames, whose class does not sound like an exception."""
    found = _PLAIN.search(text)
    if found is None:
        return None
    return found.group(1) or found.group(3), (found.group(2) or "").strip()


def user_frame(frames: Sequence[Line]) -> str | None:
    """``file:line in function`` of the deepest frame in the user's own code; None when all are libraries'."""
    for path, number, name in _frame_parts(reversed(frames)):
        if "/opt/ml/code" in path or not _is_library(path):
            return f"{path}:{number}" + (f" in {name}" if name else "")
    return None


def _frame_parts(frames: Iterable[Line]) -> Iterator[tuple[str, str, str | None]]:
    for line in frames:
        found = _FRAME_PARTS.search(line.text) if 'File "' in line.text else None
        if found:
            yield found.group(1), found.group(2), found.group(3)


def _is_library(path: str) -> bool:
    return path.startswith("<") or any(
        part in path
        for part in ("site-packages", "dist-packages", "/lib/python", "/lib64/python", "lib-dynload", ".pyx", "/bin/")
    )
