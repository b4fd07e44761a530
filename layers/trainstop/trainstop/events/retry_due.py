"""trainstop's own reminder of a retry: it names the job to be, and nothing that it says decides anything."""

from typing import Final

from pydantic import Field

from trainstop.domain.signal import Origin, RetryDue
from trainstop.events.envelope import Envelope, Inbound

DETAIL_TYPE: Final = "trainstop Retry Due"


class RetryDueDetail(Inbound):
    """The retry that is due, by the name that its job is to have."""

    training_job_name: str = Field(alias="TrainingJobName", min_length=1, max_length=63, pattern=r"^[a-zA-Z0-9-]+$")


def parse_retry_due(envelope: Envelope, origin: Origin) -> RetryDue:
    """The signal of a retry that is due."""
    detail = RetryDueDetail.model_validate(envelope.detail)
    return RetryDue(training_job_name=detail.training_job_name, origin=origin, sent_at=envelope.time)
