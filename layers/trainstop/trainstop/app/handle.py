"""What people do about an incident: acknowledge it, resolve it, leave a note."""

from dataclasses import dataclass

from trainstop.app.by_hand import worded
from trainstop.app.find import KnownIncidents, find
from trainstop.domain.handling import (
    MOST_ENTRIES,
    TEXT_CHARACTERS,
    Handling,
    HandlingAction,
    HandlingEntry,
    Resolution,
)
from trainstop.domain.incident import Incident
from trainstop.ports import Clock, Handled


class NotHandledError(Exception):
    """The incident cannot take it; the text is for the person."""


@dataclass(frozen=True, slots=True)
class HandleDeps:
    """What the sequence needs of the world."""

    known: KnownIncidents
    handled: Handled
    clock: Clock


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants what done about which incident.

    Attributes:
        incident: Its id, the beginning of it, or the name of a job with one open incident.
    """

    action: HandlingAction
    incident: str
    principal_arn: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """The incident with its new entry.

    Attributes:
        is_new: False where the same person did and said the same before: nothing changed.
    """

    incident: Incident
    is_new: bool


def handle(wish: Wish, deps: HandleDeps) -> Done:
    """Add to an incident's handling; a resolution is kept for its fault, too.

    Raises:
        NotFoundError: no incident is meant, or more than one.
        NotHandledError: there are no words where some are needed, or the incident has no room for more.
    """
    text = worded(wish.text, TEXT_CHARACTERS)
    if not text and wish.action is not HandlingAction.ACKNOWLEDGE:
        raise NotHandledError("say what: the text is empty")
    incident = find(wish.incident, deps.known, deps.clock())
    entry = HandlingEntry(action=wish.action, at=deps.clock(), by=wish.principal_arn, text=text)
    is_new = not incident.handling.has(entry)
    if is_new and not deps.handled.append(incident.incident_id, entry):
        raise NotHandledError(f"the incident {incident.incident_id} has {MOST_ENTRIES} entries, and takes no more")
    if is_new:
        handling = Handling(entries=(*incident.handling.entries, entry))
        incident = incident.model_copy(update={"handling": handling})
    if wish.action is HandlingAction.RESOLVE:
        _keep_resolution(incident, deps)
    return Done(incident, is_new)


def _keep_resolution(incident: Incident, deps: HandleDeps) -> None:
    """Also where the entry was there already: whoever wrote it may have died before this."""
    entry, fingerprint = incident.handling.resolved, incident.diagnosis.fingerprint
    if entry is not None and fingerprint:
        resolution = Resolution(text=entry.text, at=entry.at, by=entry.by, incident_id=incident.incident_id)
        deps.handled.resolve_fault(fingerprint, resolution)
