"""Webhooks: who is sent which changes, and how the last delivery went."""

import re
from typing import Final
from urllib.parse import urlsplit

from pydantic import AwareDatetime

from trainstop.domain.base import Frozen
from trainstop.domain.change import Change
from trainstop.domain.decision import Audience, Severity

MAX_WEBHOOKS: Final = 20
"""They share one item of the table, and each change is a message for each."""

_URL_CHARACTERS: Final = 1000
_HOST: Final = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
)
_WEBHOOK_ID: Final = re.compile(r"[0-9a-f]{8}")


class Webhook(Frozen):
    """A receiver. A filter that is empty lets everything through.

    Attributes:
        severities: Only incidents of these.
        audiences: Only incidents whose alert is for one of these.
        changes: Only these changes.
        created_by: ARN of who registered it.
    """

    webhook_id: str
    url: str
    severities: tuple[Severity, ...] = ()
    audiences: tuple[Audience, ...] = ()
    changes: tuple[Change, ...] = ()
    created_at: AwareDatetime
    created_by: str

    def wants(self, change: Change, severity: Severity, audiences: tuple[Audience, ...]) -> bool:
        """Whether a change of an incident goes there. ``audiences`` are those of its alert."""
        return (
            (not self.changes or change in self.changes)
            and (not self.severities or severity in self.severities)
            and (not self.audiences or not set(self.audiences).isdisjoint(audiences))
        )


class WebhookState(Frozen):
    """How deliveries to a webhook go.

    Attributes:
        last_at: When the last attempt was; None before the first.
        last_result: What came of it, e.g. ``200 OK``.
        failing_since: Since when no attempt was a success; None where the last one was.
    """

    last_at: AwareDatetime | None = None
    last_result: str = ""
    failing_since: AwareDatetime | None = None


def is_webhook_id(text: str) -> bool:
    """Whether a text can be the id of a webhook: it becomes part of a parameter's name."""
    return _WEBHOOK_ID.fullmatch(text) is not None


def url_fault(url: str, *, allow_http: bool) -> str | None:
    """Why nothing is sent to an address; None where it can be."""
    if len(url) > _URL_CHARACTERS or not url.isascii() or not url.isprintable() or " " in url:
        return f"it has to be at most {_URL_CHARACTERS} ASCII characters without spaces"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"it is no URL: {error}"
    if parts.scheme != "https" and not (allow_http and parts.scheme == "http"):
        return "it has to begin with https://"
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "it must not hold a user, a password or a fragment"
    if not _HOST.fullmatch(parts.hostname or "") or port == 0:
        return "it names no host"
    return None
