"""Plays a scenario: submits its jobs as their users would, and makes happen to them what its timelines say."""

import functools
import heapq
import itertools
import time
from collections.abc import Callable
from typing import Any

import boto3
from botocore.exceptions import ClientError

from sandbox import http
from sandbox.cloud import callers
from sandbox.home import SandboxError, State
from sandbox.scenario import (
    Awaited,
    Job,
    Principal,
    RefusedSubmission,
    Request,
    RuleConfiguration,
    Scenario,
    Step,
    StopStep,
)
from sandbox.simulator.settings import Delivery, Plan
from sandbox.simulator.steps import LogStep, RuleStep, StatusStep, status_of

_SENT_SECONDS = 60.0
_LOOK_SECONDS = 0.1
_VPC = {"SecurityGroupIds": ["sg-0123456789abcdef0"], "Subnets": ["subnet-0123456789abcdef0"]}


class Player:
    """One performance.

    Args:
        state: the running sandbox.
        speed: how many of the scenario's seconds pass in a real one.
        suffix: put after every job's name, so that a scenario can be played again.
        tell: takes a line of progress.
    """

    def __init__(self, state: State, speed: float, suffix: str, tell: Callable[[str], None]) -> None:
        self._state, self._speed, self._suffix, self._tell = state, speed, suffix, tell
        self._numbers = itertools.count()
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._began = 0.0

    def play(self, scenario: Scenario) -> None:
        """Plays to the end, and returns when every event of it has been sent; awaited jobs may come and live later.

        Raises:
            SandboxError: a submission was refused that should not have been, or the simulator does not answer.
        """
        control = self._control("settings")
        settings = http.call("GET", control)
        http.call("PUT", control, settings | {"stop_seconds": scenario.stop_seconds / self._speed})
        self._began = time.monotonic()
        for awaited in scenario.awaited:
            self._at(0, functools.partial(self._await, awaited, scenario))
        for job in scenario.jobs:
            self._at(job.at_seconds, functools.partial(self._submit, job, job.delivery or scenario.delivery))
        for refused in scenario.refused:
            self._at(refused.at_seconds, functools.partial(self._submit_refused, refused))
        for raw in scenario.events:
            send = functools.partial(http.call, "POST", f"{self._state.cloud_url}/_sandbox/events", raw.event)
            self._at(raw.at_seconds, send)
        try:
            self._run()
        finally:
            http.call("PUT", control, settings)

    def _run(self) -> None:
        while self._due:
            seconds, _, action = heapq.heappop(self._due)
            time.sleep(max(0.0, self._began + seconds / self._speed - time.monotonic()))
            action()
        deadline = time.monotonic() + _SENT_SECONDS
        while http.call("GET", self._control("pending"))["pending"]:
            if time.monotonic() > deadline:
                raise SandboxError("the simulator still has events to send")
            time.sleep(_LOOK_SECONDS)

    def _await(self, awaited: Awaited, scenario: Scenario) -> None:
        # Who resubmits a job makes the new name of the old one, and that has the suffix.
        stems = [job.name for job in scenario.jobs if awaited.name.startswith(job.name)]
        stem = max(stems, key=len, default=awaited.name)
        steps = [step.model_copy(update={"at_seconds": step.at_seconds / self._speed}) for step in awaited.timeline]
        name = stem + self._suffix + awaited.name.removeprefix(stem)
        self._plan(name, Plan(steps=steps, delivery=scenario.delivery))

    def _submit(self, job: Job, delivery: Delivery) -> None:
        plan = Plan(
            driven=True,
            ran_before_seconds=job.ran_before_seconds,
            billed_fraction=job.billed_fraction,
            tuning_job=job.tuning_job,
            delivery=delivery,
        )
        self._plan(self._name(job), plan)
        try:
            self._sagemaker(job.submitted_by).create_training_job(**self._request(job))
        except ClientError as refusal:
            hint = (
                "; --suffix gives the jobs other names" if refusal.response["Error"]["Code"] == "ResourceInUse" else ""
            )
            raise SandboxError(f"{self._name(job)} could not be submitted: {refusal}{hint}") from refusal
        self._say(job, f"submitted: {job.instance_count} x {job.instance_type}")
        created = int(time.time())
        now = (time.monotonic() - self._began) * self._speed
        for step in sorted(job.timeline, key=lambda step: step.at_seconds):
            self._at(now + step.at_seconds, functools.partial(self._step, job, step, created))

    def _submit_refused(self, refused: RefusedSubmission) -> None:
        self._plan(self._name(refused), Plan(refusal=refused.refusal))
        try:
            self._sagemaker(refused.submitted_by).create_training_job(**self._request(refused))
        except ClientError as refusal:
            self._say(refused, f"refused: {refusal.response['Error']['Code']}")

    def _step(self, job: Job, step: Step, created: int) -> None:
        name = self._name(job)
        try:
            match step:
                case StatusStep():
                    body: dict[str, Any] = {
                        "status": status_of(step.status),
                        "secondary_status": step.status,
                        "failure_reason": step.failure_reason,
                        "message": step.message,
                    }
                    http.call("POST", self._control("jobs", name, "status"), body)
                    self._say(job, step.status)
                case RuleStep():
                    body = {"rule": step.rule, "status": step.status, "details": step.details, "acts": step.acts}
                    http.call("POST", self._control("jobs", name, "rules"), body)
                    self._say(job, f"rule {step.rule}: {step.status}")
                case LogStep():
                    body = {"stream": f"{name}/algo-{step.host}-{created}", "lines": step.lines}
                    http.call("POST", self._control("logs"), body)
                case StopStep():
                    self._sagemaker(step.by).stop_training_job(TrainingJobName=name)
                    self._say(job, f"StopTrainingJob by {step.by.session}")
        except (SandboxError, ClientError) as refusal:
            # Somebody has stopped the job: what the timeline still held does not happen.
            self._say(job, f"{step.do} skipped: {refusal}")

    def _request(self, request: Request) -> dict[str, Any]:
        stopping = {"MaxRuntimeInSeconds": request.max_runtime_seconds}
        if request.max_wait_seconds:
            stopping["MaxWaitTimeInSeconds"] = request.max_wait_seconds
        account = self._state.environment()["AWS_ACCESS_KEY_ID"]
        optional = {
            "HyperParameters": request.hyperparameters,
            "Environment": request.environment,
            "InputDataConfig": [_channel(name, uri) for name, uri in request.channels.items()],
            "DebugRuleConfigurations": [_rule(rule) for rule in request.debugger_rules],
            "ProfilerRuleConfigurations": [_rule(rule) for rule in request.profiler_rules],
            "EnableNetworkIsolation": request.network_isolation,
            "VpcConfig": _VPC if request.vpc else None,
            "CheckpointConfig": {"S3Uri": request.checkpoints} if request.checkpoints else None,
            "RetryStrategy": {"MaximumRetryAttempts": request.retry_attempts} if request.retry_attempts else None,
        }
        return {
            "TrainingJobName": self._name(request),
            "AlgorithmSpecification": {"TrainingImage": request.image, "TrainingInputMode": "File"},
            "RoleArn": f"arn:aws:iam::{account}:role/{request.role}",
            "OutputDataConfig": {"S3OutputPath": request.output},
            "ResourceConfig": {
                "InstanceType": request.instance_type,
                "InstanceCount": request.instance_count,
                "VolumeSizeInGB": request.volume_gb,
            },
            "StoppingCondition": stopping,
            "EnableManagedSpotTraining": request.spot,
            "Tags": [{"Key": key, "Value": value} for key, value in request.tags.items()],
        } | {name: value for name, value in optional.items() if value}

    def _sagemaker(self, principal: Principal) -> Any:  # noqa: ANN401 - boto3's clients have no types at run time
        variables = self._state.environment()
        return boto3.client(
            "sagemaker",
            endpoint_url=self._state.sagemaker_url,
            region_name=variables["AWS_DEFAULT_REGION"],
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=callers.token(principal.role, principal.session),
        )

    def _plan(self, name: str, plan: Plan) -> None:
        http.call("PUT", self._control("plans", name), plan.model_dump())

    def _control(self, *path: str) -> str:
        return "/".join([self._state.sagemaker_url, "_sandbox", *path])

    def _name(self, request: Request) -> str:
        return request.name + self._suffix

    def _at(self, seconds: float, action: Callable[[], Any]) -> None:
        heapq.heappush(self._due, (seconds, next(self._numbers), action))

    def _say(self, request: Request, what: str) -> None:
        self._tell(f"{time.monotonic() - self._began:6.1f} s  {self._name(request)}: {what}")


def _channel(name: str, uri: str) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


def _rule(rule: RuleConfiguration) -> dict[str, Any]:
    return {
        "RuleConfigurationName": rule.name,
        "RuleEvaluatorImage": rule.image,
        "RuleParameters": rule.parameters,
    }
