"""What can happen to a job by itself: steps of a timeline, of a scenario or of a plan."""

from typing import Annotated, Literal

from pydantic import Field

from sandbox.simulator.strict import Strict

Seconds = Annotated[float, Field(ge=0, description="Real seconds; those of a step count from its job's creation.")]
SecondaryStatus = Literal[
    "Pending",
    "Starting",
    "Downloading",
    "DownloadingTrainingImage",
    "Training",
    "Uploading",
    "Interrupted",
    "Restarting",
    "Updating",
    "Stopping",
    "Stopped",
    "MaxRuntimeExceeded",
    "MaxWaitTimeExceeded",
    "Failed",
    "Completed",
]
RuleEvaluationStatus = Literal["InProgress", "NoIssuesFound", "IssuesFound", "Error", "Stopping", "Stopped"]
# The job's status that goes with a secondary status; InProgress for the others.
_STATUS = {
    "Stopping": "Stopping",
    "Stopped": "Stopped",
    "MaxRuntimeExceeded": "Stopped",
    "MaxWaitTimeExceeded": "Stopped",
    "Failed": "Failed",
    "Completed": "Completed",
}


def status_of(secondary: str) -> str:
    """TrainingJobStatus for a SecondaryStatus."""
    return _STATUS.get(secondary, "InProgress")


class StatusStep(Strict):
    """The job gets a secondary status, and the status that goes with it."""

    do: Literal["status"]
    at_seconds: Seconds
    status: SecondaryStatus
    failure_reason: str | None = Field(default=None, max_length=1024, description="With Failed.")
    message: str | None = Field(default=None, description="StatusMessage of the transition; null: SageMaker's own.")


class RuleStep(Strict):
    """A Debugger or profiler rule of the job gets a status."""

    do: Literal["rule"]
    at_seconds: Seconds
    rule: str = Field(description="A rule configuration of the job.")
    status: RuleEvaluationStatus
    details: str | None = Field(default=None, max_length=1024, description="StatusDetails.")
    acts: bool = Field(default=True, description="Whether IssuesFound sets off the actions of the rule's action_json.")


class LogStep(Strict):
    """A host of the job writes lines to its log stream."""

    do: Literal["log"]
    at_seconds: Seconds
    lines: list[str] = Field(min_length=1)
    host: int = Field(default=1, ge=1, description="N of algo-N.")


OwnStep = Annotated[StatusStep | RuleStep | LogStep, Field(discriminator="do")]
