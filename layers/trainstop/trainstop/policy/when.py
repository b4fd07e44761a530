"""When a policy rule applies: every given field must match; a list matches by any of its entries."""

import re
from datetime import time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema, model_validator

from trainstop.domain.base import Frozen
from trainstop.domain.category import Actor, Category
from trainstop.domain.finding import Trigger
from trainstop.domain.zones import ZoneName

_MINUTES_PER_DAY = 24 * 60
_CLOCK = re.compile(r"(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)")


def as_list(value: object) -> object:
    """One entry may be written without the brackets of a list."""
    return [value] if isinstance(value, (str, int)) else value


Pattern = Annotated[str, Field(min_length=1, max_length=256)]
"""A glob: ``*`` and ``?`` as in a shell, compared with case."""

Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(as_list), Field(min_length=1, max_length=100)]
Triggers = Annotated[tuple[Trigger, ...], BeforeValidator(as_list), Field(min_length=1)]
Actors = Annotated[tuple[Actor, ...], BeforeValidator(as_list), Field(min_length=1)]
Categories = Annotated[tuple[Category, ...], BeforeValidator(as_list), Field(min_length=1)]
TagPatterns = Annotated[dict[str, Pattern], Field(max_length=50)]

Parent = Annotated[
    Annotated[bool, Tag("yes or no")] | Annotated[Patterns, Tag("names")],
    Discriminator(lambda value: "yes or no" if isinstance(value, bool) else "names"),
]
"""Whether the job has such a parent at all, or globs for the parent's name."""


class Weekday(StrEnum):
    """A day of the week."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


def _minutes(value: object) -> object:
    """Minutes since midnight. YAML 1.1 reads an unquoted 22:00 as the number 1320, which is the same."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError('expected a time of day such as "22:00"')
    return int(match["hour"]) * 60 + int(match["minute"])


ClockTime = Annotated[
    int,
    BeforeValidator(_minutes),
    Field(ge=0, le=_MINUTES_PER_DAY),
    WithJsonSchema({"type": "string", "pattern": r"^([01]?\d|2[0-4]):[0-5]\d$"}),
]


class Hours(Frozen):
    """A part of the week. A window that ends before it begins goes on into the next day; its day is the first one's."""

    days: Annotated[
        tuple[Weekday, ...],
        BeforeValidator(as_list),
        Field(min_length=1, description="Days on which the window begins. All seven where it is left out."),
    ] = tuple(Weekday)
    start: Annotated[ClockTime, Field(alias="from", description="Beginning, HH:MM, included.")] = 0
    end: Annotated[ClockTime, Field(alias="until", description="End, HH:MM, not included.")] = _MINUTES_PER_DAY
    zone: Annotated[ZoneName, Field(description="Time zone by its IANA name, e.g. Europe/Berlin.")] = "UTC"

    @model_validator(mode="after")
    def _is_some_time(self) -> "Hours":
        if self.start == self.end:
            raise ValueError("from and until are the same time")
        return self


class Cost(Frozen):
    """A range of what the job cost so far. A cost that is unknown is in no range."""

    at_least: Annotated[Decimal, Field(ge=0, description="USD, this much or more.")] = Decimal(0)
    below: Annotated[Decimal | None, Field(gt=0, description="USD, less than this.")] = None


class Seconds(Frozen):
    """A range of time. A time that is unknown is in no range."""

    at_least: Annotated[int, Field(ge=0, description="Seconds, this many or more.")] = 0
    below: Annotated[int | None, Field(gt=0, description="Seconds, fewer than this.")] = None


class When(Frozen):
    """What a rule applies to. Every field that is given must match; without any, the rule applies to all findings."""

    trigger: Annotated[
        Triggers | None, Field(description="What made the finding, e.g. debugger_rule or job_failed.")
    ] = None
    rule: Annotated[Patterns | None, Field(description="Globs for the Debugger or profiler rule or the alarm.")] = None
    category: Annotated[Categories | None, Field(description="Why the job failed, e.g. gpu_out_of_memory.")] = None
    actor: Annotated[Actors | None, Field(description="Who has to act: job_owner, platform_team, aws or nobody.")] = (
        None
    )
    job: Annotated[Patterns | None, Field(description="Globs for the training job's name.")] = None
    tags: Annotated[
        TagPatterns | None, Field(description="Tag keys, each with a glob for its value; all must match.")
    ] = None
    role: Annotated[
        Patterns | None, Field(description="Globs for the job's execution role: its ARN, or its name alone.")
    ] = None
    instance_type: Annotated[
        Patterns | None, Field(description="Globs for an instance type of the job, e.g. ml.p5*.")
    ] = None
    cost_usd: Annotated[Cost | None, Field(description="What the job cost so far, in USD.")] = None
    training_seconds: Annotated[
        Seconds | None, Field(description="How long the job trained; 0 for one that ended before its training began.")
    ] = None
    spot: Annotated[bool | None, Field(description="Whether managed spot training is on.")] = None
    tuning_job: Annotated[
        Parent | None, Field(description="Whether a tuning job made the job, or globs for that tuning job's name.")
    ] = None
    pipeline: Annotated[
        Parent | None, Field(description="Whether a pipeline runs the job, or globs for that pipeline's name.")
    ] = None
    time: Annotated[Hours | None, Field(description="Days and time of day at which the rule applies.")] = None


def clock(minutes: int) -> str:
    """``22:00`` of 1320."""
    return "24:00" if minutes == _MINUTES_PER_DAY else f"{time(minutes // 60, minutes % 60):%H:%M}"
