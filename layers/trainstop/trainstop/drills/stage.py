"""A scenario set up for one drill: the job that is not there, as everything that looks at jobs sees it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from trainstop.domain.evidence import Evidence
from trainstop.domain.failure import LogLine
from trainstop.domain.finding import Trigger, findings_of, incident_id
from trainstop.domain.signal import Drill, JobSignal, RefusedSubmission
from trainstop.domain.training_job import TrainingJob
from trainstop.drills.scenario import Scenario, scenarios

DRILL_TAG = "trainstop:drill"
"""On every made-up job, so that a policy can tell drills apart."""

_BEFORE = re.compile(r"T-(?P<seconds>\d{1,7})")


@dataclass(frozen=True)
class Stage:
    """What a drill's made-up job or refused call looks like.

    Attributes:
        at: When it happens: times of the scenario count back from there.
    """

    drill: Drill
    at: datetime

    @property
    def scenario(self) -> Scenario:
        """What goes wrong."""
        return scenarios()[self.drill.scenario]

    @property
    def training_job_name(self) -> str:
        """Of the job that is not there; a drill's id makes it like no other's."""
        return f"trainstop-drill-{self.drill.scenario}-{self.drill.drill_id}"

    @property
    def incident_id(self) -> str:
        """The identity of the drill's incident: watch derives the same from the signal."""
        if self.job is None:
            return incident_id(self.drill.drill_id, Trigger.REFUSED_SUBMISSION)
        finding = findings_of(self.job)[0]
        return incident_id(self.job.training_job_arn, finding.trigger, finding.subject)

    @property
    def tags(self) -> dict[str, str]:
        """The scenario's tags, the mark of a drill, and those that were asked for."""
        asked_for = {"owner": self.drill.owner, "team": self.drill.team}
        return {**self.scenario.tags, DRILL_TAG: "true", **{key: value for key, value in asked_for.items() if value}}

    @cached_property
    def job(self) -> TrainingJob | None:
        """The job as DescribeTrainingJob would tell it; None where its submission is refused."""
        if self.scenario.job is None:
            return None
        where = f"arn:aws:sagemaker:{self.drill.region}:{self.drill.account}:training-job"
        name = {"TrainingJobName": self.training_job_name, "TrainingJobArn": f"{where}/{self.training_job_name}"}
        return TrainingJob.model_validate(self._timed(self.scenario.job) | name)

    @property
    def signal(self) -> JobSignal | RefusedSubmission:
        """What an event in earnest would have said."""
        if self.job is not None:
            return JobSignal(
                training_job_name=self.training_job_name,
                training_job_arn=self.job.training_job_arn,
                origin=self.drill.origin,
                sent_at=self.drill.sent_at,
            )
        call = self.scenario.refused
        if call is None:
            raise ValueError(f"the scenario {self.drill.scenario} has neither a job nor a refused call")
        return RefusedSubmission(
            **call.model_dump(),
            event_id=self.drill.drill_id,
            occurred_at=self.at,
            account=self.drill.account,
            region=self.drill.region,
            training_job_name=self.training_job_name,
            tags=self.tags,
            origin=self.drill.origin,
            sent_at=self.drill.sent_at,
        )

    @property
    def evidence(self) -> Evidence:
        """The scenario's log, a line a second, the last one when it happens."""
        last_ms = int(self.at.timestamp() * 1000)
        lines = tuple(
            LogLine(text, host, f"{self.training_job_name}/{host}-1", last_ms - back * 1000)
            for host, texts in self.scenario.log.items()
            for back, text in zip(range(len(texts) - 1, -1, -1), texts, strict=True)
        )
        return Evidence(tuple(sorted(lines, key=lambda line: line.timestamp_ms or 0)), stream_exists=bool(lines))

    def _timed(self, value: Any) -> Any:  # noqa: ANN401 - any part of an answer
        match value:
            case dict():
                return {key: self._timed(item) for key, item in value.items()}
            case list():
                return [self._timed(item) for item in value]
            case str() if before := _BEFORE.fullmatch(value):
                return self.at - timedelta(seconds=int(before["seconds"]))
            case _:
                return value
