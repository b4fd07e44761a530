"""What made a run what it was, and what was different in another one."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from pydantic import AwareDatetime, Field

from trainstop.domain.base import Frozen
from trainstop.domain.describe import Channel
from trainstop.domain.family import family_name
from trainstop.domain.redaction import redact
from trainstop.domain.tags import execution_of
from trainstop.domain.text import clean_text
from trainstop.domain.training_job import TrainingJob

MAX_DIFFERENCES = 8
MAX_HYPERPARAMETERS = 100
"""As many as CreateTrainingJob takes."""

_MAX_CHANNELS = 20
_NAME_CHARACTERS = 64
_VALUE_CHARACTERS = 160
_DIGEST_CHARACTERS = 8
NOT_SET = "not set"
"""Told for what only one of two runs has."""

_OWN = "*"
"""Stands for what is each run's own."""

_SDK_TIME = re.compile(r"\d{4}(?:-\d\d){5}-\d{3}")
_SUBMIT_DIRECTORY = "sagemaker_submit_directory"
_EACH_RUNS_OWN = frozenset(
    {"sagemaker_job_name", "sagemaker_region", "sagemaker_container_log_level", _SUBMIT_DIRECTORY}
)
"""Hyperparameters of the SageMaker SDK that tell nothing, or are told as the source archive."""

_CODE_CHANNEL, _DRIVERS_CHANNEL = "code", "sm_drivers"
"""Channels in which the SDK's ModelTrainer brings the source code, and its own launcher."""


class Run(Frozen):
    """One run of a job. Every text is one line, cleaned, without secrets, and bounded.

    What is each run's own (its name, its pipeline execution, time stamps of the SageMaker SDK) is ``*`` in URIs and
    values, so that it makes no difference.

    Attributes:
        image: As described: DescribeTrainingJob gives the image's URI, with its digest only where the job was submitted
            with one. A tag that was pushed anew in between makes no difference here.
        instances: E.g. ``2 x ml.g5.2xlarge``.
        source: URI of the source archive; its content is not looked at.
        data: What each input channel reads, by channel.
    """

    training_job_name: str
    ended_at: AwareDatetime
    image: str = ""
    instances: str = ""
    source: str = ""
    data: dict[str, str] = Field(default_factory=dict)
    hyperparameters: dict[str, str] = Field(default_factory=dict)


class Difference(Frozen):
    """One thing that was different.

    Attributes:
        field: ``image``, ``source archive``, ``instances``, ``data <channel>`` or ``hyperparameter <name>``.
        then: In the good run; "" where it was not there.
        now: In this run; "" where it is not there.
    """

    field: str
    then: str
    now: str


class LastGood(Frozen):
    """The last run of a job's family that completed, and what was different in it, most telling first.

    Attributes:
        differences_left_out: How many more there were.
    """

    training_job_name: str
    ended_at: AwareDatetime
    differences: tuple[Difference, ...] = ()
    differences_left_out: int = 0


def run_of(job: TrainingJob, tags: Mapping[str, str]) -> Run:
    """The run that a described job is."""
    shown = _without(_own_parts(job, tags))
    given = sorted(job.hyper_parameters.items())[:MAX_HYPERPARAMETERS]
    channels = {each.channel_name or "": each for each in job.input_data_config[:_MAX_CHANNELS]}
    code = channels.pop(_CODE_CHANNEL, None)
    source = job.hyper_parameters.get(_SUBMIT_DIRECTORY, "") or (_place(code) if code else "")
    channels.pop(_DRIVERS_CHANNEL, None)
    return Run(
        training_job_name=job.training_job_name,
        ended_at=job.changed_at,
        image=shown("image", job.image or ""),
        instances=", ".join(f"{count} x {instance_type}" for instance_type, count in job.instances),
        source=shown("source", source),
        data={_name(name): shown("data", _place(channel)) for name, channel in channels.items()},
        hyperparameters={_name(name): shown(name, value) for name, value in given if name not in _EACH_RUNS_OWN},
    )


def compare(good: Run, run: Run) -> LastGood:
    """What was different in the good run, bounded."""
    found = differences(good, run)
    return LastGood(
        training_job_name=good.training_job_name,
        ended_at=good.ended_at,
        differences=found[:MAX_DIFFERENCES],
        differences_left_out=max(0, len(found) - MAX_DIFFERENCES),
    )


def differences(good: Run, run: Run) -> tuple[Difference, ...]:
    """All that differs, most telling first: what there is one of, then data, then hyperparameters."""
    return tuple(_differences(good, run))


def _differences(good: Run, run: Run) -> Iterator[Difference]:
    singles = {"image": (good.image, run.image), "source archive": (good.source, run.source)}
    singles["instances"] = (good.instances, run.instances)
    yield from _changed(singles)
    for kind, then, now in (
        ("data", good.data, run.data),
        ("hyperparameter", good.hyperparameters, run.hyperparameters),
    ):
        pairs = {f"{kind} {name}": (then.get(name, ""), now.get(name, "")) for name in sorted(then.keys() | now.keys())}
        yield from _changed(pairs)


def _changed(pairs: Mapping[str, tuple[str, str]]) -> Iterator[Difference]:
    """What has another value before what came or went."""
    found = [Difference(field=name, then=then, now=now) for name, (then, now) in pairs.items() if then != now]
    return iter(sorted(found, key=lambda each: not (each.then and each.now)))


def _place(channel: Channel) -> str:
    """Where a channel's data is."""
    source = channel.data_source
    if source is None:
        return ""
    if source.s3_data_source is not None:
        return source.s3_data_source.s3_uri or ""
    if source.file_system_data_source is not None:
        mounted = source.file_system_data_source
        return f"{mounted.file_system_id or ''}{mounted.directory_path or ''}"
    return (source.dataset_source.dataset_arn or "") if source.dataset_source is not None else ""


def _own_parts(job: TrainingJob, tags: Mapping[str, str]) -> Iterator[str]:
    """What only this run has; a name that could be any run's, e.g. ``train``, may stand in a path for its own sake."""
    if family_name(job.training_job_name) != job.training_job_name:
        yield job.training_job_name
    if execution := execution_of(tags):
        yield execution


def _without(own: Iterable[str]) -> Callable[[str, str], str]:
    """A function that makes a value of a name presentable: cleaned, without secrets and each run's own parts."""
    parts = "|".join(map(re.escape, own))
    pattern = re.compile(rf"(?<![0-9A-Za-z])(?:{parts})(?![0-9A-Za-z])") if parts else None

    def shown(name: str, value: str) -> str:
        # A secret is known by the name that it has: without it, it would be a value like any other.
        label = f"{_one_line(clean_text(name))}="
        labelled = _one_line(redact(f"{label}{clean_text(value)}").text)
        if not labelled.startswith(label):
            return "[removed]"
        text = _unquoted(labelled.removeprefix(label))
        return _bounded(_SDK_TIME.sub(_OWN, pattern.sub(_OWN, text) if pattern else text))

    return shown


def _unquoted(text: str) -> str:
    """The SageMaker SDK sends hyperparameters as JSON: a text has quotes about it."""
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] == '"' else text


def _bounded(text: str) -> str:
    """A text that is cut ends in its digest, so that a difference behind the cut still shows."""
    if len(text) <= _VALUE_CHARACTERS:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:_DIGEST_CHARACTERS]
    return f"{text[: _VALUE_CHARACTERS - _DIGEST_CHARACTERS - 4]}...#{digest}"


def _name(text: str) -> str:
    return _one_line(redact(clean_text(text)).text)[:_NAME_CHARACTERS]


def _one_line(text: str) -> str:
    return " ".join(text.split())
