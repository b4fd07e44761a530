"""Deep links into the AWS console, in the partitions whose console addresses are public."""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote

from trainstop.domain.finding import Trigger
from trainstop.domain.incident import Incident

LOG_GROUP = "/aws/sagemaker/TrainingJobs"

_CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
    "aws-eusc": "console.amazonaws-eusc.eu",
}
"""As AWS's endpoint references tell them, docs.aws.eu for the last; the isolated partitions' are not public."""

_TRAIL_PAGES = {"aws": "cloudtrailv2"}
"""CloudTrail's page is documented as ``cloudtrail`` everywhere; in ``aws`` that only leads on to another."""

_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]{1,12}){1,3}-\d{1,2}")
_JOB_NAME = re.compile(r"[a-zA-Z0-9](?:-*[a-zA-Z0-9])*")
_JOB_NAME_CHARACTERS = 63


def is_region(text: str) -> bool:
    """Whether ``text`` has the form of a Region's name, so that it may stand in a host name."""
    return _REGION.fullmatch(text) is not None


def is_job_name(text: str) -> bool:
    """Whether ``text`` is what SageMaker takes as a training job's name; such a name needs no quoting in a shell."""
    return len(text) <= _JOB_NAME_CHARACTERS and _JOB_NAME.fullmatch(text) is not None


def partition_of(region: str) -> str:
    """The partition that a Region's name implies, e.g. ``aws-cn``; of some no console address is known."""
    for prefix, partition in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("eusc-", "aws-eusc")):
        if region.startswith(prefix):
            return partition
    return "aws-iso" if "-iso" in region else "aws"


@dataclass(frozen=True, slots=True)
class Console:
    """One Region's console, e.g. ``https://eu-west-1.console.aws.amazon.com``."""

    region: str
    host: str

    @classmethod
    def of(cls, region: str) -> Self | None:
        """The Region's console; None where its address is not known, for no link is better than a wrong one."""
        host = _CONSOLES.get(partition_of(region))
        return cls(region, f"{region}.{host}") if host and is_region(region) else None

    def training_job(self, name: str) -> str:
        """The job's page."""
        return f"{self._home('sagemaker')}#/jobs/{quote(name, safe='')}"

    def tuning_job(self, name: str) -> str:
        """The page of a tuning job, with all the jobs that it made."""
        return f"{self._home('sagemaker')}#/hyper-tuning-jobs/{quote(name, safe='')}"

    def log_streams(self, job_name: str) -> str:
        """The log streams of all hosts of a job: those that start with ``job_name/`` (FORMATS.md 8)."""
        return f"{self._log_group()}$3FlogStreamNameFilter$3D{_twice_quoted(f'{job_name}/')}"

    def log_stream(self, stream: str) -> str:
        """The lines of one log stream."""
        return f"{self._log_group()}/log-events/{_twice_quoted(stream)}"

    def alarm(self, name: str) -> str:
        """A CloudWatch alarm's page."""
        return f"{self._home('cloudwatch')}#alarmsV2:alarm/{quote(name, safe='')}"

    def calls(self, event_name: str) -> str:
        """CloudTrail's event history, reduced to one API call."""
        page = _TRAIL_PAGES.get(partition_of(self.region), "cloudtrail")
        return f"{self._home(page)}#/events?EventName={quote(event_name, safe='')}"

    def stored_object(self, bucket_name: str, key: str) -> str:
        """The page of an object in S3, from which a browser opens it for whoever may read it."""
        where = f"region={self.region}&prefix={quote(key)}"
        return f"https://{self.host}/s3/object/{quote(bucket_name, safe='')}?{where}"

    def _home(self, service: str) -> str:
        return f"https://{self.host}/{service}/home?region={self.region}"

    def _log_group(self) -> str:
        return f"{self._home('cloudwatch')}#logsV2:log-groups/log-group/{_twice_quoted(LOG_GROUP)}"


def _twice_quoted(text: str) -> str:
    """CloudWatch wants its fragment percent-encoded twice, with ``$`` for the outer ``%``: ``/`` is ``$252F``."""
    return quote(quote(text, safe=""), safe="").replace("%", "$")


@dataclass(frozen=True, slots=True)
class Links:
    """Where to look; None where there is nothing to see."""

    job: str | None = None
    log: str | None = None
    log_streams: str | None = None
    alarm: str | None = None
    calls: str | None = None
    tuning_job: str | None = None


def links_of(incident: Incident) -> Links:
    """The console pages about an incident. ``log`` is the stream of the root line where that is known.

    A pipeline's execution has none: SageMaker shows it in Studio, at an address of each domain's own.
    """
    console = Console.of(incident.job.region)
    if console is None or incident.drill:
        return Links()
    trigger, name = incident.trigger, incident.job.name
    has_job = trigger is not Trigger.REFUSED_SUBMISSION and is_job_name(name)
    stream = incident.diagnosis.stream
    of_job = has_job and stream is not None and stream.startswith(f"{name}/")
    tuning_job = (incident.job.tuning_job_arn or "").rpartition("/")[2]
    calls = {Trigger.REFUSED_SUBMISSION: "CreateTrainingJob", Trigger.JOB_STOPPED: "StopTrainingJob"}.get(trigger)
    return Links(
        job=console.training_job(name) if has_job else None,
        log=console.log_stream(stream) if of_job and stream else None,
        log_streams=console.log_streams(name) if has_job else None,
        alarm=console.alarm(incident.rule.name) if trigger is Trigger.ALARM and incident.rule else None,
        calls=console.calls(calls) if calls else None,
        tuning_job=console.tuning_job(tuning_job) if is_job_name(tuning_job) else None,
    )
