"""What a backfill needs of AWS: jobs at a pace, and a note of how far it came."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from botocore.exceptions import ClientError
from pydantic import ValidationError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import code_of, is_denied, message_of
from trainstop.adapters.sagemaker import SageMakerJobs
from trainstop.domain.backfill import Backfilled
from trainstop.domain.training_job import TrainingJob
from trainstop.ports import JobUnreadableError
from trainstop.records.times import epoch_seconds, iso

SECONDS_BETWEEN_LISTS: Final = 1.0
"""Half of ListTrainingJobs' quota, which is the account's (FORMATS.md 11): the sweep and people list, too."""

SECONDS_BETWEEN_JOBS: Final = 0.25
"""DescribeTrainingJob's quota is not public; people and pipelines need it meanwhile."""

KEPT: Final = timedelta(days=90)
_THIS_JOB_ONLY = frozenset({"ThrottlingException", "Throttling", "InternalFailure", "ServiceUnavailable"})


class PacedJobs:
    """Descriptions and tags of training jobs, not faster than the pace."""

    def __init__(
        self,
        clients: Clients,
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
        seconds_between_jobs: float = SECONDS_BETWEEN_JOBS,
    ) -> None:
        self._jobs = SageMakerJobs(clients)
        self._monotonic = monotonic
        self._sleep = sleep
        self._seconds_between_jobs = seconds_between_jobs
        self._next_at = monotonic()

    def describe(self, training_job_name: str) -> TrainingJob | None:
        """The job; None where SageMaker does not know it.

        Raises:
            JobUnreadableError: a permission is missing, SageMaker throttles on, or the answer has another form.
        """
        now = self._monotonic()
        if now < self._next_at:
            self._sleep(self._next_at - now)
        self._next_at = max(now, self._next_at) + self._seconds_between_jobs
        try:
            return self._jobs.describe(training_job_name)
        except ValidationError as error:
            raise JobUnreadableError(f"its description has another form: {error.error_count()} faults") from error
        except ClientError as error:
            raise _unreadable(error) from error

    def tags(self, training_job_arn: str) -> dict[str, str] | None:
        """Its tags; None where they may not be read.

        Raises:
            JobUnreadableError: SageMaker throttles on.
        """
        try:
            return self._jobs.tags(training_job_arn)
        except ClientError as error:
            raise _unreadable(error) from error


def _unreadable(error: ClientError) -> Exception:
    """What concerns one job; whatever else is wrong, e.g. the credentials, ends the backfill."""
    if is_denied(error) or code_of(error) in _THIS_JOB_ONLY:
        return JobUnreadableError(f"{code_of(error)}: {message_of(error)}")
    return error


class BackfillTable:
    """BackfillState as items ``backfill#<kind>#<end>`` of the incidents table: another person or machine can go on."""

    def __init__(self, clients: Clients, table_name: str, *, completed: bool, now: Callable[[], datetime]) -> None:
        """Backfills with and without completed jobs are noted apart: one has not seen what the other has."""
        self._clients = clients
        self._table_name = table_name
        self._kind = "all" if completed else "failed"
        self._now = now

    def load(self, until: datetime) -> Backfilled | None:
        """Of the backfill that ends then. A note that has lapsed, or of a form that is not known here, is none."""
        answer = self._clients.dynamodb.get_item(TableName=self._table_name, Key=self._key(until), ConsistentRead=True)
        item = answer.get("Item")
        if not item or int(item["expires_at"]["N"]) < self._now().timestamp():
            return None
        try:
            return Backfilled.model_validate_json(item["backfilled"]["S"])
        except ValidationError:
            return None

    def save(self, backfilled: Backfilled) -> None:
        """Note it; of two runs at a time the last note stands, and neither records anything twice."""
        self._clients.dynamodb.put_item(
            TableName=self._table_name,
            Item=self._key(backfilled.until)
            | {
                "backfilled": {"S": backfilled.model_dump_json()},
                "expires_at": {"N": epoch_seconds(self._now() + KEPT)},
            },
        )

    def _key(self, until: datetime) -> dict[str, dict[str, str]]:
        return {"pk": {"S": f"backfill#{self._kind}#{iso(until)}"}}
