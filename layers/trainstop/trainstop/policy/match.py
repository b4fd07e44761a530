"""Whether a rule applies to a case, and if not, why not."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo

from trainstop.policy.case import Case
from trainstop.policy.document import Protection
from trainstop.policy.hours import window_end
from trainstop.policy.when import Cost, Hours, Patterns, Seconds, Weekday, When, clock

_WEEK = tuple(Weekday)


def matches(when: When, case: Case) -> bool:
    """Whether a rule applies to a case."""
    return next(mismatches(when, case), None) is None


def mismatches(when: When, case: Case) -> Iterator[str]:
    """Why a rule does not apply to a case, one sentence for each of its fields that does not match."""
    for name, check in _CHECKS.items():
        wanted = getattr(when, name)
        if wanted is not None and (problem := check(wanted, case)):
            yield f"{name} {problem}"


def grounds(when: When, case: Case) -> str:
    """What a rule that applies rests on: each of its fields with what the case has there; "" for a rule without any."""
    actual = {
        "trigger": case.trigger,
        "rule": case.rule_name,
        "category": case.category,
        "actor": case.actor,
        "job": case.training_job_name,
        "tags": ", ".join(f"{key}={(case.tags or {}).get(key, '')}" for key in when.tags or {}),
        "role": case.role_arn.rpartition("/")[2],
        "instance_type": ", ".join(case.instance_types),
        "cost_usd": case.cost_usd,
        "training_seconds": case.training_seconds,
        "spot": str(case.spot).lower(),
        "tuning_job": case.tuning_job or "none",
        "pipeline": case.pipeline or "none",
        "time": f"{case.now.astimezone(ZoneInfo(when.time.zone)):%a %H:%M}" if when.time else "",
    }
    return ", ".join(f"{name} is {actual[name]}" for name in _CHECKS if getattr(when, name) is not None)


def any_matches(patterns: Iterable[str], text: str) -> bool:
    """Whether one of the globs matches the whole text, with case."""
    return any(fnmatchcase(text, pattern) for pattern in patterns)


def tags_match(wanted: Mapping[str, str], tags: Mapping[str, str]) -> bool:
    """Whether every wanted tag is there with a value that matches its glob."""
    return all(key in tags and fnmatchcase(tags[key], pattern) for key, pattern in wanted.items())


def protection_of(protect: Protection, case: Case) -> str | None:
    """What protects the job from stops: the glob of its name, or a tag; None where nothing does."""
    for pattern in protect.jobs:
        if fnmatchcase(case.training_job_name, pattern):
            return f"its name matches {pattern}"
    for key, pattern in protect.tags.items():
        if tags_match({key: pattern}, case.tags or {}):
            return f"its tag {key} is {(case.tags or {})[key]}"
    return None


def _one_of(wanted: Iterable[str], actual: str) -> str | None:
    return None if actual in set(wanted) else f"is {actual}, not {_any_of(wanted)}"


def _glob(wanted: Iterable[str], actual: str) -> str | None:
    return None if any_matches(wanted, actual) else f"is {actual or 'empty'}, which does not match {_any_of(wanted)}"


def _tags(wanted: Mapping[str, str], case: Case) -> str | None:
    if case.tags is None:
        return "could not be read"
    for key, pattern in wanted.items():
        if key not in case.tags:
            return f"lack {key}"
        if not fnmatchcase(case.tags[key], pattern):
            return f"have {key}={case.tags[key]}, which does not match {pattern}"
    return None


def _role(wanted: Patterns, case: Case) -> str | None:
    name = case.role_arn.rpartition("/")[2]
    return None if any_matches(wanted, name) else _glob(wanted, case.role_arn)


def _instance_type(wanted: Patterns, case: Case) -> str | None:
    if any(any_matches(wanted, instance_type) for instance_type in case.instance_types):
        return None
    return f"is {', '.join(case.instance_types) or 'unknown'}, which does not match {_any_of(wanted)}"


def _range(wanted: Cost | Seconds, actual: Decimal | int | None) -> str | None:
    if actual is None:
        return "is unknown"
    if actual < wanted.at_least:
        return f"is {actual}, less than {wanted.at_least}"
    if wanted.below is not None and actual >= wanted.below:
        return f"is {actual}, not below {wanted.below}"
    return None


def _parent(wanted: bool | Patterns, name: str | None) -> str | None:  # noqa: FBT001 - a union of the document
    if isinstance(wanted, bool):
        return None if wanted is (name is not None) else f"is {name or 'none'}"
    return "is none" if name is None else _glob(wanted, name)


def within(hours: Hours, moment: datetime) -> bool:
    """Whether a moment is in a part of the week, by the clock on the wall of its zone."""
    return window_end(hours, moment) is not None


def _hours(wanted: Hours, case: Case) -> str | None:
    if within(wanted, case.now):
        return None
    here = case.now.astimezone(ZoneInfo(wanted.zone))
    window = f"{clock(wanted.start)} to {clock(wanted.end)} on {', '.join(wanted.days)}"
    return f"is {_WEEK[here.weekday()]} {here:%H:%M} in {wanted.zone}, outside {window}"


def _any_of(wanted: Iterable[str]) -> str:
    return " or ".join(map(str, wanted))


_CHECKS: Mapping[str, Callable[..., str | None]] = {
    "trigger": lambda wanted, case: _one_of(wanted, case.trigger),
    "rule": lambda wanted, case: _glob(wanted, case.rule_name),
    "category": lambda wanted, case: _one_of(wanted, case.category),
    "actor": lambda wanted, case: _one_of(wanted, case.actor),
    "job": lambda wanted, case: _glob(wanted, case.training_job_name),
    "tags": _tags,
    "role": _role,
    "instance_type": _instance_type,
    "cost_usd": lambda wanted, case: _range(wanted, case.cost_usd),
    "training_seconds": lambda wanted, case: _range(wanted, case.training_seconds),
    "spot": lambda wanted, case: None if wanted is case.spot else f"is {str(case.spot).lower()}",
    "tuning_job": lambda wanted, case: _parent(wanted, case.tuning_job),
    "pipeline": lambda wanted, case: _parent(wanted, case.pipeline),
    "time": _hours,
}
