"""What sweep and relay put on the watch queue: SageMaker's own event shape under a source of trainstop's."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from trainstop.domain.training_job import TrainingJob
from trainstop.events.training_job import DETAIL_TYPE


def hint(source: str, job: TrainingJob, rules: Iterable[str], sent_at: datetime) -> dict[str, Any]:
    """An event that asks watch to look at a job.

    Args:
        source: ``trainstop.sweep`` or ``trainstop.relay``.
        job: The job as described.
        rules: RuleConfigurationNames that are said to be at IssuesFound.
        sent_at: When the hint was made.
    """
    statuses = [{"RuleConfigurationName": rule, "RuleEvaluationStatus": "IssuesFound"} for rule in rules]
    return {
        "version": "0",
        "id": "",
        "detail-type": DETAIL_TYPE,
        "source": source,
        "account": job.arn.account,
        "region": job.arn.region,
        "time": sent_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "resources": [job.training_job_arn],
        "detail": {
            "TrainingJobName": job.training_job_name,
            "TrainingJobArn": job.training_job_arn,
            "TrainingJobStatus": job.training_job_status,
            "DebugRuleEvaluationStatuses": statuses,
        },
    }
