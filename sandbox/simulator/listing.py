"""ListTrainingJobs: filters, order and pages."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from sandbox.simulator.errors import ApiError, throttled
from sandbox.simulator.jobs import TrainingJob

_DEFAULT_PAGE = 10
_KEYS: dict[str, Callable[[TrainingJob], Any]] = {
    "Name": lambda job: job.training_job_name,
    "CreationTime": lambda job: (job.created, job.training_job_name),
    "Status": lambda job: (job.training_job_status, job.training_job_name),
}


def page(jobs: Iterable[TrainingJob], request: dict[str, Any]) -> dict[str, Any]:
    """One page of summaries, the newest first unless asked otherwise.

    Raises:
        ApiError: the page's token is not one of ours.
    """
    wanted = [job for job in jobs if _fits(job, request)]
    order = request.get("SortBy") or "CreationTime"
    wanted.sort(key=_KEYS[order], reverse=(request.get("SortOrder") or "Descending") == "Descending")
    start = _start(request.get("NextToken"))
    end = start + (request.get("MaxResults") or _DEFAULT_PAGE)
    answer: dict[str, Any] = {"TrainingJobSummaries": [_summary(job) for job in wanted[start:end]]}
    if end < len(wanted):
        answer["NextToken"] = base64.urlsafe_b64encode(json.dumps(end).encode()).decode()
    return answer


class Quota:
    """So many calls a second, no more; AWS allows two for ListTrainingJobs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left, self._at = 0.0, 0.0

    def take(self, per_second: float | None) -> None:
        """Takes one call.

        Raises:
            ApiError: ThrottlingException, when there is none left.
        """
        if per_second is None:
            return
        with self._lock:
            now = time.monotonic()
            self._left = min(per_second, self._left + (now - self._at) * per_second)
            self._at = now
            if self._left < 1:
                raise throttled()
            self._left -= 1


def _fits(job: TrainingJob, request: dict[str, Any]) -> bool:
    def between(value: float, name: str) -> bool:
        after, before = request.get(f"{name}After"), request.get(f"{name}Before")
        return (after is None or value >= after) and (before is None or value <= before)

    return (
        between(job.created, "CreationTime")
        and between(job.modified, "LastModifiedTime")
        and (request.get("NameContains") or "") in job.training_job_name
        and request.get("StatusEquals") in {None, job.training_job_status}
        and not request.get("WarmPoolStatusEquals")
        and not request.get("TrainingPlanArnEquals")
    )


def _start(token: str | None) -> int:
    if not token:
        return 0
    try:
        return int(json.loads(base64.urlsafe_b64decode(token)))
    except ValueError:
        raise ApiError("ValidationException", "The pagination token is invalid.") from None


def _summary(job: TrainingJob) -> dict[str, Any]:
    summary = {
        "TrainingJobName": job.training_job_name,
        "TrainingJobArn": job.arn,
        "CreationTime": job.created,
        "TrainingEndTime": job.training_ended,
        "LastModifiedTime": job.modified,
        "TrainingJobStatus": job.training_job_status,
        "SecondaryStatus": job.secondary_status,
    }
    return {name: value for name, value in summary.items() if value is not None}
