"""A signature: how one software words one failure, and what that means."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import re2

from trainstop.domain.category import Actor, Category, Retry
from trainstop.domain.text import found_in


class Rank(StrEnum):
    """What a line that matches says about the cause.

    ``ROOT`` names a cause. ``HINT`` names one too, but counts only where no root is found, or before the roots that
    it explains. ``VICTIM`` follows from a failure elsewhere. ``WRAPPER`` reports that something failed, not what.
    ``NOISE`` says nothing about the failure, however alarming it looks.
    """

    ROOT = "root"
    HINT = "hint"
    VICTIM = "victim"
    WRAPPER = "wrapper"
    NOISE = "noise"


class Where(StrEnum):
    """Which texts a signature is looked for in."""

    REASON = "reason"
    LOG = "log"
    BOTH = "both"


@dataclass(frozen=True)
class Signature:
    """One way in which one software says that something failed.

    Attributes:
        id: Stable and unique, e.g. ``torch-cuda-out-of-memory``.
        pattern: RE2, searched in one cleaned line (or in one exception with its message).
        frames: RE2 that some frame of the exception's traceback must match too; None means any.
        explains: Ids of roots that this one takes over from, though it stands after them or is only a hint.
        last_in_chain: In a chain of exceptions this one says it better than those that it was raised from.
        points_to: RE2 of the line to point at, among the few that follow the match; None points at the match itself.
        reads: RE2 patterns whose named groups are read out of the line, beside those of ``pattern``.
        generic: Decides only where no signature that is not generic matches.
        retry: Overrides the category's; None keeps it. Likewise ``actor`` and ``advice``.
    """

    id: str
    family: str
    category: Category
    pattern: str
    rank: Rank = Rank.ROOT
    where: Where = Where.BOTH
    frames: str | None = None
    explains: tuple[str, ...] = ()
    last_in_chain: bool = False
    points_to: str | None = None
    reads: tuple[str, ...] = ()
    generic: bool = False
    retry: Retry | None = None
    actor: Actor | None = None
    advice: str | None = None

    @cached_property
    def _regex(self) -> Any:  # noqa: ANN401 (google-re2 has no types)
        return re2.compile(self.pattern, quiet())

    @cached_property
    def _frames_regex(self) -> Any:  # noqa: ANN401 (google-re2 has no types)
        return re2.compile(self.frames or "", quiet())

    @cached_property
    def points_to_regex(self) -> Any:  # noqa: ANN401 (google-re2 has no types)
        """The compiled form of ``points_to``."""
        return re2.compile(self.points_to or "", quiet())

    def matches(self, text: str) -> bool:
        """True where the pattern is found in ``text``."""
        return found_in(self._regex, text)

    def fits_frames(self, frames: str) -> bool:
        """True where ``frames`` (a traceback's frames, joined by line breaks) are those that are asked for."""
        return self.frames is None or found_in(self._frames_regex, frames)

    def captures(self, text: str) -> dict[str, str]:
        """The named groups that are read out of ``text``; {} where there are none."""
        read: dict[str, str] = {}
        for pattern in (self.pattern, *self.reads):
            found = re2.search(pattern, text) if "(?P<" in pattern else None
            if found:
                read |= {name: value for name, value in found.groupdict().items() if value}
        return read


def quiet() -> Any:  # noqa: ANN401 (google-re2 has no types)
    """Options under which RE2 raises its errors and does not print them too."""
    options = re2.Options()
    options.log_errors = False
    return options
