"""What holds a stop or a resubmission, and what notes one that is to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StopLimit:
    """A limit on the stops of a clock hour.

    Attributes:
        owner: The limit counts the stops of this owner's jobs; "" for the limit on all.
    """

    stops_per_hour: int
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Breaker:
    """A limit was reached: no more stops until a person closes the breaker.

    Attributes:
        is_new: Whether this very stop opened it.
    """

    limit: StopLimit
    opened_at: datetime
    is_new: bool = False


class StopBudget(Protocol):
    """Counts stops by the hour, and stays closed once a limit was reached."""

    def take(self, now: datetime, limits: Sequence[StopLimit]) -> Breaker | None:
        """Take one stop out of the hour's budget under every limit; the open breaker where there is one.

        Raises:
            BudgetUnreadableError: the count could be neither read nor written.
        """


class BudgetUnreadableError(Exception):
    """The stop budget cannot be read: the stop is held."""


@dataclass(frozen=True, slots=True)
class Look:
    """A second look that a finding waits for.

    Attributes:
        is_new: Whether it has just been noted, so that somebody has to see to it that it is taken.
    """

    first_seen_at: datetime
    is_new: bool


class Looks(Protocol):
    """Findings whose stop waits."""

    def first_seen(self, incident_id: str, now: datetime, kept: timedelta) -> Look:
        """Note the finding unless it is noted; a note lapses after the time ``kept``."""


class Neighbours(Protocol):
    """Notifiers of other makes in the account."""

    def sdk_notifies(self, training_job_name: str) -> bool:
        """Whether an EventBridge rule of the SageMaker SDK tells of the job's end; False where that is unknown."""


@dataclass(frozen=True, slots=True)
class Retry:
    """A retry that was planned, and the line it is in.

    Attributes:
        root: The job that a person submitted.
        predecessor: The job that it is submitted in place of.
        cost_usd: What the line cost before it; None where unknown.
        faults: Fingerprint and instance type of every failure of the line.
        submitted: Whether the job was created.
    """

    training_job_name: str
    root: str
    predecessor: str
    attempt: int
    due_at: datetime
    thread: str
    cost_usd: Decimal | None
    faults: tuple[str, ...] = ()
    instance_type: str | None = None
    submitted: bool = False


class RetryRefusedError(Exception):
    """A retry cannot be scheduled for a reason that lasts; the text is AWS's code and message."""


class Retries(Protocol):
    """The retries that were planned, by the name of the new job."""

    def load(self, training_job_name: str) -> Retry | None:
        """The retry that is to have, or has, this name."""

    def plan(self, retry: Retry) -> Retry:
        """Note the retry, and see to it that it is taken up when it is due; one that is noted already stands.

        Raises:
            RetryRefusedError: nothing would take it up; a failure's alert must not wait for that.
        """

    def mark_submitted(self, training_job_name: str) -> None:
        """Note that the job was created."""
