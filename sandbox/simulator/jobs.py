"""A training job as SageMaker keeps it, with the members and the life that moto's has not."""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.sagemaker.models import FakeTrainingJob

from sandbox.simulator import validation

TERMINAL = frozenset({"Completed", "Failed", "Stopped"})
# The secondary statuses that a status can have, those that AWS keeps only for old jobs left out.
LEGAL = {
    "InProgress": frozenset(
        {"Pending", "Starting", "Downloading", "DownloadingTrainingImage", "Training", "Uploading"}
        | {"Interrupted", "Restarting", "Updating"}
    ),
    "Stopping": frozenset({"Stopping"}),
    "Stopped": frozenset({"Stopped", "MaxRuntimeExceeded", "MaxWaitTimeExceeded"}),
    "Failed": frozenset({"Failed"}),
    "Completed": frozenset({"Completed"}),
}
_MESSAGES = {
    "Pending": "Waiting for training capacity",
    "Starting": "Starting the training job",
    "Downloading": "Downloading input data",
    "DownloadingTrainingImage": "Downloading the training image",
    "Training": "Training image download completed. Training in progress.",
    "Uploading": "Uploading generated training model",
    "Interrupted": "Spot instances were reclaimed",
    "Restarting": "Restarting the training job",
    "Stopping": "Stopping the training job",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds provided",
    "MaxWaitTimeExceeded": "Training job wait time exceeded MaxWaitTimeInSeconds provided",
    "Completed": "Training job completed",
}
_BILLED_FROM = frozenset({"Downloading", "DownloadingTrainingImage", "Training"})
# What a spot job is billed for, of its training time, unless a scenario says otherwise.
_SPOT_BILLED = 0.35
_NAME_CHARACTERS = 26
_DIGEST_CHARACTERS = 8


@dataclass
class Transition:
    """A secondary status and the epoch seconds between which it held; the current one has no end."""

    status: str
    started: float
    message: str
    ended: float | None = None


@dataclass
class Rule:
    """A Debugger or profiler rule's evaluation of a job."""

    name: str
    job_arn: str
    is_profiler: bool
    parameters: dict[str, str]
    status: str = "InProgress"
    details: str | None = None
    started: float = 0.0
    modified: float = 0.0


@dataclass
class Ways:
    """How a scenario bends a job's life.

    Attributes:
        is_driven: only the scenario moves the job on.
        ran_before_seconds: the age with which the job comes into being.
        billed_fraction: billable seconds per training second.
        tuning_job: name of the tuning job that made it; None for a job of its own.
    """

    is_driven: bool = False
    ran_before_seconds: float = 0.0
    billed_fraction: float | None = None
    tuning_job: str | None = None


class TrainingJob(FakeTrainingJob):
    """One job. moto's own calls (tags, search) find in it what they look for.

    Args:
        request: CreateTrainingJob's, checked.
        account: 12 digits.
        region: as in its ARN.
        ways: the scenario's.
    """

    def __init__(
        self, request: dict[str, Any], account: str, region: str, ways: Ways
    ) -> None:  # moto's own gives birth to completed jobs
        self.request = request
        self.training_job_name: str = request["TrainingJobName"]
        self.tags: list[dict[str, str]] = list(request.get("Tags") or [])
        self.arn = f"arn:aws:sagemaker:{region}:{account}:training-job/{self.training_job_name}"
        self.account, self.region, self.ways = account, region, ways
        self.training_job_status, self.secondary_status = "InProgress", "Starting"
        self.failure_reason: str | None = None
        self.created = self.modified = self._now()
        self.training_started: float | None = None
        self.training_ended: float | None = None
        self.transitions = [Transition("Starting", self.created, _MESSAGES["Starting"])]
        self.rules = list(self._configured_rules())

    @property
    def is_terminal(self) -> bool:
        """Whether nothing can happen to it any more."""
        return self.training_job_status in TERMINAL

    def move(self, status: str, secondary: str, reason: str | None = None, message: str | None = None) -> None:
        """Takes the job to a status. A job that had run before comes to the present when it trains."""
        now = self._now()
        if secondary == "Training":
            self.ways.ran_before_seconds = 0.0
        self.transitions[-1].ended = now
        self.transitions.append(Transition(secondary, now, message or reason or _MESSAGES.get(secondary, secondary)))
        self.training_job_status, self.secondary_status, self.failure_reason = status, secondary, reason
        self.modified = now
        if secondary in _BILLED_FROM and self.training_started is None:
            self.training_started = now
        if self.is_terminal:
            self.training_ended = self.transitions[-1].ended = now
            self._end_rules(now)

    def set_rule(self, name: str, status: str, details: str | None) -> Rule:
        """Gives a rule a status.

        Raises:
            KeyError: the job has no such rule.
        """
        for rule in self.rules:
            if rule.name == name:
                rule.status, rule.details, rule.modified = status, details, time.time()
                self.modified = rule.modified
                return rule
        raise KeyError(name)

    @property
    def tuning_job_arn(self) -> str | None:
        """TuningJobArn; None for a job that no tuning job made."""
        if self.ways.tuning_job is None:
            return None
        return f"arn:aws:sagemaker:{self.region}:{self.account}:hyper-parameter-tuning-job/{self.ways.tuning_job}"

    @property
    def was_interrupted(self) -> bool:
        """Whether its spot instances were taken from it at least once."""
        return any(step.status == "Interrupted" for step in self.transitions)

    @property
    def training_seconds(self) -> int | None:
        """Whole seconds of training; None before the end and for a job that never got to its instances."""
        if self.training_started is None or self.training_ended is None:
            return None
        return max(1, round(self.training_ended - self.training_started))

    @property
    def billable_seconds(self) -> int | None:
        """Seconds billed per instance; of a spot job, those that are left after the discount."""
        if self.training_seconds is None:
            return None
        fraction = self.ways.billed_fraction
        if fraction is None:
            fraction = _SPOT_BILLED if self.request.get("EnableManagedSpotTraining") else 1.0
        return max(1, round(self.training_seconds * fraction))

    @property
    def model_artifacts(self) -> dict[str, str]:
        """Where the model is or would be."""
        path = self.request["OutputDataConfig"]["S3OutputPath"].rstrip("/")
        return {"S3ModelArtifacts": f"{path}/{self.training_job_name}/output/model.tar.gz"}

    @property
    def response_object(self) -> dict[str, Any]:
        """DescribeTrainingJob's answer, times in epoch seconds."""
        echoed = {key: value for key, value in self.request.items() if key in _described()}
        answer = echoed | {
            "TrainingJobArn": self.arn,
            "TuningJobArn": self.tuning_job_arn,
            "ModelArtifacts": self.model_artifacts,
            "TrainingJobStatus": self.training_job_status,
            "SecondaryStatus": self.secondary_status,
            "FailureReason": self.failure_reason,
            "CreationTime": self.created,
            "TrainingStartTime": self.training_started,
            "TrainingEndTime": self.training_ended,
            "LastModifiedTime": self.modified,
            "SecondaryStatusTransitions": [_transition(step) for step in self.transitions],
            "TrainingTimeInSeconds": self.training_seconds,
            "BillableTimeInSeconds": self.billable_seconds,
            "DebugRuleEvaluationStatuses": [rule_status(rule) for rule in self.rules if not rule.is_profiler] or None,
            "ProfilerRuleEvaluationStatuses": [rule_status(rule) for rule in self.rules if rule.is_profiler] or None,
        }
        flags = ("EnableNetworkIsolation", "EnableInterContainerTrafficEncryption", "EnableManagedSpotTraining")
        return dict.fromkeys(flags, False) | {key: value for key, value in answer.items() if value is not None}

    @property
    def creation_time(self) -> datetime:
        """For moto's own listing and search."""
        return datetime.fromtimestamp(self.created, UTC)

    def _now(self) -> float:
        return time.time() - self.ways.ran_before_seconds

    def _configured_rules(self) -> Iterator[Rule]:
        for member, is_profiler in (("DebugRuleConfigurations", False), ("ProfilerRuleConfigurations", True)):
            for rule in self.request.get(member) or []:
                name = rule["RuleConfigurationName"]
                digest = hashlib.sha256(f"{self.arn}/{name}".encode()).hexdigest()[:_DIGEST_CHARACTERS]
                job = f"{self.training_job_name[:_NAME_CHARACTERS]}-{name[:_NAME_CHARACTERS]}-{digest}".lower()
                arn = f"arn:aws:sagemaker:{self.region}:{self.account}:processing-job/{job}"
                parameters = rule.get("RuleParameters") or {}
                yield Rule(name, arn, is_profiler, parameters, started=time.time(), modified=time.time())

    def _end_rules(self, now: float) -> None:
        last = "Stopped" if self.training_job_status == "Stopped" else "NoIssuesFound"
        for rule in self.rules:
            if rule.status == "InProgress":
                rule.status, rule.modified = last, now


def rule_status(rule: Rule) -> dict[str, Any]:
    """A rule's entry in a job's description."""
    entry = {
        "RuleConfigurationName": rule.name,
        "RuleEvaluationJobArn": rule.job_arn,
        "RuleEvaluationStatus": rule.status,
        "StatusDetails": rule.details,
        "LastModifiedTime": rule.modified,
    }
    return {key: value for key, value in entry.items() if value is not None}


def _transition(step: Transition) -> dict[str, Any]:
    entry = {"Status": step.status, "StartTime": step.started, "EndTime": step.ended, "StatusMessage": step.message}
    return {key: value for key, value in entry.items() if value is not None}


def _described() -> frozenset[str]:
    return validation.response_members("DescribeTrainingJob")
