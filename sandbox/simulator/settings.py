"""What tests and scenarios set: the pace of jobs, the delivery of events, plans for jobs to come."""

from pydantic import Field

from sandbox.simulator.steps import OwnStep
from sandbox.simulator.strict import Strict


class Delivery(Strict):
    """How EventBridge bends the events of a job: it may repeat, reorder and, being best effort, lose them."""

    copies: int = Field(default=1, ge=1, le=1000, description="How often each event is delivered, with the same id.")
    shuffle_seconds: float = Field(
        default=0, ge=0, description="Each copy comes after a random delay of up to this, so that the order changes."
    )
    lost: list[str] = Field(
        default_factory=list, description="Secondary statuses whose events are never delivered; `*` loses all."
    )
    seed: int = Field(default=0, description="Of the random delays.")


class Refusal(Strict):
    """How CreateTrainingJob is refused."""

    code: str = Field(description="The error's code, e.g. ResourceLimitExceeded.")
    message: str = Field(description="The error's text as the API shows it.")


class Plan(Strict):
    """What shall be with a job that is not there yet."""

    driven: bool = Field(default=False, description="The job moves on only when the control API says so.")
    ran_before_seconds: float = Field(default=0, ge=0, description="The age that the job has when it starts to train.")
    billed_fraction: float | None = Field(default=None, gt=0, le=1, description="Billable seconds per training second.")
    delivery: Delivery | None = Field(default=None, description="Of its events; null: as the settings say.")
    refusal: Refusal | None = Field(default=None, description="Refuses the job's creation, once.")
    tuning_job: str | None = Field(default=None, description="Name of the tuning job that made the job.")
    steps: list[OwnStep] | None = Field(
        default=None, min_length=1, description="What the simulator makes of the job by itself; null: as `driven` says."
    )


class Settings(Strict):
    """Of the whole simulator."""

    stage_seconds: float = Field(default=2.0, gt=0, description="How long a stage of an undriven job takes.")
    stop_seconds: float = Field(default=1.0, ge=0, description="From Stopping to Stopped.")
    trail_seconds: float = Field(default=1.0, ge=0, description="From a call to CloudTrail's file and event of it.")
    list_calls_per_second: float | None = Field(
        default=None, gt=0, description="ListTrainingJobs' quota; AWS's is 2. Null: none."
    )
    stop_hangs: bool = Field(
        default=False, description="StopTrainingJob hangs without effect; set to false, it answers ThrottlingException."
    )
    delivery: Delivery = Field(default_factory=Delivery)
