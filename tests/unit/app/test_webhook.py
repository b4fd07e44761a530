"""From a change to deliveries, from a delivery to its receiver."""

import json

import pytest

from tests.fakes import FakeClock, FakeDeadLetters, FakePoster, FakeSecrets, FakeWebhookQueue, FakeWebhooks
from tests.unit.domain.test_webhook import a_webhook
from tests.unit.render.samples import at, protected_by_a_person, script_error
from trainstop.app.webhook import Handling, Message, WebhookDeps, handle_message, ping
from trainstop.domain.change import Change
from trainstop.domain.decision import Audience
from trainstop.domain.delivery import ATTEMPTS, Answer
from trainstop.domain.signature import SigningSecrets, signature
from trainstop.render import change_json

NOW = at("04:00:00")
HOOK = a_webhook()


TAKEN = (Answer(200),)


def world(*webhooks, answers=TAKEN, **changes):
    ports = {
        "webhooks": FakeWebhooks(webhooks or (HOOK,)),
        "secrets": FakeSecrets(SigningSecrets(current="secret")),
        "poster": FakePoster(list(answers)),
        "queue": FakeWebhookQueue(),
        "dead_letters": FakeDeadLetters(),
        "clock": FakeClock(NOW),
        "allow_http": False,
    }
    return WebhookDeps(**ports | changes)


def message(body, attempt=1):
    return Message(body if isinstance(body, str) else json.dumps(body), "receipt", attempt)


def event(incident=None, change=Change.TOLD):
    detail = json.loads(change_json(change, incident or script_error(), NOW))
    return {"source": "trainstop", "detail-type": "trainstop Incident Change", "detail": detail}


def delivery(**changes):
    return {"webhook_id": HOOK.webhook_id, "delivery_id": "d1", "body": '{"é": 1}'} | changes


def test_a_change_becomes_a_delivery_for_each_webhook_that_wants_it():
    everything, other = a_webhook(), a_webhook(changes=("noted",)).model_copy(update={"webhook_id": "ffffffff"})
    deps = world(everything, other)
    handled = handle_message(message(event()), deps)
    (sent,) = map(json.loads, deps.queue.sent)
    assert (handled.handling, handled.delivery_count) == (Handling.FANNED_OUT, 1)
    assert (sent["webhook_id"], json.loads(sent["body"])) == (everything.webhook_id, event()["detail"])


def test_a_repeated_change_becomes_the_same_delivery():
    deps = world()
    for _ in range(2):
        handle_message(message(event()), deps)
    first, second = deps.queue.sent
    assert first == second


def test_what_nobody_is_told_of_is_for_no_audience():
    quiet = message(event(protected_by_a_person()))
    assert handle_message(quiet, world(a_webhook(audiences=("platform",)))).delivery_count == 0
    assert handle_message(quiet, world()).delivery_count == 1


def test_an_alert_is_for_its_audiences():
    incident = script_error()
    order = incident.decision.alert.model_copy(update={"audience": (Audience.OWNER,)})
    owners = incident.model_copy(update={"decision": incident.decision.model_copy(update={"alert": order})})
    assert handle_message(message(event(owners)), world(a_webhook(audiences=("owner",)))).delivery_count == 1
    assert handle_message(message(event(owners)), world(a_webhook(audiences=("team",)))).delivery_count == 0


def test_a_delivery_is_signed_at_the_moment_of_the_attempt():
    deps = world()
    assert handle_message(message(delivery()), deps).handling is Handling.DELIVERED
    ((url, headers, body),) = deps.poster.requests
    timestamp = int(NOW.timestamp())
    assert (url, body) == (HOOK.url, '{"é": 1}'.encode())
    assert headers == {
        "content-type": "application/json",
        "user-agent": "trainstop-webhook/1",
        "trainstop-delivery": "d1",
        "trainstop-timestamp": str(timestamp),
        "trainstop-signature": signature("secret", timestamp, body),
    }
    assert deps.webhooks.noted == [(HOOK.webhook_id, NOW, "200 OK")]


def test_while_a_secret_is_rotated_both_sign():
    deps = world(secrets=FakeSecrets(SigningSecrets(current="new", previous="old", previous_until=at("05:00:00"))))
    handle_message(message(delivery()), deps)
    ((_, headers, body),) = deps.poster.requests
    timestamp = int(NOW.timestamp())
    assert headers["trainstop-signature"].split(",") == [signature(key, timestamp, body) for key in ("new", "old")]


def test_a_receiver_that_is_busy_gets_it_later():
    deps = world(answers=[Answer(503)])
    handled = handle_message(message(delivery(), attempt=3), deps)
    assert (handled.handling, handled.reason) == (Handling.TRY_AGAIN, "503 Service Unavailable")
    assert (deps.queue.hidden, deps.dead_letters.letters) == ([("receipt", 90)], [])


@pytest.mark.parametrize(
    ("answer", "attempt", "reason"),
    [
        (Answer(410), 1, "webhook 0a1b2c3d: 410 Gone"),
        (Answer(302), 1, "webhook 0a1b2c3d: 302 Found"),
        (Answer(None, "connection refused"), ATTEMPTS, "webhook 0a1b2c3d: attempt 8: connection refused"),
    ],
)
def test_what_no_receiver_takes_is_set_aside_with_the_reason(answer, attempt, reason):
    deps = world(answers=[answer])
    assert handle_message(message(delivery(), attempt), deps).handling is Handling.GIVEN_UP
    assert deps.dead_letters.letters == [(json.dumps(delivery()), reason)]
    assert deps.queue.hidden == []


def test_a_delivery_to_a_webhook_that_was_removed_is_dropped():
    deps = world()
    handled = handle_message(message(delivery(webhook_id="ffffffff")), deps)
    assert handled.handling is Handling.NOT_REGISTERED
    assert (deps.poster.requests, deps.dead_letters.letters) == ([], [])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"secrets": FakeSecrets(None)}, "no secret"),
        ({"webhooks": FakeWebhooks((HOOK.model_copy(update={"url": "http://a.example/"}),))}, "https://"),
    ],
)
def test_where_nothing_can_be_sent_nothing_is(changes, reason):
    deps = world(**changes)
    assert handle_message(message(delivery()), deps).handling is Handling.GIVEN_UP
    assert deps.poster.requests == []
    assert reason in deps.dead_letters.letters[0][1]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no json",
        "[]",
        "{}",
        "[" * 100_000,
        json.dumps(event() | {"detail": None}),
        json.dumps(event() | {"detail": {}}),
        json.dumps(event() | {"detail": event()["detail"] | {"change": "exploded"}}),
    ],
)
def test_what_cannot_be_read_is_set_aside_with_the_reason(body):
    deps = world()
    assert handle_message(message(body), deps).handling is Handling.GIVEN_UP
    ((kept, reason),) = deps.dead_letters.letters
    assert kept == body
    assert reason


def test_a_ping_is_signed_and_its_answer_told():
    deps = world(answers=[Answer(200, text="pong")])
    assert ping(HOOK.webhook_id, deps) == Answer(200, text="pong")
    ((_, headers, body),) = deps.poster.requests
    assert json.loads(body) == {
        "schema": "trainstop.ping/1",
        "webhook_id": HOOK.webhook_id,
        "sent_at": "2026-09-14T04:00:00+00:00",
    }
    assert headers["trainstop-signature"] == signature("secret", int(headers["trainstop-timestamp"]), body)


def test_a_ping_that_cannot_be_sent_says_why():
    assert ping("ffffffff", world()).problem == "no such webhook is registered"
    assert "no secret" in ping(HOOK.webhook_id, world(secrets=FakeSecrets(None))).problem
