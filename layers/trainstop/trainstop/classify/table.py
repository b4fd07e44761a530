"""All signatures at once: one pass over a text tells which of them can match."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import re2
from ahocorasick_rs import AhoCorasick

from trainstop.classify import blocks, wrappers
from trainstop.classify.normalise import Line
from trainstop.classify.signature import Signature, Where, quiet
from trainstop.domain.text import found_in

_COUNTED = re2.compile(r"\{(\d+),\d+\}")
_START = re2.compile(r"(\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|\^")
STRUCTURE = (*blocks.SIGNS, *wrappers.SIGNS)
"""What the engine itself reacts to, numbered after the signatures."""


class Table:
    """Signatures in order of priority: of several that match a line, the first decides.

    A text is first searched for all words that the patterns require, in one pass; only patterns of which a word was
    found are tried.
    """

    def __init__(self, signatures: Iterable[Signature], words: Mapping[str, Sequence[str]] | None = None) -> None:
        """Make a table.

        Args:
            signatures: In order of priority.
            words: Required words by pattern, as ``words_of`` gives them; worked out where they are not at hand.
        """
        self.signatures: Sequence[Signature] = tuple(signatures)
        self.by_id = {signature.id: signature for signature in self.signatures}
        self._patterns = (*(signature.pattern for signature in self.signatures), *STRUCTURE)
        owners: dict[str, list[int]] = {}
        for number, pattern in enumerate(self._patterns):
            for word in words_of(pattern) if words is None else words[pattern]:
                owners.setdefault(word, []).append(number)
        self._owners = list(owners.values())
        self._words = AhoCorasick(list(owners), store_patterns=False)
        self._loose: dict[int, Any] = {}

    def hits(self, text: str) -> Sequence[int]:
        """Numbers of the patterns, the engine's own included, of which ``text`` holds a required word."""
        found = self._words.find_matches_as_indexes(text.lower(), overlapping=True)
        if not found:
            return ()
        if len(found) == 1:
            return self._owners[found[0][0]]
        return sorted({number for word in {match[0] for match in found} for number in self._owners[word]})

    def stirs(self, text: str) -> bool:
        """True where the engine may react to any line of ``text``, the lines of a log."""
        return any(self._speaks_of_logs(number) and self._loosely(number, text) for number in self.hits(text))

    def _speaks_of_logs(self, number: int) -> bool:
        """True but for signatures that decide about reasons alone, or only about exceptions, which show themselves."""
        if number >= len(self.signatures):
            return True
        return self.signatures[number].where is not Where.REASON and not self.signatures[number].generic

    def _loosely(self, number: int, text: str) -> bool:
        regex = self._loose.get(number)
        if regex is None:
            regex = self._loose[number] = re2.compile(relaxed(self._patterns[number]), quiet())
        return found_in(regex, text)

    def first(self, text: str, where: Where, frames: str = "", hits: Sequence[int] | None = None) -> Signature | None:
        """The signature that decides about ``text``; generic ones only where no other matches.

        Args:
            text: One line, or an exception with its message.
            where: What kind of text that is.
            frames: Where the exception was raised, line by line.
            hits: Numbers of the patterns that may match, where they are known already.
        """
        numbers = self.hits(text) if hits is None else hits
        known = [self.signatures[number] for number in numbers if number < len(self.signatures)]
        for generic in (False, True):
            for signature in known:
                asked = signature.generic is generic and signature.where in (where, Where.BOTH)
                if asked and signature.matches(text) and signature.fits_frames(frames):
                    return signature
        return None

    def first_of(self, line: Line, where: Where, frames: str = "") -> Signature | None:
        """The signature that decides about a line."""
        return self.first(line.text, where, frames, line.hits)


def relaxed(pattern: str) -> str:
    """A pattern that matches at least what ``pattern`` does, in any line of a text and behind anything.

    Counted repetitions go: in a set they would cost memory and time to compile, as ``.{0,200}`` is written out two
    hundred times. Starts of lines go because tags and progress bars may stand before them.
    """
    counted = _COUNTED.sub(lambda found: "*" if found.group(1) == "0" else "+", pattern)
    return "(?m)" + str(_START.sub(lambda found: found.group(1) or "", counted))


def words_of(pattern: str) -> Sequence[str]:
    """The words of which a line must hold one where ``pattern`` matches it.

    Raises:
        ValueError: The pattern requires none: it would be tried on every line.
    """
    from trainstop.classify.literals import required_words  # noqa: PLC0415 (the compiled form does without it)

    words = required_words(relaxed(pattern))
    if not words:
        raise ValueError(f"no word is required by the pattern {pattern!r}")
    return words
