"""The incident that a person means: by its id, the beginning of it, or the job that it is about."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Protocol

from trainstop.domain.incident import Incident
from trainstop.domain.standing import standing

_ID_DIGITS = 20
_FEWEST_DIGITS = 4
_HEX = frozenset("0123456789abcdef")
_JOB_KEPT = timedelta(days=400)
_BEGINNING_KEPT = timedelta(days=30)
_MOST = 1000
_SHOWN = 5


Wanted = Callable[[Incident], bool]


class NotFoundError(Exception):
    """No incident is meant, or more than one; the text is for the person."""


class Found(Protocol):
    """An answer of the lookup."""

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """Newest first."""


class KnownIncidents(Protocol):
    """Where incidents are looked up."""

    def get(self, incident_id: str) -> Incident | None:
        """One incident; None where there is none in its final form."""

    def since(self, since: datetime, now: datetime, limit: int, wanted: Wanted) -> Found:
        """Those of the days from ``now`` back to ``since``."""

    def of_job(self, job_name: str, since: datetime, limit: int) -> Found:
        """Those of one job."""


def find(text: str, known: KnownIncidents, now: datetime) -> Incident:
    """The one incident that is meant.

    Raises:
        NotFoundError: there is none, or more than one.
    """
    if not text.strip():
        raise NotFoundError("name an incident or a job")
    if _is_hex(text) and len(text) == _ID_DIGITS and (incident := known.get(text)):
        return incident
    of_job = known.of_job(text, now - _JOB_KEPT, _MOST).incidents
    if of_job:
        return _open_one(text, of_job)
    beginning = _is_hex(text) and _FEWEST_DIGITS <= len(text) < _ID_DIGITS
    found = known.since(now - _BEGINNING_KEPT, now, _MOST, _begins(text)).incidents if beginning else ()
    if len(found) > 1:
        raise NotFoundError(f"more than one incident begins with {text}: {_listed(found)}")
    if not found:
        days = f"; a beginning is looked for in the last {_BEGINNING_KEPT.days} days" if beginning else ""
        raise NotFoundError(f"there is no incident, and no job with one, named {text}{days}")
    return found[0]


def _open_one(job_name: str, incidents: Iterable[Incident]) -> Incident:
    found = [incident for incident in incidents if standing(incident).is_open]
    if not found:
        raise NotFoundError(f"no incident of the job {job_name} is open; give the incident's id")
    if len(found) > 1:
        raise NotFoundError(f"the job {job_name} has {len(found)} open incidents, give an id: {_listed(found)}")
    return found[0]


def _begins(text: str) -> Wanted:
    return lambda incident: incident.incident_id.startswith(text)


def _listed(incidents: Iterable[Incident]) -> str:
    named = [f"{each.incident_id} ({each.subject or each.diagnosis.category.value})" for each in incidents]
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    return f"{', '.join(named[:_SHOWN])}{more}"


def _is_hex(text: str) -> bool:
    return bool(text) and set(text) <= _HEX
