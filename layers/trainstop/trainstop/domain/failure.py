"""What the classifier is given: one failed job, as described, and the ends of its logs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a job's log.

    Attributes:
        text: The message as CloudWatch has it, controls and secrets included.
        host: E.g. ``algo-1``; "" when not known.
        stream: The log stream's name; "" when not known.
        timestamp_ms: CloudWatch's time in milliseconds since 1970, None when not known.
    """

    text: str
    host: str = ""
    stream: str = ""
    timestamp_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """One job that ended without success.

    Attributes:
        failure_reason: DescribeTrainingJob's FailureReason; None and "" mean that there is none.
        secondary_status: E.g. ``Failed``, ``MaxRuntimeExceeded``, ``Interrupted``.
        lines: The last lines of every host's log, in time order; lines without a time in the order given.
        transitions: (status, status message) pairs of SecondaryStatusTransitions, oldest first.
        volume_size_gb: ResourceConfig's VolumeSizeInGB, of each instance.
        max_runtime_seconds: StoppingCondition's MaxRuntimeInSeconds.
        spot: EnableManagedSpotTraining.
        rules: Debugger and profiler rules that found issues, by name, with the evaluation's status details.
        log_stream_exists: False when the job has no log stream at all: it died before its container. None when nobody
            looked.
    """

    failure_reason: str | None = None
    secondary_status: str | None = None
    training_job_status: str | None = None
    lines: Sequence[LogLine] = ()
    transitions: Sequence[tuple[str, str]] = ()
    image: str | None = None
    instance_type: str | None = None
    volume_size_gb: int | None = None
    max_runtime_seconds: int | None = None
    spot: bool = False
    hyperparameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    rules: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    log_stream_exists: bool | None = None
