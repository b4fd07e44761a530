"""Silences as people and machines read them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from trainstop.cli import output
from trainstop.domain.incident import Incident
from trainstop.policy.silences import Silence, described, state_of, weekly_words
from trainstop.render.people import person
from trainstop.render.units import duration

COLUMNS = ("id", "state", "until (UTC)", "by", "what")
WHOLE = frozenset({"id", "state", "until (UTC)"})
_FEW = 10
_SHOWN = 5


def sentence(silence: Silence, now: datetime) -> str:
    """What a silence does, from when until when."""
    name = silence.silence_id or silence.kind.value
    start = f" from {silence.starts_at:%Y-%m-%d %H:%M} UTC" if silence.starts_at > now else ""
    lasts = duration((silence.until - max(silence.starts_at, now)).total_seconds())
    critical = ", critical alerts included" if silence.including_critical else ""
    hours = f", only {weekly_words(silence.weekly)}" if silence.weekly else ""
    until = f"until {silence.until:%Y-%m-%d %H:%M} UTC ({lasts})"
    return f"{name} silences {described(silence.when)}{critical}{start} {until}{hours}"


def remark_on(covered: Sequence[Incident], told: int, days: int) -> None:
    """Say what a silence would have kept untold of the alerts of so many days."""
    if not told:
        output.remark(f"There were no alerts in the last {days} days to compare it with.")
        return
    jobs = Counter(incident.job.name or "(no name)" for incident in covered)
    often = sorted(jobs.items(), key=lambda job: (-job[1], job[0]))
    named = [f"{name} ({count})" if count > 1 else name for name, count in often]
    more = [f"{len(named) - _SHOWN} more jobs"] if len(named) > _SHOWN else []
    which = f": {', '.join([*named[:_SHOWN], *more])}" if named else ""
    output.remark(f"It would have silenced {len(covered)} of the {told} alerts of the last {days} days{which}")
    if len(covered) == told >= _FEW:
        output.remark("WARNING: that is every alert there was.")


def row(silence: Silence, now: datetime) -> list[str]:
    """A silence in ``COLUMNS``."""
    what = [described(silence.when), f"only {weekly_words(silence.weekly)}" if silence.weekly else ""]
    critical = "critical too" if silence.including_critical else ""
    begins = f"from {silence.starts_at:%m-%d %H:%M}" if silence.starts_at > now else ""
    ended = f'ended by {person(silence.ended_by)}: "{silence.end_reason}"' if silence.ended_at else ""
    return [
        silence.silence_id,
        state_of(silence, now).value,
        f"{silence.ended_at or silence.until:%m-%d %H:%M}",
        person(silence.author),
        "; ".join(filter(None, [*what, begins, critical, f'"{silence.reason}"', ended])),
    ]


def as_dict(silence: Silence, now: datetime) -> dict[str, Any]:
    """A silence for machines."""
    facts = silence.model_dump(mode="json", by_alias=True, exclude_none=True)
    return facts | {"state": state_of(silence, now).value, "kind": silence.kind.value}
