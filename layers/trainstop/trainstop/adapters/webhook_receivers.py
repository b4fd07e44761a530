"""How an incident's changes reached the webhooks, as far as their last delivery tells."""

from collections.abc import Iterator

from trainstop.adapters.receivers import masked
from trainstop.adapters.webhooks import WebhooksTable
from trainstop.domain.change import Change
from trainstop.domain.incident import Incident
from trainstop.domain.webhook import Webhook, WebhookState
from trainstop.ports import Arrival, Reception
from trainstop.render.text import one_line


class WebhookReceivers:
    """The webhooks that want an incident's first change."""

    def __init__(self, webhooks: WebhooksTable) -> None:
        self._webhooks = webhooks

    def of(self, incident: Incident) -> Iterator[Reception]:
        """Each of them; one whose last delivery is older than the incident has not got it yet."""
        alert = incident.decision.alert
        audiences = alert.audience if alert else ()
        for webhook, state in self._webhooks.with_states():
            if webhook.wants(Change.RECORDED, incident.severity, audiences):
                yield _reception(webhook, state, incident)


def _reception(webhook: Webhook, state: WebhookState, incident: Incident) -> Reception:
    receiver = masked("https", webhook.url)
    if state.last_at is None or state.last_at < incident.detected_at:
        return Reception("webhook", receiver, Arrival.PENDING, f"webhook {webhook.webhook_id}: nothing sent yet")
    detail = f"webhook {webhook.webhook_id}: {one_line(state.last_result)}"
    if state.failing_since is None:
        return Reception("webhook", receiver, Arrival.DELIVERED, detail)
    return Reception("webhook", receiver, Arrival.PENDING, f"{detail}; it is tried again")
