"""CloudWatch Alarm State Change (FORMATS.md 5.1): dimensions are a map, of a metric or of parts of an expression."""

from typing import Final

from pydantic import Field

from trainstop.domain.signal import AlarmSignal, Nothing, NothingToDo, Origin
from trainstop.events.envelope import Envelope, Inbound
from trainstop.events.times import AwsTime

DETAIL_TYPE: Final = "CloudWatch Alarm State Change"


class _Metric(Inbound):
    dimensions: dict[str, str] = Field(default_factory=dict)


class _MetricStat(Inbound):
    metric: _Metric = Field(default_factory=_Metric)


class _MetricEntry(Inbound):
    metric_stat: _MetricStat | None = Field(default=None, alias="metricStat")


class _Configuration(Inbound):
    metrics: tuple[_MetricEntry, ...] = ()


class _State(Inbound):
    value: str = Field(max_length=64)
    reason: str = ""
    timestamp: AwsTime


class AlarmDetail(Inbound):
    """The members that tie an alarm to a training job. A composite alarm has no metrics, hence no job."""

    alarm_name: str = Field(alias="alarmName", min_length=1, max_length=255)
    configuration: _Configuration = Field(default_factory=_Configuration)
    state: _State

    @property
    def training_job_name(self) -> str | None:
        """From the dimension TrainingJobName, or from Host, which is ``JOB/algo-N`` (FORMATS.md 5.3)."""
        for entry in self.configuration.metrics:
            dimensions = entry.metric_stat.metric.dimensions if entry.metric_stat else {}
            if name := dimensions.get("TrainingJobName"):
                return name
            job, slash, _ = dimensions.get("Host", "").partition("/algo-")
            if slash and job:
                return job
        return None


def parse_alarm(envelope: Envelope, origin: Origin) -> AlarmSignal | NothingToDo:
    """A signal where an alarm on a training job's metric went into ALARM."""
    detail = AlarmDetail.model_validate(envelope.detail)
    if detail.state.value != "ALARM":
        return NothingToDo(reason=Nothing.ALARM_NOT_RAISED, detail=detail.alarm_name)
    name = detail.training_job_name
    if name is None:
        return NothingToDo(reason=Nothing.ALARM_WITHOUT_JOB, detail=detail.alarm_name)
    return AlarmSignal(
        alarm_name=detail.alarm_name,
        alarm_arn=envelope.resources[0] if envelope.resources else "",
        training_job_name=name,
        reason=detail.state.reason,
        changed_at=detail.state.timestamp,
        origin=origin,
        sent_at=envelope.time,
    )
