"""An alert in every form in which it is sent."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any, NamedTuple

from trainstop.domain.group import Group, Past, Telling
from trainstop.domain.incident import Incident
from trainstop.domain.listener import listener_name
from trainstop.render.brief import sms_of, subject_of
from trainstop.render.chat import chat_of
from trainstop.render.group import group_card, group_email, group_sms, group_story, group_subject
from trainstop.render.links import links_of
from trainstop.render.machine import group_facts, json_of
from trainstop.render.mail import email_of
from trainstop.render.story import rule_name, story_of
from trainstop.render.text import one_line, said, shorten_middle

_ATTRIBUTE_CHARACTERS = 256


class Attribute(NamedTuple):
    """An SNS message attribute: its ``DataType`` and its ``StringValue``."""

    data_type: str
    string_value: str


@dataclass(frozen=True, slots=True)
class AlertMessage:
    """One alert, for each kind of reader.

    Attributes:
        subject: At most 99 characters of printable ASCII in one line.
        email: Plain text, at most 60 lines of 72 columns (links excepted).
        sms: One segment of GSM-7 characters, the topic's display name before it included.
        json: ``trainstop.alert/1`` (render.machine).
        chat: A custom notification for Amazon Q Developer in chat applications (render.chat), for a topic of its own.
        attributes: What subscriptions filter on, by name; one that has no value is not there.
    """

    subject: str
    email: str
    sms: str
    json: str
    chat: str
    attributes: Mapping[str, Attribute]


def render(
    incident: Incident,
    thread: str = "",
    zone: tzinfo = UTC,
    *,
    past: Past | None = None,
    group: dict[str, Any] | None = None,
) -> AlertMessage:
    """Put an incident into words. Sends nothing and reads no clock: the same incident gives the same message.

    Args:
        incident: What is told.
        thread: What the incident's chat messages stand together by; "" is the incident's own id.
        zone: The reader's; e-mail and chat show times in it beside UTC.
        past: What is known of the fault from before; None where that is not told.
        group: The facts of the group that it opens, for programs (render.machine); None where it opens none.
    """
    story, links, subject = story_of(incident, zone), links_of(incident), subject_of(incident)
    return AlertMessage(
        subject=subject,
        email=email_of(incident, story, links, zone, past),
        sms=sms_of(incident),
        json=json_of(incident, story_of(incident), links, subject, group),
        chat=chat_of(incident, story, links, thread or incident.incident_id, zone, past=past),
        attributes=attributes_of(incident),
    )


def render_telling(incident: Incident, group: Group, telling: Telling, zone: tzinfo = UTC) -> AlertMessage:
    """What is told of a group: as an incident while it is the only one, else as what many jobs have in common.

    Args:
        incident: One of the group's, which stands for it.
        group: As it stands.
        telling: Why it is told now.
        zone: The reader's.
    """
    if group.count == 1:
        knows_past = incident.diagnosis.fingerprint and not incident.retry and not incident.drill
        past, facts = group.past if knows_past else None, group_facts(group, Telling.FIRST)
        return render(incident, group.key.digest, zone, past=past, group=facts)
    links, subject = links_of(incident), group_subject(incident, group, telling)
    story = group_story(incident, group, telling, story_of(incident, zone))
    return AlertMessage(
        subject=subject,
        email=group_email(incident, group, telling, story=story, links=links, zone=zone),
        sms=group_sms(incident, group, telling),
        json=json_of(incident, story, links, subject, group_facts(group, telling)),
        chat=group_card(incident, group, telling, story, links),
        attributes=attributes_of(incident),
    )


def sns_message(message: AlertMessage) -> str:
    """The body of a Publish with ``MessageStructure=json``.

    Every part is bounded so that the body and the attributes together stay below SNS's 262,144 bytes of UTF-8.
    """
    forms = {"default": message.json, "email": message.email, "sms": message.sms}
    return json.dumps(forms, ensure_ascii=False, separators=(",", ":"))


def attributes_of(incident: Incident) -> dict[str, Attribute]:
    """What subscriptions filter on, ten at most: SNS hands no more on to a queue (FORMATS.md 10).

    A job's name is there in full, for SageMaker allows 63 characters.
    """
    texts = {
        "severity": incident.severity.value,
        "category": incident.diagnosis.category.value,
        "trigger": incident.trigger.value,
        "rule": rule_name(incident),
        "job": one_line(incident.job.name),
        "action": incident.outcome.action.value,
        "owner": listener_name(said(incident.job.owner)),
        "team": listener_name(said(incident.job.team)),
    }
    bounded = {name: shorten_middle(text, _ATTRIBUTE_CHARACTERS, len) for name, text in texts.items()}
    attributes = {name: Attribute("String", text) for name, text in bounded.items() if text}
    alert = incident.decision.alert
    if alert is not None and alert.audience:
        audience = json.dumps([each.value for each in dict.fromkeys(alert.audience)])
        attributes["audience"] = Attribute("String.Array", audience)
    if alert is not None and alert.channels:
        channels = json.dumps([channel.value for channel in dict.fromkeys(alert.channels)])
        attributes["channels"] = Attribute("String.Array", channels)
    return attributes
