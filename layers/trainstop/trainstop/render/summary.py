"""Digests and boxes of held alerts in every form in which they are sent."""

from datetime import UTC, datetime, tzinfo

from trainstop.domain.decision import Audience
from trainstop.domain.digest import Digest, Period
from trainstop.domain.held import Box
from trainstop.render.brief import FROM
from trainstop.render.chat import Card, card_json
from trainstop.render.digest import (
    MAKE_PAGE,
    box_email,
    box_sms,
    box_subject,
    digest_email,
    digest_sms,
    digest_subject,
    page_link,
    page_title,
)
from trainstop.render.markdown import Markdown, code, heading, link, plain, sentence
from trainstop.render.message import AlertMessage, Attribute
from trainstop.render.text import one_line, shorten_middle

BOX_SCHEMA = "trainstop.held/1"
DIGEST_SCHEMA = "trainstop.digest/1"
_ATTRIBUTE_CHARACTERS = 256
_LINE_CHARACTERS = 100
_CARD_LINES = 24


def render_digest(digest: Digest, zone: tzinfo = UTC) -> AlertMessage:
    """A digest as a message, with times in the reader's zone, too."""
    lines = digest_email(digest, zone, with_page=False)
    steps = _page_steps(digest)
    return AlertMessage(
        subject=digest_subject(digest),
        email=digest_email(digest, zone),
        sms=digest_sms(digest),
        json=_json(DIGEST_SCHEMA, digest),
        chat=_card(digest_subject(digest), lines, f"digest-{digest.period}", digest.until, steps),
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


def _page_steps(digest: Digest) -> tuple[Markdown, ...]:
    """The week's page in chat, where it would be cut off with the last lines."""
    if digest.report is None:
        return (sentence(plain("As one page:"), code(MAKE_PAGE)),) if digest.period is Period.WEEKLY else ()
    url = page_link(digest.report)
    return (sentence(plain(page_title(digest.report)), link(url) if url else code(digest.report.key)),)


def _card(subject: str, email: str, kind: str, at: datetime, steps: tuple[Markdown, ...] = ()) -> str:
    """The e-mail's lines as they are: what is in them was made harmless for a line, and is made so for chat here.

    Each is a thread of its own, for a channel shows the first message of a thread only.
    """
    lines = [line for line in email.splitlines() if line][:_CARD_LINES]
    shown = tuple(
        heading(line) if _is_heading(line, after) else plain(line, _LINE_CHARACTERS)
        for line, after in zip(lines, [*lines[1:], ""], strict=True)
    )
    title = subject.removeprefix(FROM)
    thread = f"{kind}-{at:%Y-%m-%dT%H:%M}"
    return card_json(
        Card(title=title, description=shown, next_steps=steps, thread=thread, event_type=f"trainstop-{kind}")
    )


def _is_heading(line: str, after: str) -> bool:
    return not line.startswith(" ") and after.startswith(" ")


def _attributes(trigger: str, audience: Audience, name: str) -> dict[str, Attribute]:
    shown = shorten_middle(one_line(name), _ATTRIBUTE_CHARACTERS, len)
    reader = {audience.value: Attribute("String", shown)} if shown else {}
    return {"trigger": Attribute("String", trigger)} | reader
