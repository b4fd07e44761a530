"""The ends of a job's logs, as far as they could be read."""

from dataclasses import dataclass

from trainstop.domain.failure import LogLine


@dataclass(frozen=True, slots=True)
class Evidence:
    """Log lines of all hosts in time order.

    Attributes:
        lines: As CloudWatch has them: hostile text, secrets included.
        stream_exists: False where the job has no log stream at all (it died before its container wrote); None where
            nobody looked.
        problem: Why less was read than asked for, e.g. a limit that was reached; None where all was read.
    """

    lines: tuple[LogLine, ...] = ()
    stream_exists: bool | None = None
    problem: str | None = None

    @property
    def host_count(self) -> int:
        """How many hosts wrote lines that were read."""
        return len({line.host for line in self.lines})
