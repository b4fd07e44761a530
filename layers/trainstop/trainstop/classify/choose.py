"""Picks the cause among candidates: the earliest root that nothing explains and that the job did not survive."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import re2

from trainstop.classify.blocks import user_frame
from trainstop.classify.candidates import Candidate
from trainstop.classify.normalise import Line
from trainstop.classify.signature import Rank
from trainstop.domain.category import Category
from trainstop.domain.text import found_in

_PROGRESS = re2.compile(
    r"(?i)\b(?:epoch|step|iter|iteration|batch)s?\b[ :=\[#(/]*\d|\d+%\||\bloss\b\W{1,3}\d|\b(?:it/s|s/it)\b"
)
_SURVIVED_LINES = 3
"""Lines of progress after an error that show that the job went on."""

Backwards = Callable[[int, int], Iterable[Line]]
"""The lines between two positions in time order, the last first."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen and what was set aside.

    Attributes:
        cause: None when nothing points at a cause.
        why: One sentence on how it was chosen.
        victims: Consequences of the cause, in order.
        last_resort: The exception of the user's own code that reports the failure of something else, where nothing
            says what that was.
    """

    cause: Candidate | None
    why: str
    victims: tuple[Candidate, ...] = ()
    last_resort: Candidate | None = None


def choose(candidates: Sequence[Candidate], backwards: Backwards) -> Choice:
    """The cause among ``candidates``; ``backwards`` reads what stands between them."""
    victims = tuple(candidate for candidate in candidates if candidate.rank is Rank.VICTIM)
    hints = [candidate for candidate in candidates if candidate.rank is Rank.HINT]
    roots = _one_of_each_chain([candidate for candidate in candidates if candidate.rank is Rank.ROOT])
    roots = _not_survived(roots, backwards) or roots
    if roots:
        root = roots[0]
        hint = _explaining(root, [*hints, *roots[1:]])
        if hint is not None:
            return Choice(hint, "An earlier or accompanying line explains the error that followed.", victims)
        return Choice(_plainest(root, candidates), _why(root, len(victims)), victims)
    if hints:
        return Choice(_best_hint(hints), "No error names the cause; this line is the best sign of it.", victims)
    if victims:
        return Choice(victims[0], "Only consequences are seen; the first failure left no trace.", victims[1:])
    return Choice(None, "Nothing in the text names a cause.", last_resort=_last_resort(candidates))


def _last_resort(candidates: Sequence[Candidate]) -> Candidate | None:
    return next(
        (each for each in candidates if each.raised is not None and user_frame(each.raised.frames) is not None), None
    )


def _why(root: Candidate, victims: int) -> str:
    if root.signature is None:
        why = "An exception that no signature knows; its type decides."
    elif root.signature.generic:
        why = "The type of the exception decides; no signature knows its message."
    else:
        why = "A signature knows this message, and nothing earlier failed."
    return why if not victims else f"{why} {victims} consequence{'s' if victims > 1 else ''} set aside."


def _one_of_each_chain(roots: Sequence[Candidate]) -> list[Candidate]:
    """Of exceptions raised from one another the first, or the last of those that sum up the others."""
    chosen: dict[int, Candidate] = {}
    kept: list[Candidate] = []
    for root in roots:
        if root.raised is None:
            kept.append(root)
            continue
        known = chosen.get(root.raised.chain)
        if known is None or _says_it_better(root, known):
            chosen[root.raised.chain] = root
    return sorted([*kept, *chosen.values()], key=lambda root: root.order)


def _says_it_better(later: Candidate, earlier: Candidate) -> bool:
    if later.signature is not None and later.signature.last_in_chain:
        return not (_is_denied(earlier) and later.signature.category is Category.DATA_NOT_FOUND)
    return later.known and not earlier.known and _is_bare(earlier)


def _is_denied(candidate: Candidate) -> bool:
    """True for a refusal, which libraries like to sum up as something that is not there."""
    return candidate.signature is not None and candidate.signature.category is Category.ACCESS_DENIED


def _is_bare(candidate: Candidate) -> bool:
    """True for an exception that is raised and caught as a matter of course, with a key for a message."""
    raised = candidate.raised
    return raised is not None and raised.type in ("KeyError", "AttributeError", "StopIteration", "ModuleNotFoundError")


def _not_survived(roots: Sequence[Candidate], backwards: Backwards) -> list[Candidate]:
    """Without errors after which the same rank of the same host went on training, where a later error is there."""
    if len(roots) < 2:  # noqa: PLR2004 (one root has no rival)
        return list(roots)
    fatal = [roots[-1]]
    undecided = list(roots[:-1])
    progress: dict[tuple[str, str], set[str]] = {_writer(root.line): set() for root in undecided}
    for line in backwards(roots[0].position, roots[-1].position):
        while undecided and undecided[-1].position >= line.position:
            _keep_fatal(undecided.pop(), progress, fatal)
        seen = progress.get(_writer(line))
        if seen is not None and len(seen) < _SURVIVED_LINES and _is_progress(line.text):
            seen.add(line.text)
            if all(len(each) == _SURVIVED_LINES for each in progress.values()):
                undecided = []
    for root in reversed(undecided):
        _keep_fatal(root, progress, fatal)
    return fatal[::-1]


def _keep_fatal(root: Candidate, progress: dict[tuple[str, str], set[str]], fatal: list[Candidate]) -> None:
    if len(progress[_writer(root.line)]) < _SURVIVED_LINES:
        fatal.append(root)


def _writer(line: Line) -> tuple[str, str]:
    return line.host, line.tag


def _is_progress(text: str) -> bool:
    return not text.startswith("wandb:") and found_in(_PROGRESS, text)


def _explaining(root: Candidate, hints: Sequence[Candidate]) -> Candidate | None:
    if root.signature is None:
        return None
    return next((h for h in hints if h.signature is not None and root.signature.id in h.signature.explains), None)


def _best_hint(hints: Sequence[Candidate]) -> Candidate:
    """One that explains another, else the first that names a category: how the process ended comes after it."""
    ids = {hint.signature.id for hint in hints if hint.signature is not None}
    explaining = next((hint for hint in hints if hint.signature and ids & set(hint.signature.explains)), None)
    return explaining or next(
        (h for h in hints if h.signature is not None and h.signature.category is not Category.UNKNOWN), hints[0]
    )


def _plainest(root: Candidate, candidates: Sequence[Candidate]) -> Candidate:
    """The same words without colours, where a notebook printed them twice; else ``root``."""
    if "\x1b" not in root.line.raw:
        return root
    same = (c for c in candidates if c.line.text == root.line.text and "\x1b" not in c.line.raw)
    return next(same, root)
