"""Changes of incidents to those who registered a webhook: signed, tried again, given up with a reason."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from trainstop.domain.delivery import Answer, Delivery, Fate, delay_seconds, delivery_id, fate_of
from trainstop.domain.measure import COUNT, Measure
from trainstop.domain.signature import SigningSecrets, signature_header
from trainstop.domain.webhook import Webhook, url_fault
from trainstop.events.errors import UnreadableEventError
from trainstop.events.incident_change import is_change, published_change
from trainstop.ports import Clock, DeadLetters, Poster, WebhookQueue, Webhooks, WebhookSecrets

PING_SCHEMA = "trainstop.ping/1"


@dataclass(frozen=True, slots=True)
class WebhookDeps:
    """The world of webhook.

    Attributes:
        allow_http: Whether addresses without TLS are sent to, which is for tests.
    """

    webhooks: Webhooks
    secrets: WebhookSecrets
    poster: Poster
    queue: WebhookQueue
    dead_letters: DeadLetters
    clock: Clock
    allow_http: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the queue; the first attempt is 1."""

    body: str
    receipt_handle: str
    attempt: int


class Handling(StrEnum):
    """What became of a message."""

    FANNED_OUT = "fanned_out"
    DELIVERED = "delivered"
    TRY_AGAIN = "try_again"
    GIVEN_UP = "given_up"
    NOT_REGISTERED = "not_registered"


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of a message, and why.

    Attributes:
        reason: The answer's status or what was wrong; never text of the receiver.
        delivery_count: Deliveries that were queued.
    """

    handling: Handling
    webhook_id: str = ""
    reason: str = ""
    delivery_count: int = 0

    def as_dict(self) -> dict[str, str | int]:
        """For the log."""
        return asdict(self) | {"handling": self.handling.value}


class UndeliverableError(Exception):
    """No attempt can be made for a reason that lasts."""


def handle_message(message: Message, deps: WebhookDeps) -> Handled:
    """A change goes out as deliveries, a delivery to its receiver. What raises here stays in the queue."""
    try:
        content = _read(message.body)
        if isinstance(content, Delivery):
            return _deliver(content, message, deps)
        return _fan_out(content, deps)
    except (UnreadableEventError, UndeliverableError) as error:
        deps.dead_letters.put(message.body, str(error))
        return Handled(Handling.GIVEN_UP, reason=str(error))


def ping(webhook_id: str, deps: WebhookDeps) -> Answer:
    """Deliver a signed test to a webhook, once."""
    webhook = _find(webhook_id, deps)
    if webhook is None:
        return Answer(None, "no such webhook is registered")
    sent_at = deps.clock().isoformat()
    body = json.dumps({"schema": PING_SCHEMA, "webhook_id": webhook_id, "sent_at": sent_at}, separators=(",", ":"))
    try:
        return _attempt(webhook, Delivery(webhook_id=webhook_id, delivery_id=f"ping-{sent_at}", body=body), deps)
    except UndeliverableError as error:
        return Answer(None, str(error))


def _read(body: str) -> Delivery | dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableEventError(f"the message is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise UnreadableEventError(f"the message is a JSON {type(content).__name__} (expected an object)")
    if is_change(content):
        return content
    try:
        return Delivery.model_validate(content)
    except ValidationError as error:
        raise UnreadableEventError.of("neither a change of an incident nor a delivery", error) from error


def _fan_out(event: dict[str, Any], deps: WebhookDeps) -> Handled:
    """Queue a delivery for each webhook that wants the change. A repeat gives the same deliveries once more."""
    change = published_change(event)
    wanting = [each for each in deps.webhooks.all() if each.wants(change.change, change.severity, change.audiences)]
    for webhook in wanting:
        delivery = Delivery(
            webhook_id=webhook.webhook_id,
            delivery_id=delivery_id(change.change_id, webhook.webhook_id),
            body=change.detail,
        )
        deps.queue.send(delivery.model_dump_json())
    return Handled(Handling.FANNED_OUT, reason=change.change_id, delivery_count=len(wanting))


def _deliver(delivery: Delivery, message: Message, deps: WebhookDeps) -> Handled:
    webhook = _find(delivery.webhook_id, deps)
    if webhook is None:
        return Handled(Handling.NOT_REGISTERED, delivery.webhook_id)
    answer = _attempt(webhook, delivery, deps)
    match fate_of(answer, message.attempt):
        case Fate.DELIVERED:
            handling = Handling.DELIVERED
        case Fate.TRY_AGAIN:
            deps.queue.hide(message.receipt_handle, delay_seconds(message.attempt))
            handling = Handling.TRY_AGAIN
        case Fate.GIVEN_UP:
            attempts = f"attempt {message.attempt}: " if message.attempt > 1 else ""
            deps.dead_letters.put(message.body, f"webhook {webhook.webhook_id}: {attempts}{answer.result}")
            handling = Handling.GIVEN_UP
    return Handled(handling, webhook.webhook_id, answer.result)


def _attempt(webhook: Webhook, delivery: Delivery, deps: WebhookDeps) -> Answer:
    """Sign and post: the time is that of the attempt, so that a late one is not taken for a replay."""
    secrets = _secrets(webhook, deps)
    now = deps.clock()
    body, timestamp = delivery.body.encode(), int(now.timestamp())
    headers = {
        "content-type": "application/json",
        "user-agent": "trainstop-webhook/1",
        "trainstop-delivery": delivery.delivery_id,
        "trainstop-timestamp": str(timestamp),
        "trainstop-signature": signature_header(secrets.valid_at(now), timestamp, body),
    }
    answer = deps.poster.post(webhook.url, headers, body)
    deps.webhooks.note(webhook.webhook_id, now, answer)
    return answer


def _secrets(webhook: Webhook, deps: WebhookDeps) -> SigningSecrets:
    fault = url_fault(webhook.url, allow_http=deps.allow_http)
    if fault is not None:
        raise UndeliverableError(f"webhook {webhook.webhook_id}: the address: {fault}")
    secrets = deps.secrets.load(webhook.webhook_id)
    if secrets is None:
        raise UndeliverableError(f"webhook {webhook.webhook_id}: no secret; trainstop webhook remove, and add it again")
    return secrets


def _find(webhook_id: str, deps: WebhookDeps) -> Webhook | None:
    return next((each for each in deps.webhooks.all() if each.webhook_id == webhook_id), None)


def webhook_measures(handled: Handled) -> Iterator[Measure]:
    """What webhook counts of one message."""
    match handled.handling:
        case Handling.DELIVERED:
            yield Measure("WebhookDelivered", COUNT, 1)
        case Handling.TRY_AGAIN:
            yield Measure("WebhookDelayed", COUNT, 1)
        case Handling.GIVEN_UP:
            yield Measure("WebhookGivenUp", COUNT, 1)
        case Handling.FANNED_OUT | Handling.NOT_REGISTERED:
            return
