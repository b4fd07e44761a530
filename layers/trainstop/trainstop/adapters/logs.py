"""The ends of a training job's CloudWatch log streams, within bounds (FORMATS.md 8)."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import code_of, is_denied
from trainstop.domain.evidence import Evidence
from trainstop.domain.failure import LogLine
from trainstop.domain.training_job import TrainingJob

LOG_GROUP: Final = "/aws/sagemaker/TrainingJobs"
_HOST = re.compile(r"/(?P<host>algo-\d{1,6})-")
_THROTTLED: Final = frozenset({"ThrottlingException", "LimitExceededException", "ServiceUnavailableException"})


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is read of one job's logs at most.

    ``streams`` hosts' streams are read, those that fell silent first before the others; the first host is always
    among them. ``seconds`` lets a batch of five messages end well within watch's time-out of 60 s.
    """

    lines_per_stream: int = 400
    streams: int = 48
    calls: int = 120
    total_bytes: int = 4_000_000
    seconds: float = 8.0


class CloudWatchLogs:
    """Log streams of training jobs: ``JOB/algo-N-EPOCH``, one or more for each host."""

    def __init__(
        self,
        clients: Clients,
        log_group: str = LOG_GROUP,
        bounds: Bounds | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clients = clients
        self._log_group = log_group
        self._bounds = bounds or Bounds()
        self._monotonic = monotonic

    def tail(self, job: TrainingJob) -> Evidence:
        """The last lines of every host in time order; a log that is missing or unreadable is said, not raised."""
        reading = _Reading(self._bounds, self._monotonic() + self._bounds.seconds, self._monotonic)
        try:
            streams = self._streams(job.training_job_name, reading)
            if not streams:
                return Evidence(stream_exists=False, problem="the job has no log stream")
            lines = [line for stream in streams for line in self._tail_of(stream, reading)]
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                return Evidence(stream_exists=False, problem="the log group or stream does not exist")
            if is_denied(error) or code_of(error) in _THROTTLED:
                return Evidence(problem=f"the log could not be read: {code_of(error)}")
            raise
        lines.sort(key=lambda line: line.timestamp_ms or 0)
        return Evidence(tuple(lines), stream_exists=True, problem=reading.limit_reached)

    def _streams(self, training_job_name: str, reading: "_Reading") -> list[str]:
        """Names of the streams to read. The slash keeps job ``a`` apart from job ``a-2``."""
        request: dict[str, Any] = {"logGroupName": self._log_group, "logStreamNamePrefix": f"{training_job_name}/"}
        found: list[Any] = []
        while reading.may_call():
            answer = self._clients.logs.describe_log_streams(**request)
            found.extend(answer.get("logStreams", []))
            if not answer.get("nextToken"):
                break
            request["nextToken"] = answer["nextToken"]
        found.sort(key=lambda stream: ("/algo-1-" not in stream["logStreamName"], stream.get("lastEventTimestamp", 0)))
        if len(found) > self._bounds.streams:
            reading.limit_reached = f"{len(found)} log streams, of which {self._bounds.streams} were read"
        return [stream["logStreamName"] for stream in found[: self._bounds.streams]]

    def _tail_of(self, stream: str, reading: "_Reading") -> Iterator[LogLine]:
        """One stream's last lines, oldest first. A page may be empty and yet not the last (FORMATS.md 8)."""
        match = _HOST.search(stream)
        host = match["host"] if match else ""
        wanted = self._bounds.lines_per_stream
        request: dict[str, Any] = {
            "logGroupName": self._log_group,
            "logStreamName": stream,
            "startFromHead": False,
            "limit": wanted,
        }
        events: list[Any] = []
        while len(events) < wanted and reading.may_call():
            answer = self._clients.logs.get_log_events(**request)
            page = answer.get("events", [])
            events = [*page, *events]
            reading.count_bytes(sum(len(event.get("message", "")) for event in page))
            token = answer.get("nextBackwardToken")
            if not token or token == request.get("nextToken"):
                break
            request["nextToken"] = token
        for event in events[-wanted:]:
            yield LogLine(event.get("message", ""), host, stream, event.get("timestamp"))


@dataclass(slots=True)
class _Reading:
    """What one reading has used up."""

    bounds: Bounds
    deadline: float
    monotonic: Callable[[], float]
    calls: int = 0
    bytes_read: int = 0
    limit_reached: str | None = None

    def may_call(self) -> bool:
        """Count a call, or say which limit forbids it."""
        if self.calls >= self.bounds.calls:
            self.limit_reached = f"stopped after {self.bounds.calls} calls"
        elif self.bytes_read >= self.bounds.total_bytes:
            self.limit_reached = f"stopped after {self.bounds.total_bytes} bytes"
        elif self.monotonic() >= self.deadline:
            self.limit_reached = f"stopped after {self.bounds.seconds:g} seconds"
        else:
            self.calls += 1
            return True
        return False

    def count_bytes(self, byte_count: int) -> None:
        """Add what a page brought."""
        self.bytes_read += byte_count
