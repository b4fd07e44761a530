"""Scenarios: what happens to training jobs, when, as JSON. `scenario.schema.json` is made from these models."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from sandbox.simulator.settings import Delivery, Refusal
from sandbox.simulator.steps import LogStep, OwnStep, RuleStep, Seconds, StatusStep
from sandbox.simulator.strict import Strict

JobName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$")]
TuningJobName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}$")]


class Principal(Strict):
    """Who calls the API: CloudTrail shows the session of the role."""

    role: str = Field(default="ml-engineer", pattern=r"^[\w+=,.@-]+$")
    session: str = Field(default="alice", pattern=r"^[\w+=,.@-]+$")


class StopStep(Strict):
    """Somebody calls StopTrainingJob."""

    do: Literal["stop"]
    at_seconds: Seconds
    by: Principal = Field(default_factory=Principal)


Step = Annotated[StatusStep | RuleStep | LogStep | StopStep, Field(discriminator="do")]


class RuleConfiguration(Strict):
    """A rule as CreateTrainingJob has it."""

    name: str = Field(min_length=1, max_length=256, description="RuleConfigurationName.")
    image: str = "123456789012.dkr.ecr.us-east-1.amazonaws.com/sagemaker-debugger-rules:latest"
    parameters: dict[str, str] = Field(default_factory=dict, description="RuleParameters, action_json among them.")


class Request(Strict):
    """A submission of a training job."""

    name: JobName
    at_seconds: Seconds = Field(default=0, description="When it is submitted, from the scenario's beginning.")
    submitted_by: Principal = Field(default_factory=Principal)
    instance_type: str = "ml.g5.2xlarge"
    instance_count: int = Field(default=1, ge=1)
    volume_gb: int = Field(default=50, ge=1)
    image: str = (
        "123456789012.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.5.1-gpu-py311-cu124-ubuntu22.04-sagemaker"
    )
    role: str = "sagemaker-training"
    hyperparameters: dict[str, str] = Field(default_factory=dict)
    environment: dict[str, str] = Field(default_factory=dict)
    channels: dict[str, str] = Field(default_factory=dict, description="S3 URIs by channel.")
    output: str = "s3://example-training-output/jobs"
    tags: dict[str, str] = Field(default_factory=dict)
    spot: bool = False
    max_runtime_seconds: int = Field(default=86400, ge=1)
    max_wait_seconds: int | None = Field(default=None, ge=1, description="Of a spot job; at least the runtime.")
    debugger_rules: list[RuleConfiguration] = Field(default_factory=list)
    profiler_rules: list[RuleConfiguration] = Field(default_factory=list)
    network_isolation: bool = Field(default=False, description="EnableNetworkIsolation: Debugger's actions do nothing.")
    vpc: bool = Field(
        default=False, description="VpcConfig, of a VPC that leads nowhere: Debugger's actions do nothing."
    )
    checkpoints: str | None = Field(
        default=None, max_length=1024, pattern=r"^s3://[^/]+(/.*)?$", description="S3Uri of CheckpointConfig."
    )
    retry_attempts: int | None = Field(
        default=None, ge=1, le=30, description="MaximumRetryAttempts of RetryStrategy: SageMaker's own retries."
    )


class Job(Request):
    """A job that comes into being, and what happens to it."""

    ran_before_seconds: float = Field(
        default=0, ge=0, description="How long it has been training when its timeline begins: it was created as early."
    )
    billed_fraction: float | None = Field(
        default=None, gt=0, le=1, description="Billable seconds per training second; null: 0.35 for spot, else 1."
    )
    tuning_job: TuningJobName | None = Field(
        default=None, description="Name of the tuning job that made it; gives it a TuningJobArn."
    )
    delivery: Delivery | None = Field(default=None, description="Of its events; null: the scenario's.")
    timeline: list[Step] = Field(min_length=1)


class Awaited(Strict):
    """A job that somebody else will create, such as a resubmission, and what happens to it from then on."""

    name: JobName
    timeline: list[OwnStep] = Field(min_length=1)


class RefusedSubmission(Request):
    """A submission that SageMaker refuses: only CloudTrail tells of it."""

    refusal: Refusal


class RawEvent(Strict):
    """An event as it stands, e.g. of a CloudWatch alarm."""

    at_seconds: Seconds
    event: dict[str, Any] = Field(description="EventBridge's envelope; what is missing of it is filled in.")


class Scenario(Strict):
    """A play in one act."""

    schema_: str | None = Field(default=None, alias="$schema")
    title: str
    description: str = ""
    delivery: Delivery = Field(default_factory=Delivery, description="Of every job's events: repeats, order, losses.")
    stop_seconds: float = Field(default=1.0, ge=0, description="From Stopping to Stopped.")
    jobs: list[Job] = Field(default_factory=list)
    awaited: list[Awaited] = Field(
        default_factory=list, description="Jobs that others create; without an entry here they complete by themselves."
    )
    refused: list[RefusedSubmission] = Field(default_factory=list)
    events: list[RawEvent] = Field(default_factory=list)


def schema() -> dict[str, Any]:
    """The JSON Schema of scenarios."""
    made = Scenario.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


SCHEMA_FILE = Path(__file__).with_name("scenario.schema.json")
