"""The account's bus, and webhooks that hang on it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from trainstop.domain.change import Change
from trainstop.domain.delivery import Answer
from trainstop.domain.incident import Incident
from trainstop.domain.signature import SigningSecrets
from trainstop.domain.webhook import Webhook


class IncidentChanges(Protocol):
    """Where anybody in the account can follow what becomes of incidents."""

    def publish(self, change: Change, incident: Incident, at: datetime) -> None:
        """Publish a change; a repeat has the same ``change_id`` (domain.change).

        Raises:
            RuntimeError: it was not taken; another try may help.
        """


class Webhooks(Protocol):
    """The webhooks that are registered."""

    def all(self) -> tuple[Webhook, ...]:
        """Every one."""

    def note(self, webhook_id: str, at: datetime, answer: Answer) -> None:
        """Note how an attempt went; of one that was removed, nothing."""


class WebhookSecrets(Protocol):
    """What deliveries are signed with."""

    def load(self, webhook_id: str) -> SigningSecrets | None:
        """The secrets of a webhook; None where there are none."""


class Poster(Protocol):
    """The way to a webhook's receiver."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """POST once, within stated bounds. Redirections are not followed; what fails is an answer, too."""


class WebhookQueue(Protocol):
    """The queue of changes and deliveries."""

    def send(self, body: str) -> None:
        """Queue a message."""

    def hide(self, receipt_handle: str, seconds: int) -> None:
        """Let a message that was received come back after so long."""
