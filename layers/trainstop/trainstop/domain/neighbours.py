"""What else looks after a job, as its description and its tags show it."""

import re
from collections.abc import Iterator, Mapping

from trainstop.domain.decision import Neighbour
from trainstop.domain.job_actions import job_actions
from trainstop.domain.tags import pipeline_of
from trainstop.domain.training_job import TrainingJob

_BATCH_PREFIX = "AWSBatch"
"""Batch's service-linked role may create training jobs of such names only (AWSBatchServiceRolePolicyForSageMaker)."""


_BATCH_SUFFIX = re.compile(r"(?:-[0-9a-f]{8,}|-[0-9]{1,2})+$")
"""What may set the attempts of one service job apart. How Batch names them is not documented."""


def batch_job_of(training_job_name: str) -> str:
    """The Batch service job that made a training job, as far as the name tells; "" for other jobs."""
    if not training_job_name.startswith(_BATCH_PREFIX):
        return ""
    return _BATCH_SUFFIX.sub("", training_job_name.removeprefix(_BATCH_PREFIX)).strip("-") or training_job_name


def neighbours_of(job: TrainingJob, tags: Mapping[str, str] | None) -> tuple[Neighbour, ...]:
    """Everything of other make that stops, resubmits or tells of this job, too."""
    return tuple(_neighbours(job, tags or {}))


def _neighbours(job: TrainingJob, tags: Mapping[str, str]) -> Iterator[Neighbour]:
    if any(job_actions(each.rule_parameters) for each in job.debug_rule_configurations):
        yield Neighbour.DEBUGGER_ACTIONS
    if job.training_job_name.startswith(_BATCH_PREFIX):
        yield Neighbour.BATCH
    if pipeline_of(tags) is not None:
        yield Neighbour.PIPELINE
    if job.tuning_job_arn:
        yield Neighbour.TUNING_JOB
    if job.automl_job_arn:
        yield Neighbour.AUTOML
    if job.retry_strategy is not None:
        yield Neighbour.SAGEMAKER_RETRIES
