"""Tell one group to one reader: at once, or later with others where the policy says so."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from trainstop.domain.decision import AlertOrder, Audience, Channel, Severity
from trainstop.domain.group import Group, Telling, wanted
from trainstop.domain.held import BoxKey, HeldAlert, Waiting, next_hour
from trainstop.domain.incident import Incident
from trainstop.domain.measure import COUNT, Measure
from trainstop.ports import Alerts, Clock, Groups, Held, Publication
from trainstop.render import AlertMessage, Attribute, render_telling, sns_message


@dataclass(frozen=True, slots=True)
class Desk:
    """What telling needs of the world.

    Attributes:
        topics: Of each audience.
        zone: The readers' own, shown beside UTC.
        chat: For the widest audience of an incident, so that no channel has a card twice.
        emit: Where it is counted what is held back.
    """

    topics: Mapping[Audience, Alerts]
    chat: Alerts
    groups: Groups
    held: Held
    clock: Clock
    emit: Callable[[Iterable[Measure]], None]
    zone: tzinfo = UTC


def tell(digest: str, teller: str, incident: Incident, desk: Desk) -> Telling:
    """Tell a group if there is something to tell and nobody else does it, with an incident of it as its face."""
    group = desk.groups.claim(digest, teller, desk.clock())
    order = incident.decision.alert
    if group is None or order is None:
        return Telling.NOTHING
    now = desk.clock()
    telling = wanted(group, now)
    message = render_telling(incident, group, telling, desk.zone)
    _send(message, group, _raised(order, telling), incident, desk)
    desk.groups.mark_told(group, telling, message.subject, now)
    return telling


def _raised(order: AlertOrder, telling: Telling) -> AlertOrder:
    """A group that grew is more urgent than its first job was, and reaches people by SMS as well."""
    if telling is not Telling.ESCALATION:
        return order
    return order.model_copy(
        update={
            "severity": order.severity.raised,
            "channels": tuple(dict.fromkeys((*order.channels, Channel.SMS))),
        }
    )


def _send(message: AlertMessage, group: Group, order: AlertOrder, incident: Incident, desk: Desk) -> None:
    now, reader, delivery = desk.clock(), group.key, order.delivery
    entry = HeldAlert(
        incident_id=incident.incident_id,
        text=message.subject,
        severity=order.severity,
        occurred_at=incident.occurred_at,
    )

    def hold(waiting: Waiting, channels: tuple[Channel, ...], release_at: datetime) -> None:
        key = BoxKey(
            audience=reader.audience, name=reader.name, waiting=waiting, channels=channels, release_at=release_at
        )
        desk.held.hold(key, entry)
        if not incident.drill:
            desk.emit([Measure("AlertHeld", COUNT, 1, ("waiting", waiting.value))])

    quiet_until = delivery.quiet_until.get(reader.audience)
    if delivery.digest_at is not None:
        hold(Waiting.DIGEST, order.channels, max(delivery.digest_at, now))
    elif quiet_until is not None and quiet_until > now:
        hold(Waiting.QUIET_HOURS, order.channels, quiet_until)
    else:
        limits = {} if order.severity is Severity.CRITICAL else delivery.per_hour
        full = tuple(
            channel
            for channel in order.channels
            if channel in limits and not desk.held.take(reader.audience, reader.name, channel, now, limits[channel])
        )
        if full:
            hold(Waiting.HOURLY_LIMIT, full, next_hour(now))
        publish(
            message,
            reader.audience,
            tuple(each for each in order.channels if each not in full),
            order.severity,
            desk,
            to_chat=group.in_chat,
        )


def publish(
    message: AlertMessage,
    audience: Audience,
    channels: tuple[Channel, ...],
    severity: Severity,
    desk: Desk,
    *,
    to_chat: bool,
) -> None:
    """Publish to the topic of an audience over these channels, and to chat where it is among them and wanted."""
    if not channels:
        return
    attributes = dict(message.attributes) | {
        "severity": Attribute("String", severity.value),
        "audience": Attribute("String", audience.value),
        "channels": Attribute("String.Array", json.dumps([channel.value for channel in channels])),
    }
    desk.topics[audience].publish(Publication(message.subject, sns_message(message), attributes))
    if to_chat and Channel.CHAT in channels:
        desk.chat.publish(Publication(message.subject, json.dumps({"default": message.chat}), attributes))
