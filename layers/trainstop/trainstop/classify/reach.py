"""Whether the end of a log that was read reaches back to a cause."""

from collections.abc import Sequence

from trainstop.classify.engine import read_log
from trainstop.classify.load import table
from trainstop.classify.signature import Rank
from trainstop.domain.failure import Failure, LogLine


def names_a_cause(lines: Sequence[LogLine]) -> bool:
    """Whether the lines hold a root cause, not only what launchers and victims say of one further back."""
    cause = read_log(Failure(lines=lines), table()).choice.cause
    return cause is not None and cause.rank is Rank.ROOT
