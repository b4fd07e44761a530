"""The facts of a job that people ask about, each in one line."""

from collections.abc import Iterator
from datetime import UTC, tzinfo
from typing import NamedTuple

from trainstop.domain.category import Category
from trainstop.domain.decision import Action
from trainstop.domain.finding import Trigger
from trainstop.domain.incident import Incident, JobFacts
from trainstop.domain.tags import PIPELINE_EXECUTION_TAG, OwnerSource, pipeline_of
from trainstop.render.text import said
from trainstop.render.units import duration, instant


class Fact(NamedTuple):
    """A label of trainstop's own and what is known, in one line."""

    label: str
    value: str


def job_facts(incident: Incident, zone: tzinfo = UTC) -> list[Fact]:
    """What is known of the job, with times in the reader's zone too; a fact that is not known has no line."""
    return [Fact(label, value) for label, value in _facts(incident, zone) if value]


def _facts(incident: Incident, zone: tzinfo) -> Iterator[tuple[str, str]]:
    job = incident.job
    yield "Name", said(job.name)
    yield "Status", _status(incident)
    yield "Runs on", said(f"{job.instances}{', spot' if job.spot else ''}") if job.instances else ""
    yield "Ran", _ran(job)
    yield "Created", instant(job.created_at, zone) if job.created_at else ""
    yield "Started", instant(job.started_at, zone) if job.started_at and not job.ended_at else ""
    yield "Ended", instant(job.ended_at, zone) if job.ended_at else ""
    yield "Billed", _billed(job)
    yield "Owner", _owner(job)
    yield "Team", said(job.team)
    yield "Image", _image(incident)
    yield "Tuning job", said((job.tuning_job_arn or "").rpartition("/")[2])
    yield "Pipeline", _pipeline(job)
    yield "Account", " ".join(filter(None, (said(job.account), said(job.region))))
    if incident.trigger is Trigger.REFUSED_SUBMISSION:
        yield "Refused", instant(incident.occurred_at, zone)


def _owner(job: JobFacts) -> str:
    """With what names the owner where that is no tag: the caller may have started it for somebody else."""
    owner = said(job.owner)
    return f"{owner} (by CloudTrail)" if owner and job.owner_source is OwnerSource.CLOUDTRAIL else owner


def _status(incident: Incident) -> str:
    status, secondary = said(incident.job.status), said(incident.job.secondary_status)
    both = f"{status} ({secondary})" if secondary not in ("", status) else status
    return f"was {both}, now stopping" if both and incident.outcome.action is Action.STOPPED else both


def _image(incident: Incident) -> str:
    """Without its registry, which would take the room of the tag, unless the image is what is wrong."""
    image = said(incident.job.image or "")
    return image if incident.diagnosis.category is Category.IMAGE else image.partition("/")[2] or image


def _pipeline(job: JobFacts) -> str:
    """The pipeline and its execution. SageMaker shows both in Studio only, so there is no console page to link."""
    name = said(pipeline_of(job.tags) or "")
    execution = said(job.tags.get(PIPELINE_EXECUTION_TAG, "").rpartition("/execution/")[2]) if name else ""
    return f"{name}, execution {execution}" if execution else name


def _ran(job: JobFacts) -> str:
    if job.duration_seconds is None:
        return ""
    limit = f" of at most {duration(job.max_runtime_seconds)}" if job.max_runtime_seconds else ""
    return f"{duration(job.duration_seconds)}{limit}"


def _billed(job: JobFacts) -> str:
    if job.billable_instance_seconds is None:
        return ""
    saved = job.spot_savings_percent
    spot = f", spot saved {saved:.0f} %" if job.spot and saved is not None else ""
    return f"{duration(job.billable_instance_seconds)} of instance time{spot}"
