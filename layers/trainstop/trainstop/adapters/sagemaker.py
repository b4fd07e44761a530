"""SageMaker's training and rule jobs, as ports."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import ClientError, ParamValidationError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import code_of, is_denied, message_of
from trainstop.domain.training_job import TrainingJob
from trainstop.ports import JobSummary, StopAnswer, StopRefusedError, SubmissionRefusedError, TooManyJobsError

_UNKNOWN_JOB_CODES: Final = frozenset({"ResourceNotFound"})
_UNKNOWN_JOB_TEXTS: Final = ("Requested resource not found", "Could not find")
_NOT_RUNNING_TEXT: Final = "is in status"
_LASTING_REFUSALS: Final = frozenset({"ValidationException", "ResourceLimitExceeded"})
_MAX_TAG_PAGES: Final = 2
_MAX_RUNNING_PAGES: Final = 5
_PAGE_SIZE: Final = 100
_MAX_PAGES: Final = 50
_SECONDS_BETWEEN_LIST_CALLS: Final = 0.6


class SageMakerJobs:
    """Training jobs by DescribeTrainingJob, StopTrainingJob and ListTags; rule jobs by DescribeProcessingJob."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def describe(self, training_job_name: str) -> TrainingJob | None:
        """The job as it is now; None where SageMaker does not know it."""
        try:
            answer = self._clients.sagemaker.describe_training_job(TrainingJobName=training_job_name)
        except ClientError as error:
            if _is_unknown(error):
                return None
            raise
        return TrainingJob.model_validate(answer)

    def tags(self, training_job_arn: str) -> dict[str, str] | None:
        """The job's tags; None where they may not be read, for one of them may protect the job."""
        tags: dict[str, str] = {}
        request: dict[str, Any] = {"ResourceArn": training_job_arn}
        try:
            for _ in range(_MAX_TAG_PAGES):
                answer = self._clients.sagemaker.list_tags(**request)
                tags.update((tag["Key"], tag["Value"]) for tag in answer.get("Tags", []))
                if not answer.get("NextToken"):
                    break
                request["NextToken"] = answer["NextToken"]
        except ClientError as error:
            if not (is_denied(error) or _is_unknown(error)):
                raise
            return None
        return tags

    def stop(self, training_job_name: str) -> StopAnswer:
        """Ask for the stop. A job that is not running any more is success (FORMATS.md 11).

        Raises:
            StopRefusedError: a permission is missing, or SageMaker refuses for another lasting reason.
        """
        try:
            self._clients.sagemaker.stop_training_job(TrainingJobName=training_job_name)
        except ClientError as error:
            if code_of(error) == "ValidationException" and _NOT_RUNNING_TEXT in message_of(error):
                return StopAnswer.NOT_RUNNING
            if is_denied(error) or code_of(error) == "ValidationException" or _is_unknown(error):
                raise StopRefusedError(f"{code_of(error)}: {message_of(error)}") from error
            raise
        return StopAnswer.ACCEPTED

    def running(self, prefix: str) -> tuple[str, ...]:
        """Names of the jobs in progress that start with the prefix, capitals or not; at most the newest 500.

        NameContains heeds capitals, so it gets the prefix as it is and, where that finds nothing, all running jobs are
        looked through.
        """
        named = [name for name in self._in_progress({"NameContains": prefix}) if _starts(name, prefix)]
        return tuple(named or (name for name in self._in_progress({}) if _starts(name, prefix)))

    def _in_progress(self, request: dict[str, Any]) -> Iterator[str]:
        request = request | {"StatusEquals": "InProgress", "SortBy": "CreationTime", "SortOrder": "Descending"}
        for _ in range(_MAX_RUNNING_PAGES):
            answer = self._clients.sagemaker.list_training_jobs(**request, MaxResults=_PAGE_SIZE)
            yield from (row["TrainingJobName"] for row in answer.get("TrainingJobSummaries", []))
            if not answer.get("NextToken"):
                return
            request["NextToken"] = answer["NextToken"]

    def create(self, request: Mapping[str, Any]) -> str:
        """Submit a job. One of its name that is there is the one that an earlier attempt submitted.

        Raises:
            SubmissionRefusedError: SageMaker refuses for a reason that lasts; a quota is one, for a retry is due later.
        """
        try:
            return self._clients.sagemaker.create_training_job(**request)["TrainingJobArn"]
        except ClientError as error:
            code = code_of(error)
            if code == "ResourceInUse":
                return ""
            if is_denied(error) or code in _LASTING_REFUSALS or _is_unknown(error):
                raise SubmissionRefusedError(f"{code}: {message_of(error)}") from error
            raise
        except ParamValidationError as error:
            raise SubmissionRefusedError(f"ValidationException: {error}") from error

    def tag(self, training_job_arn: str, key: str, value: str) -> None:
        """Set a tag."""
        self._clients.sagemaker.add_tags(ResourceArn=training_job_arn, Tags=[{"Key": key, "Value": value}])

    def untag(self, training_job_arn: str, key: str) -> None:
        """Remove a tag."""
        self._clients.sagemaker.delete_tags(ResourceArn=training_job_arn, TagKeys=[key])

    def training_job_arn_of(self, processing_job_name: str) -> str | None:
        """The member TrainingJobArn of the processing job; None where it belongs to no training job."""
        try:
            answer = self._clients.sagemaker.describe_processing_job(ProcessingJobName=processing_job_name)
        except ClientError as error:
            if _is_unknown(error):
                return None
            raise
        return answer.get("TrainingJobArn")


class SageMakerJobList:
    """ListTrainingJobs, kept under its quota of two calls a second for the account (FORMATS.md 11)."""

    def __init__(
        self,
        clients: Clients,
        pause: Callable[[float], None] = time.sleep,
        seconds_between_calls: float = _SECONDS_BETWEEN_LIST_CALLS,
    ) -> None:
        self._clients = clients
        self._pause = pause
        self._seconds_between_calls = seconds_between_calls
        self._called = False

    def changed(self, since: datetime, until: datetime) -> Iterator[JobSummary]:
        """Jobs modified in the time span, newest creation first.

        Raises:
            TooManyJobsError: the span holds more than 5,000 jobs.
        """
        request = {"LastModifiedTimeAfter": since, "LastModifiedTimeBefore": until}
        yield from self._pages(request, limit=None)

    def in_progress(self, limit: int) -> Iterator[JobSummary]:
        """Running jobs, newest first, at most ``limit``."""
        yield from self._pages({"StatusEquals": "InProgress"}, limit)

    def _pages(self, request: dict[str, Any], limit: int | None) -> Iterator[JobSummary]:
        request = request | {"SortBy": "CreationTime", "SortOrder": "Descending", "MaxResults": _PAGE_SIZE}
        count = 0
        for _ in range(_MAX_PAGES):
            if self._called:
                self._pause(self._seconds_between_calls)
            self._called = True
            answer = self._clients.sagemaker.list_training_jobs(**request)
            for row in answer.get("TrainingJobSummaries", []):
                if limit is not None and count >= limit:
                    return
                count += 1
                yield _summary(row)
            if not answer.get("NextToken"):
                return
            request["NextToken"] = answer["NextToken"]
        if limit is None:
            raise TooManyJobsError(f"more than {_MAX_PAGES * _PAGE_SIZE} training jobs changed in one slice of time")


def _starts(name: str, prefix: str) -> bool:
    return name.lower().startswith(prefix.lower())


def _summary(row: Any) -> JobSummary:  # noqa: ANN401 - a row of boto3's answer
    return JobSummary(
        training_job_name=row["TrainingJobName"],
        training_job_arn=row["TrainingJobArn"],
        training_job_status=row["TrainingJobStatus"],
        secondary_status=row.get("SecondaryStatus", ""),
        last_modified_at=row.get("LastModifiedTime") or row["CreationTime"],
    )


def _is_unknown(error: ClientError) -> bool:
    """SageMaker answers ValidationException for an unknown job, so its text has to tell (FORMATS.md 11)."""
    return code_of(error) in _UNKNOWN_JOB_CODES or (
        code_of(error) == "ValidationException" and message_of(error).startswith(_UNKNOWN_JOB_TEXTS)
    )
