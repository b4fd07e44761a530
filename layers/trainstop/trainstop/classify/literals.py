"""Words of which a text must hold at least one for a pattern to match: what is looked for before any pattern is.

They are worked out when signatures are compiled, by Python's own parser of regular expressions, which understands the
part of RE2's syntax that signatures use.
"""

from collections.abc import Iterable, Iterator, Sequence
from re import _parser as parser  # type: ignore[attr-defined]  # there is no public one
from typing import Any

_MAX_WORDS = 40
"""Alternatives beyond which a part of a pattern is no help."""

_TELLING_CHARACTERS = 12
"""Longer words are not rarer in practice."""

_FROM_LETTERS = 4
"""Characters of a class that are written out, e.g. of ``[Ee]rror``."""

Words = frozenset[str]
"""Lower-case words of which one must occur; empty when nothing is required."""

_NONE: Words = frozenset()


def required_words(pattern: str) -> Sequence[str]:
    """The words of which one must occur, in lower case, wherever ``pattern`` matches; () where there are none.

    Raises:
        re.error: Python's parser does not take the pattern.
    """
    words = _required(parser.parse(pattern))
    return tuple(sorted(word for word in words if not any(other in word for other in words - {word})))


def _required(sequence: Iterable[tuple[Any, Any]]) -> Words:
    """The best requirement of the parts of a sequence, all of which must match."""
    return max((words for words in _offers(sequence) if "" not in words), key=_worth, default=_NONE)


def _offers(sequence: Iterable[tuple[Any, Any]]) -> Iterator[Words]:
    """The requirement of each part, and of each run of plain characters."""
    runs: set[str] = {""}
    for name, value in sequence:
        spelled = _spelled(name, value)
        if spelled is None:
            yield frozenset(runs)
            runs = {""}
            yield _of_part(name, value)
        elif len(runs) * len(spelled) <= _MAX_WORDS:
            runs = {run + each for run in runs for each in spelled}
        else:
            yield frozenset(runs)
            runs = set(spelled)
    yield frozenset(runs)


def _spelled(name: Any, value: Any) -> set[str] | None:  # noqa: ANN401, PLR0911 (the parser has no types; one return for each kind)
    """All texts that a part can match, in lower case; None where they are too many to write out."""
    if name is parser.LITERAL:
        return {chr(value).lower()}
    if name is parser.AT:
        return {""}
    if name is parser.IN:
        singles = {chr(each).lower() for kind, each in value if kind is parser.LITERAL}
        plain = all(kind is parser.LITERAL for kind, _ in value)
        return singles if plain and len(singles) <= _FROM_LETTERS else None
    if name is parser.SUBPATTERN:
        return _spelled_sequence(value[3])
    if name is parser.BRANCH:
        branches = [_spelled_sequence(each) for each in value[1]]
        together = set().union(*(each for each in branches if each is not None))
        return together if None not in branches and len(together) <= _MAX_WORDS else None
    if name in (parser.MAX_REPEAT, parser.MIN_REPEAT) and value[1] is not parser.MAXREPEAT and value[1] <= _MAX_WORDS:
        return _repeated(*value)
    return None


def _repeated(least: int, most: int, sequence: Iterable[tuple[Any, Any]]) -> set[str] | None:
    once = _spelled_sequence(sequence)
    if once is None or (len(once) > 1 and most > 1):
        return None
    texts = {each * times for each in once for times in range(least, most + 1)}
    return texts if len(texts) <= _MAX_WORDS else None


def _spelled_sequence(sequence: Iterable[tuple[Any, Any]]) -> set[str] | None:
    texts = {""}
    for name, value in sequence:
        spelled = _spelled(name, value)
        if spelled is None or len(texts) * len(spelled) > _MAX_WORDS:
            return None
        texts = {text + each for text in texts for each in spelled}
    return texts


def _of_part(name: Any, value: Any) -> Words:  # noqa: ANN401 (the parser has no types)
    if name is parser.SUBPATTERN:
        return _required(value[3])
    if name in (parser.MAX_REPEAT, parser.MIN_REPEAT) and value[0] > 0:
        return _required(value[2])
    if name is parser.BRANCH:
        branches = [_required(each) for each in value[1]]
        return frozenset().union(*branches) if all(branches) else _NONE
    return _NONE


def _worth(words: Words) -> float:
    """How much a requirement tells: the length of its shortest word, less for many alternatives."""
    if not words:
        return -1.0
    return min(min(len(word), _TELLING_CHARACTERS) for word in words) - len(words) / _MAX_WORDS
