"""Digests and boxes of held alerts in every form in which they are sent."""

from datetime import UTC, datetime, tzinfo

from trainstop.domain.decision import Audience
from trainstop.domain.digest import Digest
from trainstop.domain.held import Box
from trainstop.render.brief import FROM
from trainstop.render.chat import Card, card_json
from trainstop.render.digest import (
    box_email,
    box_sms,
    box_subject,
    digest_email,
    digest_sms,
    digest_subject,
)
from trainstop.render.markdown import heading, plain
from trainstop.render.message import AlertMessage, Attribute
from trainstop.render.text import one_line, shorten_middle

BOX_SCHEMA = "trainstop.held/1"
DIGEST_SCHEMA = "trainstop.digest/1"
_ATTRIBUTE_CHARACTERS = 256
_LINE_CHARACTERS = 100
_CARD_LINES = 24


def render_digest(digest: Digest, zone: tzinfo = UTC) -> AlertMessage:
    """A digest as a message, with times in the reader's zone, too."""
    return AlertMessage(
        subject=digest_subject(digest),
        email=digest_email(digest, zone),
        sms=digest_sms(digest),
        json=_json(DIGEST_SCHEMA, digest),
        chat=_card(digest_subject(digest), digest_email(digest, zone), f"digest-{digest.period}", digest.until),
        attributes=_attributes("digest", digest.audience, digest.name),
    )


def render_box(box: Box, zone: tzinfo = UTC) -> AlertMessage:
    """Alerts that waited as one message, with times in the reader's zone."""
    return AlertMessage(
        subject=box_subject(box),
        email=box_email(box, zone),
        sms=box_sms(box),
        json=_json(BOX_SCHEMA, box),
        chat=_card(box_subject(box), box_email(box, zone), f"held-{box.key.waiting}", box.key.release_at),
        attributes=_attributes("held", box.key.audience, box.key.name),
    )


def _json(schema: str, value: Digest | Box) -> str:
    return f'{{"schema":"{schema}",{value.model_dump_json(exclude_defaults=True)[1:]}'


def _card(subject: str, email: str, kind: str, at: datetime) -> str:
    """The e-mail's lines as they are: what is in them was made harmless for a line, and is made so for chat here.

    Each is a thread of its own, for a channel shows the first message of a thread only.
    """
    lines = [line for line in email.splitlines() if line][:_CARD_LINES]
    shown = tuple(
        heading(line) if _is_heading(line, after) else plain(line, _LINE_CHARACTERS)
        for line, after in zip(lines, [*lines[1:], ""], strict=True)
    )
    title = subject.removeprefix(FROM)
    return card_json(
        Card(title=title, description=shown, thread=f"{kind}-{at:%Y-%m-%dT%H:%M}", event_type=f"trainstop-{kind}")
    )


def _is_heading(line: str, after: str) -> bool:
    return not line.startswith(" ") and after.startswith(" ")


def _attributes(trigger: str, audience: Audience, name: str) -> dict[str, Attribute]:
    shown = shorten_middle(one_line(name), _ATTRIBUTE_CHARACTERS, len)
    reader = {audience.value: Attribute("String", shown)} if shown else {}
    return {"trigger": Attribute("String", trigger)} | reader
