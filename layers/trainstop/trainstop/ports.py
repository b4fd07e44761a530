"""What the sequences need of the world. Adapters implement these on AWS; tests implement them in memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from trainstop.domain.evidence import Evidence
from trainstop.domain.failure import LogLine
from trainstop.domain.incident import Incident
from trainstop.domain.training_job import TrainingJob


class StopAnswer(StrEnum):
    """What StopTrainingJob answered."""

    ACCEPTED = "accepted"
    NOT_RUNNING = "not_running"
    """The job was already stopping or had ended: success, for the aim is reached (FORMATS.md 11)."""


class StopRefusedError(Exception):
    """SageMaker refused the stop for good, e.g. for a missing permission; the text is AWS's code and message."""


class TrainingJobs(Protocol):
    """SageMaker's training jobs."""

    def describe(self, training_job_name: str) -> TrainingJob | None:
        """The job as it is now; None where no such job exists."""

    def tags(self, training_job_arn: str) -> dict[str, str]:
        """The job's tags; empty where they may not be read."""

    def stop(self, training_job_name: str) -> StopAnswer:
        """Ask for the stop.

        Raises:
            StopRefusedError: a retry cannot help.
        """


class RuleJobs(Protocol):
    """The processing jobs in which Debugger evaluates rules."""

    def training_job_arn_of(self, processing_job_name: str) -> str | None:
        """The ARN of the training job that a processing job belongs to; None where it belongs to none."""


class Logs(Protocol):
    """Where training jobs write their logs."""

    def tail(self, job: TrainingJob, enough: Callable[[Sequence[LogLine]], bool]) -> Evidence:
        """The last lines of every host, further back while they are not enough, within stated bounds.

        Never raises for a log that is missing or unreadable.
        """


class Incidents(Protocol):
    """The incidents that are known."""

    def is_recorded(self, incident_id: str) -> bool:
        """Whether the incident is there in its final form."""

    def claim(self, incident_id: str, now: datetime) -> bool:
        """Take the right to act for an incident; False where somebody else has it or it is recorded."""

    def record(self, incident: Incident) -> bool:
        """Write the incident in its final form, once; False where it was there already."""


class StopBudget(Protocol):
    """Counts stops by the hour."""

    def take(self, now: datetime, limit: int) -> bool:
        """Take one stop out of the hour's budget; False where it is used up.

        Raises:
            BudgetUnreadableError: the count could be neither read nor written.
        """


class BudgetUnreadableError(Exception):
    """The stop budget cannot be read: the stop is held."""


class Told(Protocol):
    """Which incidents have been told."""

    def is_told(self, incident_id: str) -> bool:
        """Whether an alert was published for the incident."""

    def mark_told(self, incident_id: str, told_at: datetime) -> None:
        """Note that the alert was published; the first time stands."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What is handed to SNS.

    Attributes:
        attributes: By name, SNS's data type and the value.
    """

    subject: str
    body: str
    attributes: Mapping[str, tuple[str, str]]


class Alerts(Protocol):
    """The topic that people and machines subscribe to."""

    def publish(self, publication: Publication) -> str:
        """Publish; the answer is SNS's MessageId."""


class Archive(Protocol):
    """Where incidents are kept for years."""

    def put(self, key: str, body: bytes) -> None:
        """Write an object; a repeat overwrites it with the same content."""


class WatchQueue(Protocol):
    """The queue that watch reads."""

    def send(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Queue events in EventBridge's shape.

        Raises:
            RuntimeError: at least one was not taken.
        """


class DeadLetters(Protocol):
    """Where a message goes that no retry can mend."""

    def put(self, body: str, reason: str) -> None:
        """Keep the message as it came, with the reason beside it."""


@dataclass(frozen=True, slots=True)
class JobSummary:
    """One row of ListTrainingJobs (FORMATS.md 1.7): neither failure reason nor rules."""

    training_job_name: str
    training_job_arn: str
    training_job_status: str
    secondary_status: str
    last_modified_at: datetime


class JobList(Protocol):
    """ListTrainingJobs within its quota of two calls a second."""

    def changed(self, since: datetime, until: datetime) -> Iterator[JobSummary]:
        """Jobs that were modified in the time span."""

    def in_progress(self, limit: int) -> Iterator[JobSummary]:
        """Running jobs, newest first, at most so many."""


class SweepState(Protocol):
    """How far the last sweep came."""

    def load(self) -> datetime | None:
        """Up to when jobs were swept; None before the first sweep."""

    def save(self, swept_until: datetime) -> None:
        """Note it."""


class Clock(Protocol):
    """The time, as an argument."""

    def __call__(self) -> datetime:
        """Now, aware, in UTC."""
