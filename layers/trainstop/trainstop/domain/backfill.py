"""How far a backfill came, and what it found so far."""

from datetime import datetime
from decimal import Decimal

from pydantic import AwareDatetime

from trainstop.domain.base import Frozen


class Tally(Frozen):
    """What a backfill did.

    Attributes:
        listed_count: Jobs that ListTrainingJobs named, whatever their status.
        recorded_count: Incidents that it recorded; in a dry run those that it would record at least.
        known_count: Incidents that were there before.
        completed_count: Jobs that completed; a dry run does not look into them.
        good_run_count: Completed jobs that were kept as the last good run of their family.
        without_log_count: Jobs with an incident of which no log line is left.
        gone_count: Jobs that were listed and that DescribeTrainingJob does not know.
        lost_usd: What the jobs that failed or ran into a limit cost, as far as known.
        unknown_cost_count: Of how many of these it is not known.
    """

    listed_count: int = 0
    recorded_count: int = 0
    known_count: int = 0
    completed_count: int = 0
    good_run_count: int = 0
    without_log_count: int = 0
    gone_count: int = 0
    lost_usd: Decimal = Decimal(0)
    unknown_cost_count: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """The two together."""
        return Tally(**{name: getattr(self, name) + getattr(other, name) for name in Tally.model_fields})


class Unread(Frozen):
    """A job that could not be described, and why: AWS's code and message, or what its description lacks."""

    training_job_name: str
    reason: str


class Backfilled(Frozen):
    """How far a backfill came, from its end backwards.

    Attributes:
        until: Its end.
        reached: What was modified from here to its end has been looked at.
        unread: Jobs that could not be described, to be tried once more.
    """

    until: AwareDatetime
    reached: AwareDatetime
    tally: Tally = Tally()
    unread: tuple[Unread, ...] = ()

    @classmethod
    def beginning(cls, until: datetime) -> "Backfilled":
        """Of a backfill that has done nothing yet."""
        return cls(until=until, reached=until)

    def plus(self, tally: Tally, *unread: Unread) -> "Backfilled":
        """After one more step."""
        return self.model_copy(update={"tally": self.tally + tally, "unread": (*self.unread, *unread)})

    def at(self, reached: datetime) -> "Backfilled":
        """After a slice of time."""
        return self.model_copy(update={"reached": reached})
