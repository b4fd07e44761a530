"""Tell what happened: once an incident is recorded, and after its act."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from trainstop.app.tell import Desk, tell
from trainstop.domain.audience import told_audiences
from trainstop.domain.decision import Audience, Decision
from trainstop.domain.group import Telling, group_key
from trainstop.domain.incident import Incident
from trainstop.domain.job_actions import FILTER_ATTRIBUTE, Subscribed
from trainstop.domain.measure import COUNT, SECONDS, Measure
from trainstop.ports import Alerts, Listeners, Publication, PublishRefusedError, Told
from trainstop.render import render, sns_message


class Became(StrEnum):
    """What became of an incident's alert."""

    PUBLISHED = "published"
    """It was told, as the first of its group or as the one that made it much larger, or it waits to be told."""
    GROUPED = "grouped"
    """Its group is known already."""
    ALREADY_TOLD = "already_told"
    NOT_ORDERED = "not_ordered"


@dataclass(frozen=True, slots=True)
class NotifyDeps:
    """What the sequence needs of the world.

    Attributes:
        addressed: Who hears only of those incidents that are addressed to them.
        listeners: Who has subscribed as an owner or a team.
    """

    desk: Desk
    addressed: Alerts
    told: Told
    listeners: Listeners


@dataclass(frozen=True, slots=True)
class Notified:
    """What became of the alert, and when.

    Attributes:
        refused: Why the addresses that the job declares could not be told; None where they were, or there are none.
    """

    became: Became
    told_at: datetime | None = None
    refused: str | None = None


def notify(incident: Incident, deps: NotifyDeps) -> Notified:
    """Tell every audience of the incident's group what is new about it, and the declared addresses of the incident.

    A crash between publishing and noting it repeats the alert: told twice is better than not at all.
    """
    if not incident.decision.tells_anybody:
        return Notified(Became.NOT_ORDERED)
    if deps.told.is_told(incident.incident_id):
        _heed_people(incident, deps)
        return Notified(Became.ALREADY_TOLD)
    tellings = _tell_audiences(incident, deps)
    refused, addressed = _tell_addresses(incident, deps)
    told_at = deps.desk.clock()
    became = Became.PUBLISHED if addressed or set(tellings) - {Telling.NOTHING} else Became.GROUPED
    deps.told.mark_told(incident.incident_id, told_at, became.value)
    return Notified(became, told_at, refused)


def _heed_people(incident: Incident, deps: NotifyDeps) -> None:
    """A group whose fault somebody sees to does not escalate; after one that somebody ended, the fault is new."""
    handling, told_at = incident.handling, incident.told_at
    if told_at is None or not handling.entries:
        return
    for audience in Audience:
        digest = group_key(incident, audience).digest
        if handling.resolved is not None:
            deps.desk.groups.close(digest, told_at, deps.desk.clock())
        elif handling.acknowledged is not None:
            deps.desk.groups.acknowledge(digest, told_at, deps.desk.clock())


def _tell_audiences(incident: Incident, deps: NotifyDeps) -> list[Telling]:
    alert = incident.decision.alert
    if alert is None:
        return []
    keys = [group_key(incident, audience) for audience in told_audiences(incident, deps.listeners.listening)]
    window_seconds = alert.delivery.group_window_seconds
    deps.desk.groups.join(incident, keys, deps.desk.clock(), window_seconds)
    return [tell(key.digest, incident.incident_id, incident, deps.desk) for key in keys]


def _tell_addresses(incident: Incident, deps: NotifyDeps) -> tuple[str | None, bool]:
    """Tell who the job's own rule names; why that was refused, and whether there was anybody to tell.

    A topic that somebody took away must not keep the alert from all others.
    """
    addresses = _addresses(incident.decision)
    if not addresses:
        return None, False
    message = render(incident, zone=deps.desk.zone)
    to = {FILTER_ATTRIBUTE: ("String.Array", json.dumps(addresses))}
    try:
        deps.addressed.publish(Publication(message.subject, sns_message(message), to))
    except PublishRefusedError as error:
        return str(error), True
    return None, True


def _addresses(decision: Decision) -> list[str]:
    """The addresses that the job's own rule declares, but those that the policy's alert reaches anyway."""
    channels = {channel.value for channel in decision.alert.channels} if decision.alert else set()
    return [
        recipient.endpoint
        for recipient in decision.recipients
        if recipient.subscribed is not Subscribed.REFUSED
        and not (recipient.subscribed is Subscribed.COVERED and recipient.protocol.value in channels)
    ]


def told_measures(incident: Incident, notified: Notified) -> Iterator[Measure]:
    """What notify counts of an alert that went out; a drill's counts for nothing."""
    if incident.drill:
        return
    if notified.refused is not None:
        yield Measure("AddressedAlertRefused", COUNT, 1)
    if notified.became is Became.GROUPED:
        yield Measure("AlertGrouped", COUNT, 1)
    elif notified.told_at is not None:
        yield Measure("AlertPublished", COUNT, 1)
        yield Measure("SecondsToAlert", SECONDS, max(0.0, (notified.told_at - incident.occurred_at).total_seconds()))
