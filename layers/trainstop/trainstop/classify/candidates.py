"""Lines that may be the cause, each with the signature that knows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import re2

from trainstop.classify.blocks import Blocks, Raised
from trainstop.classify.normalise import Line
from trainstop.classify.signature import Rank, Signature, Where
from trainstop.classify.table import Table

_RAISE = re2.compile(r"\braise (?:\w+\.)*[A-Z]\w*(?:Error|Exception)\(")

_TAIL_JOINED = 6
"""Lines of an exception's message that are matched together with its first."""

_POINTED = 12
"""Lines after a match among which ``points_to`` is looked for."""

_MAX_CANDIDATES = 2_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """One line that may be the cause.

    Attributes:
        line: The line to point at.
        rank: The signature's, or root for an exception that no signature knows.
        signature: None for an exception that no signature knows.
        matched: The text that matched, for captures.
        raised: The exception that the line names, None for other lines.
    """

    line: Line
    rank: Rank
    signature: Signature | None
    matched: str
    raised: Raised | None = None

    @property
    def order(self) -> int:
        """Where it stands among all lines; an exception stands where it was named, not where its message goes on."""
        return self.line.order if self.raised is None else self.raised.line.order

    @property
    def position(self) -> int:
        """Where its message stands in time order."""
        return self.line.position if self.raised is None else self.raised.line.position

    @property
    def known(self) -> bool:
        """True where a signature that is not a catch-all names the cause."""
        return self.signature is not None and not self.signature.generic


def find_candidates(blocks: Blocks, table: Table, where: Where) -> list[Candidate]:
    """All candidates of ``blocks``, in order."""
    found: list[Candidate] = []
    for raised in blocks.raised:
        found.extend(_of_exception(raised, table, where))
    found.extend(_of_lines(blocks.plain, table, where))
    if where is Where.REASON:
        found.extend(_of_cut_off(blocks.cut_off, table, where))
    found.sort(key=lambda candidate: candidate.order)
    return found[:_MAX_CANDIDATES]


def _of_exception(raised: Raised, table: Table, where: Where) -> Iterable[Candidate]:
    text = f"{raised.type}: {raised.message}" if raised.message else raised.type
    frames = raised.frames_text
    signature = table.first(text, where, frames) or table.first_of(raised.line, where, frames)
    if signature is not None and signature.rank is Rank.WRAPPER:
        yield Candidate(raised.line, Rank.WRAPPER, signature, text, raised)
        return
    quoted = _last_error(raised, table, where)
    if quoted is not None:
        yield quoted
        return
    if (signature is None or signature.generic) and _goes_on(raised):
        joined = " ".join([text, *_message_lines(raised, table, where)])
        longer = table.first(joined, where, frames)
        if longer is not None and not longer.generic and longer.rank is Rank.ROOT:
            signature, text = longer, joined
    rank = Rank.ROOT if signature is None else signature.rank
    if raised.type.endswith("ExceptionGroup"):
        rank = Rank.WRAPPER
    if raised.aside and rank is Rank.ROOT:
        rank = Rank.VICTIM
    yield Candidate(_pointed(raised, signature), rank, signature, text, raised)


def _last_error(raised: Raised, table: Table, where: Where) -> Candidate | None:
    """The root that an NCCL exception quotes after ``Last error:``; None where it quotes none that is known."""
    for line, following in zip(raised.tail[:_POINTED], [*raised.tail[1 : _POINTED + 1], raised.line], strict=False):
        if line.text.strip().startswith("Last error:"):
            target = following if line.text.strip() == "Last error:" else line
            signature = table.first_of(target, where)
            known = signature is not None and signature.rank in (Rank.ROOT, Rank.HINT) and target is not raised.line
            return Candidate(target, Rank.ROOT, signature, target.text, raised) if known else None
    return None


def _message_lines(raised: Raised, table: Table, where: Where) -> Iterable[str]:
    """The lines after the exception's first that may be its message: up to those of a launcher or of noise."""
    for line in raised.tail[:_TAIL_JOINED]:
        signature = table.first_of(line, where)
        if signature is not None and signature.rank in (Rank.WRAPPER, Rank.NOISE):
            return
        yield line.text.strip()


def _goes_on(raised: Raised) -> bool:
    """True where the message does not end with the exception's first line."""
    if not raised.tail:
        return False
    return raised.message[-1:] in ("", ":") or raised.tail[0].text.startswith((" ", "\t", ":"))


def _pointed(raised: Raised, signature: Signature | None) -> Line:
    """The line to point at: the exception's own, unless its message or its source says more."""
    if signature is not None and signature.points_to is not None:
        for line in raised.tail[:_POINTED]:
            if signature.points_to_regex.search(line.text):
                return line
    if raised.type == "AssertionError" and not raised.message:
        for line in reversed(raised.frames[-3:]):
            if line.text.lstrip().startswith("assert "):
                return line
    return raised.line


def _of_cut_off(frames: Sequence[Line], table: Table, where: Where) -> Iterable[Candidate]:
    """The last ``raise SomeError(`` of a traceback that was cut before its exception: a sign, not a cause."""
    for line in reversed(frames):
        found = _RAISE.search(line.text)
        if found:
            signature = table.first_of(line, where)
            known = signature is not None and signature.rank in (Rank.ROOT, Rank.HINT) and not signature.generic
            yield Candidate(line, Rank.HINT, signature if known else None, line.text)
            return


def _of_lines(lines: Sequence[Line], table: Table, where: Where) -> Iterable[Candidate]:
    for number, line in enumerate(lines):
        if line.dull or not line.text:
            continue
        signature = table.first_of(line, where)
        if signature is None or (signature.generic and where is Where.LOG):
            continue
        target = line
        if signature.points_to is not None:
            following = lines[number + 1 : number + 1 + _POINTED]
            target = next((later for later in following if signature.points_to_regex.search(later.text)), line)
        yield Candidate(target, signature.rank, signature, line.text)
