"""SageMaker Training Job State Change (FORMATS.md 1.3), and the same shape as sweep and relay send it."""

from typing import Any, Final

from pydantic import Field, field_validator

from trainstop.domain.signal import JobSignal, Nothing, NothingToDo, Origin
from trainstop.domain.training_job import IN_PROGRESS, ISSUES_FOUND, TERMINAL_STATUSES
from trainstop.events.envelope import Envelope, Inbound

DETAIL_TYPE: Final = "SageMaker Training Job State Change"


class TrainingJobDetail(Inbound):
    """The members that decide whether a job needs a look; DescribeTrainingJob tells the rest."""

    training_job_name: str = Field(alias="TrainingJobName", min_length=1, max_length=63, pattern=r"^[a-zA-Z0-9-]+$")
    training_job_arn: str | None = Field(default=None, alias="TrainingJobArn", max_length=256)
    training_job_status: str = Field(alias="TrainingJobStatus", max_length=64)
    debug_rules: tuple[str, ...] = Field(default=(), alias="DebugRuleEvaluationStatuses")
    profiler_rules: tuple[str, ...] = Field(default=(), alias="ProfilerRuleEvaluationStatuses")

    @field_validator("debug_rules", "profiler_rules", mode="before")
    @classmethod
    def _statuses(cls, value: Any) -> tuple[str, ...]:  # noqa: ANN401 - the key may be absent, null or anything
        entries = value if isinstance(value, list) else []
        return tuple(str(entry.get("RuleEvaluationStatus")) for entry in entries if isinstance(entry, dict))

    @property
    def needs_a_look(self) -> bool:
        """Whether by what the event says there may be something to do about the job."""
        rules = (*self.debug_rules, *self.profiler_rules)
        ended = self.training_job_status in TERMINAL_STATUSES
        return ended or ISSUES_FOUND in rules or self._may_declare_recipients

    @property
    def _may_declare_recipients(self) -> bool:
        """A running job with rules: the addresses that they declare are asked before there is anything to tell."""
        return self.training_job_status == IN_PROGRESS and bool(self.debug_rules or self.profiler_rules)


def parse_training_job(envelope: Envelope, origin: Origin) -> JobSignal | NothingToDo:
    """A signal for a job that needs a look: it ended, well or not, or a rule may have something to say."""
    detail = TrainingJobDetail.model_validate(envelope.detail)
    if not detail.needs_a_look:
        return NothingToDo(reason=Nothing.JOB_IN_PROGRESS, detail=detail.training_job_name)
    return JobSignal(
        training_job_name=detail.training_job_name,
        training_job_arn=detail.training_job_arn,
        origin=origin,
        sent_at=envelope.time,
    )
