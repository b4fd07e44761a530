"""The life of training jobs: what the API asks for, what scenarios make happen, and what the account hears of it."""

import functools
import random
import threading
import time
from collections.abc import Sequence
from typing import Any, Self

from moto.sagemaker.models import sagemaker_backends

from sandbox.simulator import debugger, events, timeline, validation
from sandbox.simulator.account import Account
from sandbox.simulator.agenda import Agenda
from sandbox.simulator.cloudtrail import Caller, Trail
from sandbox.simulator.errors import ApiError, in_status, in_use, not_found, throttled
from sandbox.simulator.jobs import LEGAL, Rule, TrainingJob, Ways
from sandbox.simulator.settings import Delivery, Plan, Settings

# The stages of a job that no scenario drives, each as long as the settings say.
_LIFE = ("Downloading", "Training", "Uploading", "Completed")
_RULES_END_SECONDS = 0.5
_LOOK_SECONDS = 0.1


class Simulator:
    """One account's training jobs in one Region."""

    def __init__(self, account_id: str, region: str, account: Account) -> None:
        self._id, self._region, self._account = account_id, region, account
        self._backend = sagemaker_backends[account_id][region]
        self._lock = threading.RLock()
        self._life, self._sending = Agenda("life"), Agenda("sending")
        self._trail = Trail(account_id, region)
        self._plans: dict[str, Plan] = {}
        self._deliveries: dict[str, Delivery] = {}
        self.settings = Settings()
        self.calls: list[dict[str, Any]] = []
        self.hanging = 0

    @property
    def jobs(self) -> dict[str, TrainingJob]:
        """Every job by its name."""
        return self._backend.training_jobs  # type: ignore[return-value]

    @property
    def pending(self) -> int:
        """How many events, log lines and records are still to be sent."""
        return self._sending.pending

    def job(self, name: str) -> TrainingJob:
        """The job of a name.

        Raises:
            ApiError: there is none.
        """
        with self._lock:
            if name not in self.jobs:
                raise not_found()
            return self.jobs[name]

    def create(self, request: dict[str, Any], caller: Caller) -> dict[str, Any]:
        """CreateTrainingJob."""
        name = request.get("TrainingJobName") or ""
        plan = self._plans.pop(name, Plan())
        at = time.time() - plan.ran_before_seconds
        with self._recorded("CreateTrainingJob", request, caller, at) as call, self._lock:
            if plan.refusal:
                raise ApiError(plan.refusal.code, plan.refusal.message)
            validation.check("CreateTrainingJob", request)
            if name in self.jobs:
                raise in_use(self.jobs[name].arn)
            is_driven = plan.driven or plan.steps is not None
            ways = Ways(is_driven, plan.ran_before_seconds, plan.billed_fraction, plan.tuning_job)
            job = TrainingJob(request, self._id, self._region, ways)
            self.jobs[name] = job
            if plan.delivery:
                self._deliveries[name] = plan.delivery
            self._tell(job)
            if plan.steps:
                timeline.play(self, self._life, job, plan.steps)
            elif not plan.driven:
                self._live(name, _LIFE)
            call.result = {"TrainingJobArn": job.arn}
            return call.result

    def stop(self, name: str, caller: Caller) -> dict[str, Any]:
        """StopTrainingJob: Stopping at once, Stopped a little later."""
        with self._recorded("StopTrainingJob", {"TrainingJobName": name}, caller, time.time()):
            if self.settings.stop_hangs:
                self._hang()
                raise throttled()
            with self._lock:
                job = self.job(name)
                if job.training_job_status != "InProgress":
                    raise in_status(job.training_job_status)
                self._move(job, "Stopping", "Stopping")
                self._life.after(self.settings.stop_seconds, functools.partial(self._stopped, job))
                return {}

    def _hang(self) -> None:
        """Holds a call as long as the settings say, without the lock, so that all others go on."""
        with self._lock:
            self.hanging += 1
        while self.settings.stop_hangs:
            time.sleep(_LOOK_SECONDS)
        with self._lock:
            self.hanging -= 1

    def plan(self, name: str, plan: Plan) -> None:
        """Sets what shall be with the next job of this name."""
        self._plans[name] = plan

    def move(
        self, name: str, status: str, secondary: str, reason: str | None = None, message: str | None = None
    ) -> TrainingJob:
        """Takes a job to a status, as the service does.

        Raises:
            ApiError: the job is not there, or cannot get there from where it is.
        """
        with self._lock:
            job = self.job(name)
            if job.training_job_status not in {"InProgress", "Stopping"}:
                raise in_status(job.training_job_status)
            if secondary not in LEGAL.get(status, ()) or (job.training_job_status, status) == (
                "Stopping",
                "InProgress",
            ):
                raise ApiError("ValidationException", f"a {job.training_job_status} job cannot be {status}/{secondary}")
            self._move(job, status, secondary, reason, message)
            return job

    def set_rule(self, name: str, rule_name: str, status: str, details: str | None, *, acts: bool = True) -> None:
        """Gives a Debugger or profiler rule of a job a status.

        Args:
            name: the job's.
            rule_name: the rule configuration's.
            status: RuleEvaluationStatus.
            details: StatusDetails.
            acts: whether the rule carries out the actions of its `action_json`.

        Raises:
            ApiError: no such job or rule.
        """
        with self._lock:
            job = self.job(name)
            try:
                rule = job.set_rule(rule_name, status, details)
            except KeyError:
                raise ApiError("ValidationException", f"{name} has no rule {rule_name!r}") from None
            self._tell(job)
            self._tell_rule(job, rule)
        if acts and status == "IssuesFound":
            self._sending.after(0, functools.partial(debugger.act, self, self._account, job, rule))

    def write_logs(self, stream: str, lines: Sequence[str]) -> None:
        """Writes lines to a log stream, in the order of the calls."""
        self._sending.after(0, functools.partial(self._account.write_logs, stream, lines))

    def rule_job(self, name: str) -> dict[str, Any] | None:
        """DescribeProcessingJob of a rule's job; None for another one."""
        with self._lock:
            for job in self.jobs.values():
                for rule in job.rules:
                    if rule.job_arn.rsplit("/", 1)[1].lower() == name.lower():
                        return events.rule_job_description(job, rule)
        return None

    def _live(self, name: str, stages: Sequence[str]) -> None:
        def next_stage() -> None:
            with self._lock:
                job = self.jobs.get(name)
                if not job or job.training_job_status != "InProgress":
                    return
                self._move(job, "Completed" if stages[0] == "Completed" else "InProgress", stages[0])
            if stages[1:]:
                self._live(name, stages[1:])

        self._life.after(self.settings.stage_seconds, next_stage)

    def _stopped(self, job: TrainingJob) -> None:
        with self._lock:
            if job.training_job_status == "Stopping":
                self._move(job, "Stopped", "Stopped")

    def _move(
        self, job: TrainingJob, status: str, secondary: str, reason: str | None = None, message: str | None = None
    ) -> None:
        running = [rule for rule in job.rules if rule.status == "InProgress"]
        job.move(status, secondary, reason, message)
        self._tell(job)
        for rule in running:
            if rule.status != "InProgress" or secondary == "Training":
                self._tell_rule(job, rule)

    def _tell(self, job: TrainingJob) -> None:
        self._deliver(events.training_job(job), job, job.secondary_status)

    def _tell_rule(self, job: TrainingJob, rule: Rule) -> None:
        if not rule.is_profiler:
            self._deliver(events.rule_job(job, rule), job, job.secondary_status)

    def _deliver(self, event: events.Event, job: TrainingJob, secondary: str) -> None:
        way = self._deliveries.get(job.training_job_name, self.settings.delivery)
        if secondary in way.lost or "*" in way.lost:
            return
        delays = random.Random(f"{way.seed}/{event['id']}")  # noqa: S311 - a scenario's dice
        for _ in range(way.copies):
            delay = delays.uniform(0, way.shuffle_seconds)
            self._sending.after(delay, functools.partial(self._account.send, [event]))

    def _recorded(self, operation: str, request: dict[str, Any], caller: Caller, at: float) -> "_Recorded":
        return _Recorded(self, operation, request, caller, at)

    def _record(self, call: "_Recorded", result: Any) -> None:  # noqa: ANN401 - a response or an ApiError
        error = result.code if isinstance(result, ApiError) else None
        self.calls.append(
            {
                "operation": call.operation,
                "job": call.request.get("TrainingJobName"),
                "principal": call.caller.principal,
                "at": time.time(),
                "error": error,
            }
        )
        record = self._trail.record(call.operation, call.request, call.caller, call.at, result)
        self._sending.after(self.settings.trail_seconds, functools.partial(self._deliver_trail, record))

    def _deliver_trail(self, record: dict[str, Any]) -> None:
        self._account.send([events.api_call(record)])
        self._account.keep_trail(self._trail.files())


class _Recorded:
    """A call that CloudTrail records whatever comes of it."""

    def __init__(
        self, simulator: Simulator, operation: str, request: dict[str, Any], caller: Caller, at: float
    ) -> None:
        self._simulator = simulator
        self.operation, self.request, self.caller, self.at = operation, request, caller, at
        self.result: dict[str, Any] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        if error is None or isinstance(error, ApiError):
            self._simulator._record(self, error or self.result)  # noqa: SLF001 - two halves of one thing
