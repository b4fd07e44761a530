"""Silences: alerts that people do not want for a while, in the policy's own vocabulary."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, Field, model_validator

from trainstop.domain.base import Frozen
from trainstop.domain.decision import Severity
from trainstop.domain.finding import Trigger
from trainstop.domain.incident import Incident
from trainstop.domain.silence import SilenceFacts, SilenceKind
from trainstop.policy.match import matches, within
from trainstop.policy.replay import case_of_incident
from trainstop.policy.when import Hours, Weekday, When, clock

LONGEST = timedelta(days=90)
REASON_CHARACTERS = 500
_ABOUT_TRAINSTOP = frozenset({Trigger.BREAKER, Trigger.OPERATOR})
_TWO = 2
_GLOBS = frozenset({"job", "rule", "role"})
"""Fields that every incident has, if only as an empty text, so that ``*`` matches it."""


class SilenceState(StrEnum):
    """Where a silence stands at a moment."""

    ACTIVE = "active"
    WAITING = "waiting"
    """It has not begun, or is between two of its weekly windows."""
    OVER = "over"


class Silence(Frozen):
    """Alerts that are not told from ``starts_at`` until ``until``; stops and retries go on.

    Attributes:
        silence_id: Given where it is kept; "" before.
        when: What it matches. It has no ``time``: that is what ``weekly`` is for.
        weekly: The part of the week in which it holds; None for all of it.
        including_critical: Whether it also keeps alerts back that are critical, or about trainstop itself.
        author: ARN of who set it.
        ended_at: When a person ended it early; None where nobody did.
    """

    silence_id: str = ""
    when: When = When()
    weekly: Hours | None = None
    starts_at: AwareDatetime
    until: AwareDatetime
    including_critical: bool = False
    author: str
    reason: Annotated[str, Field(min_length=1, max_length=REASON_CHARACTERS)]
    created_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    ended_by: str = ""
    end_reason: str = ""

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if self.when.time is not None:
            raise ValueError("the time of a silence goes under weekly")
        if self.until <= max(self.starts_at, self.created_at):
            raise ValueError("a silence ends after it begins, and not in the past")
        if self.until - self.starts_at > LONGEST or self.starts_at - self.created_at > LONGEST:
            raise ValueError(f"a silence begins within {LONGEST.days} days and lasts {LONGEST.days} days at most")
        return self

    @property
    def kind(self) -> SilenceKind:
        """Maintenance is planned: it begins later, or comes back every week."""
        planned = self.weekly is not None or self.starts_at > self.created_at
        return SilenceKind.MAINTENANCE if planned else SilenceKind.SILENCE

    @property
    def facts(self) -> SilenceFacts:
        """What an incident that it silences remembers of it."""
        return SilenceFacts(
            silence_id=self.silence_id, kind=self.kind, author=self.author, reason=self.reason, until=self.until
        )


ActiveSilences = Callable[[datetime], Iterable[Silence]]
"""Gives the silences that are active at a moment."""


def state_of(silence: Silence, moment: datetime) -> SilenceState:
    """Where a silence stands at a moment."""
    if silence.ended_at is not None or moment >= silence.until:
        return SilenceState.OVER
    holds = moment >= silence.starts_at and (silence.weekly is None or within(silence.weekly, moment))
    return SilenceState.ACTIVE if holds else SilenceState.WAITING


def covers(silence: Silence, incident: Incident) -> bool:
    """Whether a silence is about an incident, whatever the date; of a weekly one, whether the time of the week fits."""
    exempt = incident.severity is Severity.CRITICAL or incident.trigger in _ABOUT_TRAINSTOP
    if exempt and not silence.including_critical:
        return False
    in_week = silence.weekly is None or within(silence.weekly, incident.detected_at)
    return in_week and matches(silence.when, case_of_incident(incident))


def silencing(incident: Incident, active: Iterable[Silence]) -> SilenceFacts | None:
    """The silence that keeps an incident untold, of several the one that lasts longest; None where none does."""
    covering = [silence for silence in active if covers(silence, incident)]
    return max(covering, key=lambda silence: silence.until).facts if covering else None


def matches_everything(when: When) -> bool:
    """Whether no incident can escape: nothing is asked for, or only ``*`` of what every incident has."""
    given = _given(when)
    return all(name in _GLOBS and any(set(pattern) == {"*"} for pattern in given[name]) for name in given)


def described(when: When) -> str:
    """``job demo-* or x-1, category capacity``; ``everything`` where nothing is asked for."""
    return (
        ", ".join(f"{name.replace('_', ' ')} {_words(value)}" for name, value in _given(when).items()) or "everything"
    )


def weekly_words(hours: Hours) -> str:
    """``sat,sun 22:00-06:00 Europe/Berlin``, ``mon-fri 12:00-13:00 UTC``, ``every day 22:00-06:00 UTC``."""
    return f"{_days(hours.days)} {clock(hours.start)}-{clock(hours.end)} {hours.zone}"


def _days(days: Iterable[Weekday]) -> str:
    """Each run of three days and more by its ends."""
    week = list(Weekday)
    runs: list[list[Weekday]] = []
    for day in sorted(set(days), key=week.index):
        if runs and week.index(day) == week.index(runs[-1][-1]) + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    if runs == [week]:
        return "every day"
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > _TWO else ",".join(run) for run in runs)


def _given(when: When) -> dict[str, Any]:
    return {name: value for name in When.model_fields if (value := getattr(when, name)) is not None}


def _words(value: object) -> str:
    match value:
        case tuple():
            return " or ".join(map(str, value))
        case dict():
            return " and ".join(f"{key}={pattern}" for key, pattern in value.items())
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)
