"""The ends of a training job's CloudWatch log streams, within bounds (FORMATS.md 8)."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
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
_MAX_PAGE_LINES: Final = 10_000
_THROTTLED: Final = frozenset({"ThrottlingException", "LimitExceededException", "ServiceUnavailableException"})


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is read of one job's logs at most.

    ``streams`` hosts' streams are read, those that fell silent first before the others; the first host is always
    among them. ``seconds`` lets a batch of five messages end well within watch's time-out of 60 s.
    """

    lines_per_stream: int = 400
    most_lines_per_stream: int = 6400
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

    def tail(self, job: TrainingJob, enough: Callable[[Sequence[LogLine]], bool] = lambda _: True) -> Evidence:
        """The last lines of every host in time order; a log that is missing or unreadable is said, not raised.

        While the lines are not ``enough``, twice as many of each stream are read, as far as the bounds allow.
        """
        reading = _Reading(self._bounds, self._monotonic() + self._bounds.seconds, self._monotonic)
        try:
            tails = [_StreamTail(self._clients, self._log_group, name) for name in self._streams(job, reading)]
            if not tails:
                return Evidence(stream_exists=False, problem="the job has no log stream")
            lines = self._read(tails, reading, enough)
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                return Evidence(stream_exists=False, problem="the log group or stream does not exist")
            if is_denied(error) or code_of(error) in _THROTTLED:
                return Evidence(problem=f"the log could not be read: {code_of(error)}")
            raise
        return Evidence(tuple(lines), stream_exists=True, problem=reading.limit_reached)

    def _read(
        self, tails: Sequence["_StreamTail"], reading: "_Reading", enough: Callable[[Sequence[LogLine]], bool]
    ) -> list[LogLine]:
        wanted = self._bounds.lines_per_stream
        while True:
            for tail in tails:
                tail.read(wanted, reading)
            lines = [line for tail in tails for line in tail.lines(wanted)]
            lines.sort(key=lambda line: line.timestamp_ms or 0)
            is_all = all(tail.exhausted for tail in tails) or reading.stopped
            if is_all or wanted >= self._bounds.most_lines_per_stream or enough(lines):
                return lines
            wanted = min(wanted * 2, self._bounds.most_lines_per_stream)

    def _streams(self, job: TrainingJob, reading: "_Reading") -> list[str]:
        """Names of the streams to read. The slash keeps job ``a`` apart from job ``a-2``."""
        request: dict[str, Any] = {"logGroupName": self._log_group, "logStreamNamePrefix": f"{job.training_job_name}/"}
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


class _StreamTail:
    """The end of one stream, read backwards page by page."""

    def __init__(self, clients: Clients, log_group: str, stream: str) -> None:
        self._clients = clients
        self._request: dict[str, Any] = {"logGroupName": log_group, "logStreamName": stream, "startFromHead": False}
        self._stream = stream
        match = _HOST.search(stream)
        self._host = match["host"] if match else ""
        self._events: list[Any] = []
        self.exhausted = False

    def read(self, wanted: int, reading: "_Reading") -> None:
        """Read until so many lines are there. A page may be empty and yet not the last (FORMATS.md 8)."""
        while len(self._events) < wanted and not self.exhausted and reading.may_call():
            request = self._request | {"limit": min(wanted - len(self._events), _MAX_PAGE_LINES)}
            answer = self._clients.logs.get_log_events(**request)
            page = answer.get("events", [])
            self._events = [*page, *self._events]
            reading.count_bytes(sum(len(event.get("message", "")) for event in page))
            token = answer.get("nextBackwardToken")
            self.exhausted = not token or token == self._request.get("nextToken")
            self._request["nextToken"] = token

    def lines(self, wanted: int) -> Iterator[LogLine]:
        """The last lines that were read, oldest first."""
        for event in self._events[-wanted:]:
            yield LogLine(event.get("message", ""), self._host, self._stream, event.get("timestamp"))


@dataclass(slots=True)
class _Reading:
    """What one reading has used up."""

    bounds: Bounds
    deadline: float
    monotonic: Callable[[], float]
    calls: int = 0
    bytes_read: int = 0
    limit_reached: str | None = None
    stopped: bool = False
    """Whether a bound on calls, bytes or time ended the reading."""

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
        self.stopped = True
        return False

    def count_bytes(self, byte_count: int) -> None:
        """Add what a page brought."""
        self.bytes_read += byte_count
