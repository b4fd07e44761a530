"""SageMaker's jobs and their logs, as the sequences need them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from trainstop.domain.evidence import Evidence
from trainstop.domain.failure import LogLine
from trainstop.domain.training_job import TrainingJob


class StopAnswer(StrEnum):
    """What StopTrainingJob answered."""

    ACCEPTED = "accepted"
    NOT_RUNNING = "not_running"
    """The job was already stopping or had ended: success, for the aim is reached (FORMATS.md 11)."""


class StopRefusedError(Exception):
    """SageMaker refused the stop for good, e.g. for a missing permission; the text is AWS's code and message."""


class SubmissionRefusedError(Exception):
    """SageMaker refused the submission for good; the text is AWS's code and message."""


class TrainingJobs(Protocol):
    """SageMaker's training jobs."""

    def describe(self, training_job_name: str) -> TrainingJob | None:
        """The job as it is now; None where no such job exists."""

    def tags(self, training_job_arn: str) -> dict[str, str] | None:
        """The job's tags; None where they may not be read."""

    def stop(self, training_job_name: str) -> StopAnswer:
        """Ask for the stop.

        Raises:
            StopRefusedError: a retry cannot help.
        """

    def running(self, prefix: str) -> tuple[str, ...]:
        """Names of the jobs in progress that start with the prefix, capitals or not; of very many, the newest."""

    def create(self, request: Mapping[str, Any]) -> str:
        """Submit a job; the answer is its ARN. A job of that name that is there already is success.

        Raises:
            SubmissionRefusedError: a retry of the call cannot help.
        """


class TaggedJobs(TrainingJobs, Protocol):
    """Training jobs whose tags may be changed."""

    def tag(self, training_job_arn: str, key: str, value: str) -> None:
        """Set a tag."""

    def untag(self, training_job_arn: str, key: str) -> None:
        """Remove a tag; one that is not there is success."""


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


@dataclass(frozen=True, slots=True)
class JobSummary:
    """One row of ListTrainingJobs (FORMATS.md 1.7): neither failure reason nor rules."""

    training_job_name: str
    training_job_arn: str
    training_job_status: str
    secondary_status: str
    last_modified_at: datetime


class TooManyJobsError(RuntimeError):
    """A time span holds more jobs than one listing takes; it is not silently cut."""


class JobUnreadableError(Exception):
    """A job cannot be described; the text is AWS's code and message, or what is wrong with the answer."""


class JobList(Protocol):
    """ListTrainingJobs within its quota of two calls a second."""

    def changed(self, since: datetime, until: datetime) -> Iterator[JobSummary]:
        """Jobs that were modified in the time span.

        Raises:
            TooManyJobsError: there are more than one listing takes.
        """

    def in_progress(self, limit: int) -> Iterator[JobSummary]:
        """Running jobs, newest first, at most so many."""


class SweepState(Protocol):
    """How far the last sweep came."""

    def load(self) -> datetime | None:
        """Up to when jobs were swept; None before the first sweep."""

    def save(self, swept_until: datetime) -> None:
        """Note it."""
