"""``trainstop silence``: set, list and end silences, and see what they match."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from trainstop.adapters.incident_index import IncidentIndex
from trainstop.adapters.silences import SilencesTable
from trainstop.adapters.table import IncidentsTable
from trainstop.app.by_hand import Person, worded
from trainstop.app.silence import SilenceDeps, add_silence, end_silence
from trainstop.cli import output
from trainstop.cli.aws import Deployment, deployment
from trainstop.cli.caller import caller
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.silence_shown import COLUMNS, WHOLE, as_dict, remark_on, row, sentence
from trainstop.cli.since import now_utc
from trainstop.cli.windows import moment, span, weekly
from trainstop.policy.silences import (
    Silence,
    SilenceState,
    covers,
    described,
    matches_everything,
    state_of,
)
from trainstop.policy.when import When
from trainstop.ports import SilencesFullError, SilencesUnreadableError

_DAYS_BACK = 7
_MOST_INCIDENTS = 10_000


@dataclass(frozen=True, slots=True)
class Span:
    """When a silence holds, as a person gives it."""

    lasts: str | None
    until: str | None
    start: str | None
    weekly: str | None
    zone: str


def matcher(*, tags: Sequence[str] | None, **fields: Any) -> When:  # noqa: ANN401 - values of every field
    """What a silence matches.

    Raises:
        CliError: a value cannot be right.
    """
    given: dict[str, Any] = {name: value for name, value in fields.items() if value}
    if tags:
        pairs = [tag.partition("=") for tag in tags]
        if any(not key or not pattern for key, _, pattern in pairs):
            raise CliError(ExitCode.USAGE, "--tag takes KEY=GLOB, e.g. team=vision")
        given["tags"] = {key: pattern for key, _, pattern in pairs}
    try:
        return When.model_validate(given)
    except ValidationError as error:
        raise _wrong(error) from error


def add(
    when: When,
    times: Span,
    *,
    reason: str,
    everything: bool,
    including_critical: bool,
    dry_run: bool,
    stack: str,
    as_json: bool,
) -> None:
    """Set a silence, and print what it would have silenced lately.

    Raises:
        CliError: it matches everything and nobody said so, its times cannot be right, or there is no room.
    """
    if matches_everything(when) and not everything:
        raise CliError(ExitCode.USAGE, "that would silence every alert: name what is meant, or give --all")
    now = now_utc()
    with deployment(stack) as deployed:
        who = caller(deployed)
        start = moment("--from", times.start, times.zone) if times.start else now
        silence = _silence(
            when=when,
            weekly=weekly(times.weekly, times.zone) if times.weekly else None,
            starts_at=start,
            until=_until(times, start),
            including_critical=including_critical,
            author=who.principal_arn,
            reason=worded(reason),
            created_at=now,
        )
        index = IncidentIndex(deployed.client("dynamodb"), deployed.output("IncidentsTableName"))
        lately = index.since(
            now - timedelta(days=_DAYS_BACK), now, _MOST_INCIDENTS, lambda each: each.decision.orders_alert
        )
        if not dry_run:
            silence = _kept(silence, who, deployed)
    covered = [incident for incident in lately.incidents if covers(silence, incident)]
    if as_json:
        output.print_json(as_dict(silence, now) | {"covered": [each.incident_id for each in covered]})
    else:
        output.print_lines([f"{'not set: ' if dry_run else ''}{sentence(silence, now)}"])
    remark_on(covered, len(lately.incidents), _DAYS_BACK)
    if not lately.complete:
        output.remark("There may be more: the listing was cut off.")


def list_all(*, everything: bool, stack: str, as_json: bool) -> None:
    """Print the silences, newest first."""
    now = now_utc()
    with deployment(stack) as deployed:
        try:
            kept = _table(deployed).all()
        except SilencesUnreadableError as error:
            raise CliError(ExitCode.AWS, f"the silences cannot be read: {error}") from error
    shown = [each for each in reversed(kept) if everything or state_of(each, now) is not SilenceState.OVER]
    if as_json:
        output.print_json([as_dict(silence, now) for silence in shown])
    elif shown:
        output.print_table(COLUMNS, (row(silence, now) for silence in shown), whole=WHOLE)
    else:
        output.remark(
            "Nothing is silenced." if not kept or everything else "Nothing is silenced; --all shows the past."
        )


def end(silence_id: str, *, reason: str, stack: str, as_json: bool) -> None:
    """End a silence before its time.

    Raises:
        CliError: there is none of that id, or it is over.
    """
    words = worded(reason)
    if not words:
        raise CliError(ExitCode.USAGE, "--reason: say why")
    with deployment(stack) as deployed:
        try:
            ended = end_silence(silence_id, words, caller(deployed), _deps(deployed))
        except (SilencesUnreadableError, SilencesFullError) as error:
            raise CliError(ExitCode.AWS, f"the silence stands: {error}") from error
    if ended is None:
        raise CliError(ExitCode.NEGATIVE, f"there is no silence {silence_id} that could be ended")
    if as_json:
        output.print_json(as_dict(ended, now_utc()))
    else:
        output.print_lines([f"{silence_id} is over: {described(ended.when)} is told again"])


def _silence(**facts: Any) -> Silence:  # noqa: ANN401 - values of every field
    try:
        return Silence.model_validate(facts)
    except ValidationError as error:
        raise _wrong(error) from error


def _wrong(error: ValidationError) -> CliError:
    faults = []
    for fault in error.errors():
        place = ".".join(map(str, fault["loc"][:1]))
        said = fault["msg"].removeprefix("Value error, ")
        faults.append(f"{place}: {said}" if place else said)
    return CliError(ExitCode.USAGE, "; ".join(dict.fromkeys(faults)))


def _until(times: Span, start: datetime) -> datetime:
    if (times.lasts is None) == (times.until is None):
        raise CliError(ExitCode.USAGE, "say how long: --for 2h, or --until 2026-11-22T06:00+01:00")
    return start + span(times.lasts) if times.lasts else moment("--until", times.until or "", times.zone)


def _kept(silence: Silence, who: Person, deployed: Deployment) -> Silence:
    try:
        return add_silence(silence, who, _deps(deployed))
    except SilencesFullError as error:
        raise CliError(ExitCode.NEGATIVE, str(error)) from error
    except SilencesUnreadableError as error:
        raise CliError(ExitCode.AWS, f"the silences cannot be read: {error}") from error


def _deps(deployed: Deployment) -> SilenceDeps:
    incidents = IncidentsTable(deployed.clients, deployed.output("IncidentsTableName"))
    return SilenceDeps(store=_table(deployed), incidents=incidents, clock=now_utc)


def _table(deployed: Deployment) -> SilencesTable:
    return SilencesTable(deployed.clients, deployed.output("IncidentsTableName"))
