"""SageMaker Processing Job State Change: a hint that a Debugger rule job ended (FORMATS.md 2.4, 2.5)."""

import re
from typing import Final

from pydantic import Field

from trainstop.domain.signal import Nothing, NothingToDo, Origin, RuleJobSignal
from trainstop.events.envelope import Envelope, Inbound

DETAIL_TYPE: Final = "SageMaker Processing Job State Change"

_RULE_JOB_NAME = re.compile(r"^[a-zA-Z0-9-]{1,26}-[a-zA-Z0-9-]{1,26}-[0-9a-f]{8}$")


class ProcessingJobDetail(Inbound):
    """The members that name the processing job."""

    processing_job_name: str = Field(alias="ProcessingJobName", min_length=1, max_length=63)
    processing_job_arn: str = Field(alias="ProcessingJobArn", min_length=1, max_length=256)


def parse_processing_job(envelope: Envelope, origin: Origin) -> RuleJobSignal | NothingToDo:
    """A signal where the name has the form of a rule-evaluation job; every other processing job is nothing to do."""
    detail = ProcessingJobDetail.model_validate(envelope.detail)
    if not _RULE_JOB_NAME.match(detail.processing_job_name):
        return NothingToDo(reason=Nothing.NOT_A_RULE_JOB, detail=detail.processing_job_name)
    return RuleJobSignal(
        processing_job_name=detail.processing_job_name,
        processing_job_arn=detail.processing_job_arn,
        origin=origin,
        sent_at=envelope.time,
    )
