"""A log in time order, and the part of it that is worth reading."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from trainstop.classify.normalise import Line, in_one_piece, parts, repaired
from trainstop.domain.failure import LogLine

MAX_LINES = 200_000
"""Messages that are looked at, the last of the log."""

MAX_READ = 20_000
"""Messages that are read line by line, the last of those that hold anything."""

CHUNK = 64
"""Messages that are looked at in one go. What an exception says reaches no further than that (``blocks.MAX_TAIL``)."""


class Log:
    """The messages of all hosts, by their times where all have one, else as given."""

    def __init__(self, lines: Sequence[LogLine]) -> None:
        first = max(0, len(lines) - MAX_LINES)
        self._messages: Sequence[LogLine] = lines[first:] if first else lines
        self._indexes: Sequence[int] = range(first, first + len(self._messages))
        times = [message.timestamp_ms for message in self._messages]
        if None not in times and any(earlier > later for earlier, later in pairwise(times)):  # type: ignore[operator]
            order = sorted(range(len(times)), key=lambda number: times[number])  # type: ignore[arg-type,return-value]
            self._messages = [self._messages[number] for number in order]
            self._indexes = [first + number for number in order]

    def telling(self, stirs: Callable[[str], bool], hits: Callable[[str], Sequence[int]]) -> list[Line]:
        """The lines that may tell of a failure, with those that stand around them; the rest is not taken apart.

        Args:
            stirs: False when the classifier would pass over all lines of a text.
            hits: Numbers of the patterns that a line may match.
        """
        positions: list[int] = []
        for own in self._by_host():
            positions += _telling([self._messages[position].text for position in own], own, stirs)
        positions = sorted(positions)[-MAX_READ:]
        return repaired(((at, self._indexes[at], self._messages[at]) for at in positions), hits)

    def backwards(self, first: int, last: int) -> Iterator[Line]:
        """The lines of the messages between two positions, the last first."""
        for position in range(last - 1, first, -1):
            message = self._messages[position]
            for tag, text in parts(message.text):
                yield Line(self._indexes[position], position, -1, text, message.text, tag, message.host)

    def _by_host(self) -> Sequence[Sequence[int]]:
        if len({message.host for message in self._messages}) == 1:
            return [range(len(self._messages))]
        hosts: dict[str, list[int]] = {}
        for position, message in enumerate(self._messages):
            hosts.setdefault(message.host, []).append(position)
        return list(hosts.values())


def _telling(texts: Sequence[str], positions: Sequence[int], stirs: Callable[[str], bool]) -> list[int]:
    """The positions of chunks in which something hits, and of their neighbours."""
    starts = range(0, len(texts), CHUNK)
    hit = [stirs(in_one_piece(texts[start : start + CHUNK])) for start in starts]
    told: list[int] = []
    for number, start in enumerate(starts):
        if any(hit[max(0, number - 1) : number + 2]):
            told += positions[start : start + CHUNK]
    return told
