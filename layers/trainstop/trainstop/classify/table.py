"""All signatures at once: one pass of RE2's multi-pattern set over a line tells which of them match."""

from collections.abc import Iterable, Sequence
from typing import Any

import re2

from trainstop.classify.signature import Signature, Where, quiet

_COUNTED = re2.compile(r"\{(\d+),\d+\}")

_DFA_BYTES = 64 << 20
"""RE2's own budget for the states of the set; it is used as lines need it, not reserved."""


class Table:
    """Signatures in order of priority: of several that match a line, the first decides."""

    def __init__(self, signatures: Iterable[Signature]) -> None:
        self.signatures: Sequence[Signature] = tuple(signatures)
        self.by_id = {signature.id: signature for signature in self.signatures}
        self._set: Any = re2.Set.SearchSet(_options())
        for signature in self.signatures:
            self._set.Add(relaxed(signature.pattern))
        self._set.Compile()

    def matching(self, text: str, where: Where) -> list[Signature]:
        """Those that match ``text`` and apply to such texts (log or reason), by priority, generic ones last."""
        numbers = self._set.Match(text)
        if not numbers:
            return []
        found = [self.signatures[number] for number in sorted(numbers)]
        found = [s for s in found if s.where in (where, Where.BOTH) and s.matches(text)]
        return [s for s in found if not s.generic] + [s for s in found if s.generic]

    def first(self, text: str, where: Where, frames: str = "") -> Signature | None:
        """The signature that decides about ``text``, raised where ``frames`` say; None where none matches."""
        for signature in self.matching(text, where):
            if signature.fits_frames(frames):
                return signature
        return None


def relaxed(pattern: str) -> str:
    """A pattern that matches at least what ``pattern`` does, without counted repetitions.

    In a set they would cost memory and time to compile: ``.{0,200}`` is written out two hundred times.
    """
    return str(_COUNTED.sub(lambda found: "*" if found.group(1) == "0" else "+", pattern))


def _options() -> Any:  # noqa: ANN401 (google-re2 has no types)
    options = quiet()
    options.max_mem = _DFA_BYTES
    return options
