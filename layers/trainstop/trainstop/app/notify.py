"""Tell what happened: once an incident is recorded, and after its act."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from trainstop.domain.decision import Decision
from trainstop.domain.incident import Incident
from trainstop.domain.job_actions import FILTER_ATTRIBUTE, Subscribed
from trainstop.domain.measure import COUNT, SECONDS, Measure
from trainstop.ports import Alerts, Clock, Publication, PublishRefusedError, Told
from trainstop.render import AlertMessage, render, sns_message


class Telling(StrEnum):
    """What became of an incident's alert."""

    PUBLISHED = "published"
    ALREADY_TOLD = "already_told"
    NOT_ORDERED = "not_ordered"


@dataclass(frozen=True, slots=True)
class NotifyDeps:
    """What the sequence needs of the world.

    Attributes:
        alerts: Who hears of every incident that the policy tells.
        addressed: Who hears only of those that are addressed to them.
    """

    alerts: Alerts
    addressed: Alerts
    told: Told
    clock: Clock


@dataclass(frozen=True, slots=True)
class Notified:
    """What became of the alert, and when it was published.

    Attributes:
        refused: Why the addresses that the job declares could not be told; None where they were, or there are none.
    """

    telling: Telling
    told_at: datetime | None = None
    refused: str | None = None


def notify(incident: Incident, deps: NotifyDeps) -> Notified:
    """Publish the incident's alert if one was ordered and none was published.

    A crash between publishing and noting it repeats the alert: told twice is better than not at all.
    """
    decision = incident.decision
    if not decision.tells_anybody:
        return Notified(Telling.NOT_ORDERED)
    if deps.told.is_told(incident.incident_id):
        return Notified(Telling.ALREADY_TOLD)
    message = render(incident)
    refused = _tell_addresses(message, decision, deps)
    if decision.alert is not None:
        deps.alerts.publish(Publication(message.subject, sns_message(message), message.attributes))
    told_at = deps.clock()
    deps.told.mark_told(incident.incident_id, told_at)
    return Notified(Telling.PUBLISHED, told_at, refused)


def _tell_addresses(message: AlertMessage, decision: Decision, deps: NotifyDeps) -> str | None:
    """Tell who the job's own rule names. A topic that somebody took away must not keep the alert from all others."""
    addresses = _addresses(decision)
    if not addresses:
        return None
    to = {FILTER_ATTRIBUTE: ("String.Array", json.dumps(addresses))}
    try:
        deps.addressed.publish(Publication(message.subject, sns_message(message), to))
    except PublishRefusedError as error:
        return str(error)
    return None


def _addresses(decision: Decision) -> list[str]:
    """The addresses that the job's own rule declares, but those that the policy's alert reaches anyway."""
    channels = {channel.value for channel in decision.alert.channels} if decision.alert else set()
    return [
        recipient.endpoint
        for recipient in decision.recipients
        if recipient.subscribed is not Subscribed.REFUSED
        and not (recipient.subscribed is Subscribed.COVERED and recipient.protocol.value in channels)
    ]


def told_measures(incident: Incident, told_at: datetime, refused: str | None) -> Iterator[Measure]:
    """What notify counts of a published alert; a drill's counts for nothing."""
    if incident.drill:
        return
    if refused is not None:
        yield Measure("AddressedAlertRefused", COUNT, 1)
    yield Measure("AlertPublished", COUNT, 1)
    yield Measure("SecondsToAlert", SECONDS, max(0.0, (told_at - incident.occurred_at).total_seconds()))
