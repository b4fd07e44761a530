"""Tell what happened: once an incident is recorded, and after its act."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from trainstop.domain.incident import Incident
from trainstop.domain.measure import COUNT, SECONDS, Measure
from trainstop.ports import Alerts, Clock, Publication, Told
from trainstop.render import render, sns_message


class Telling(StrEnum):
    """What became of an incident's alert."""

    PUBLISHED = "published"
    ALREADY_TOLD = "already_told"
    NOT_ORDERED = "not_ordered"


@dataclass(frozen=True, slots=True)
class NotifyDeps:
    """What the sequence needs of the world."""

    alerts: Alerts
    told: Told
    clock: Clock


@dataclass(frozen=True, slots=True)
class Notified:
    """What became of the alert, and when it was published."""

    telling: Telling
    told_at: datetime | None = None


def notify(incident: Incident, deps: NotifyDeps) -> Notified:
    """Publish the incident's alert if one was ordered and none was published.

    A crash between publishing and noting it repeats the alert: told twice is better than not at all.
    """
    if incident.decision.alert is None:
        return Notified(Telling.NOT_ORDERED)
    if deps.told.is_told(incident.incident_id):
        return Notified(Telling.ALREADY_TOLD)
    message = render(incident)
    deps.alerts.publish(Publication(message.subject, sns_message(message), message.attributes))
    told_at = deps.clock()
    deps.told.mark_told(incident.incident_id, told_at)
    return Notified(Telling.PUBLISHED, told_at)


def told_measures(incident: Incident, told_at: datetime) -> Iterator[Measure]:
    """What notify counts of a published alert."""
    yield Measure("AlertPublished", COUNT, 1)
    yield Measure("SecondsToAlert", SECONDS, max(0.0, (told_at - incident.occurred_at).total_seconds()))
