"""Silences: what they keep untold, and how people set and end them, on the record."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from trainstop.app.by_hand import Person, by_hand_incident
from trainstop.domain.incident import Incident
from trainstop.policy.silences import (
    ActiveSilences,
    Silence,
    SilenceState,
    described,
    silencing,
    state_of,
    weekly_words,
)
from trainstop.ports import Clock, Incidents
from trainstop.records.times import iso

ADD_SILENCE = "add-silence"
END_SILENCE = "end-silence"


def with_silence(incident: Incident, active: ActiveSilences) -> Incident:
    """The incident with the silence that keeps it untold, if one does. Nobody to tell costs no call."""
    if not incident.decision.tells_anybody:
        return incident
    facts = silencing(incident, active(incident.detected_at))
    if facts is None:
        return incident
    return incident.model_copy(update={"decision": incident.decision.model_copy(update={"silence": facts})})


class SilenceStore(Protocol):
    """Where silences are kept."""

    def add(self, silence: Silence) -> Silence:
        """Keep a silence; the answer has its id.

        Raises:
            SilencesFullError: there is no room.
        """

    def change(self, silence_id: str, changed: Callable[[Silence], Silence | None]) -> Silence | None:
        """Keep what becomes of a silence; None where there is none of that id, or nothing becomes of it."""


@dataclass(frozen=True, slots=True)
class SilenceDeps:
    """What setting and ending a silence needs of the world."""

    store: SilenceStore
    incidents: Incidents
    clock: Clock


def add_silence(draft: Silence, person: Person, deps: SilenceDeps) -> Silence:
    """Set a silence, then record who did it and why.

    Raises:
        SilencesFullError: there is no room.
    """
    silence = deps.store.add(draft)
    _record(ADD_SILENCE, silence, person, silence.reason, deps)
    return silence


def end_silence(silence_id: str, reason: str, person: Person, deps: SilenceDeps) -> Silence | None:
    """End a silence early, then record who did it and why; None where there is none that could be ended."""
    now = deps.clock()
    changes = {"ended_at": now, "ended_by": person.principal_arn, "end_reason": reason}

    def ended_by_hand(silence: Silence) -> Silence | None:
        return None if state_of(silence, now) is SilenceState.OVER else silence.model_copy(update=changes)

    ended = deps.store.change(silence_id, ended_by_hand)
    if ended is not None:
        _record(END_SILENCE, ended, person, reason, deps)
    return ended


def details_of(silence: Silence) -> str:
    """What a silence is about and how long it holds, in a sentence."""
    weekly = f", {weekly_words(silence.weekly)}" if silence.weekly else ""
    critical = ", critical alerts included" if silence.including_critical else ""
    about = f"{silence.silence_id}: {described(silence.when)}{critical}"
    return f"{about}; from {iso(silence.starts_at)} until {iso(silence.until)}{weekly}"


def _record(command: str, silence: Silence, person: Person, reason: str, deps: SilenceDeps) -> None:
    what, details = f"{command} {silence.silence_id}", details_of(silence)
    deps.incidents.record(by_hand_incident(command, what, person, reason=reason, details=details, now=deps.clock()))
