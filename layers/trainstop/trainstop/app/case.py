"""What the policy is given of a finding."""

from collections.abc import Mapping
from datetime import datetime

from trainstop.app.deps import WatchDeps
from trainstop.app.diagnose import diagnose_refusal
from trainstop.app.occasion import Occasion
from trainstop.domain.cost import PriceTable, estimate_cost
from trainstop.domain.decision import Neighbour
from trainstop.domain.finding import Finding, Trigger
from trainstop.domain.job_actions import JobActions, job_actions
from trainstop.domain.neighbours import neighbours_of
from trainstop.domain.signal import RefusedSubmission
from trainstop.domain.tags import pipeline_of
from trainstop.domain.training_job import IN_PROGRESS, TrainingJob
from trainstop.domain.verdict import Verdict
from trainstop.policy.case import Case


def case_of(occasion: Occasion, verdict: Verdict, deps: WatchDeps) -> Case:
    """The case of an occasion."""
    job = occasion.job
    sdk_notifies = deps.neighbours.sdk_notifies(job.training_job_name)
    return case_of_finding(
        job,
        occasion.finding,
        occasion.tags,
        verdict,
        prices=deps.prices,
        now=occasion.detected_at,
        sdk_notifies=sdk_notifies,
        drill=deps.drill is not None,
    )


def case_of_finding(
    job: TrainingJob,
    finding: Finding,
    tags: Mapping[str, str] | None,
    verdict: Verdict,
    *,
    prices: PriceTable,
    now: datetime,
    sdk_notifies: bool = False,
    drill: bool = False,
) -> Case:
    """The case of a finding about a described job.

    Args:
        job: As described.
        finding: What is wrong with it.
        tags: None where they could not be read.
        verdict: Why.
        prices: For what it cost so far.
        now: The moment of the decision.
        sdk_notifies: Whether an EventBridge rule of the SageMaker SDK tells of the job's end, too.
        drill: Whether the job is made up.
    """
    neighbours = neighbours_of(job, tags)
    return Case(
        trigger=finding.trigger,
        rule_name=finding.subject,
        training_job_name=job.training_job_name,
        tags=None if tags is None else dict(tags),
        category=verdict.category,
        actor=verdict.actor,
        in_progress=job.training_job_status == IN_PROGRESS,
        role_arn=job.role_arn or "",
        instance_types=tuple(instances.instance_type for instances in job.instances),
        cost_usd=estimate_cost(job, prices, now).usd,
        training_seconds=_training_seconds(job),
        spot=bool(job.enable_managed_spot_training),
        tuning_job=job.tuning_job_arn.rpartition("/")[2] if job.tuning_job_arn else None,
        pipeline=pipeline_of(tags or {}),
        neighbours=(*neighbours, Neighbour.SDK_NOTIFICATIONS) if sdk_notifies else neighbours,
        declared=declared_by(job, finding),
        retry=verdict.retry,
        now=now,
        drill=drill,
    )


def _training_seconds(job: TrainingJob) -> int | None:
    """How long a job trained, so far as it has ended; 0 for one that ended before that."""
    if job.training_time_in_seconds is not None:
        return job.training_time_in_seconds
    if job.training_job_status == IN_PROGRESS:
        return None
    return 0 if job.training_start_time is None else job.duration_seconds


def declared_by(job: TrainingJob, finding: Finding) -> JobActions | None:
    """The actions that the rule which fired declares; None for other findings and where it declares none."""
    return job_actions(job.rule_parameters(finding.subject)) if finding.trigger.is_rule else None


def case_of_refusal(refusal: RefusedSubmission, now: datetime) -> Case:
    """The case of a submission that was refused: there is a name and tags at most, and nothing to stop."""
    return Case(
        trigger=Trigger.REFUSED_SUBMISSION,
        training_job_name=refusal.training_job_name or "",
        tags=refusal.tags,
        category=(verdict := diagnose_refusal(refusal)).category,
        actor=verdict.actor,
        in_progress=False,
        role_arn=refusal.request.get("role_arn", ""),
        instance_types=tuple(filter(None, [refusal.request.get("instance_type", "")])),
        now=now,
    )
