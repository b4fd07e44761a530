from datetime import timedelta

import pytest
from botocore.stub import Stubber

from tests.unit.domain.test_webhook import a_webhook
from tests.unit.records.made import at
from trainstop.adapters.webhooks import (
    ParameterStoreSecrets,
    SqsWebhookQueue,
    TooManyWebhooksError,
    WebhooksTable,
)
from trainstop.domain.delivery import Answer
from trainstop.domain.signature import SigningSecrets
from trainstop.domain.webhook import MAX_WEBHOOKS, WebhookState

NOON = at("2026-01-15 12:00:00")
LATER = NOON + timedelta(minutes=5)
HOOK = a_webhook(severities=("high",), changes=("told",))


@pytest.fixture
def registry(clients, incidents_table):
    return WebhooksTable(clients, incidents_table)


@pytest.fixture
def secrets(clients):
    return ParameterStoreSecrets(clients, "/trainstop/trainstop/webhooks")


def test_nothing_is_registered_at_first(registry):
    assert registry.all() == ()
    assert registry.remove(HOOK.webhook_id) is False


def test_a_webhook_is_kept_as_it_was_registered_until_it_is_removed(registry):
    other = HOOK.model_copy(update={"webhook_id": "ffffffff", "created_at": HOOK.created_at + timedelta(1)})
    registry.add(other)
    registry.add(HOOK)
    assert registry.all() == (HOOK, other)
    assert registry.remove(HOOK.webhook_id) is True
    assert registry.all() == (other,)


def test_there_are_no_more_than_one_item_should_hold(registry):
    for number in range(MAX_WEBHOOKS):
        registry.add(HOOK.model_copy(update={"webhook_id": f"{number:08x}"}))
    with pytest.raises(TooManyWebhooksError, match="20 webhooks"):
        registry.add(HOOK.model_copy(update={"webhook_id": "ffffffff"}))
    assert len(registry.all()) == MAX_WEBHOOKS


def test_a_failure_is_dated_from_its_first_attempt_and_forgotten_by_a_success(registry):
    registry.add(HOOK)
    registry.note(HOOK.webhook_id, NOON, Answer(503))
    registry.note(HOOK.webhook_id, LATER, Answer(None, "connection refused"))
    ((_, state),) = registry.with_states()
    assert state == WebhookState(last_at=LATER, last_result="connection refused", failing_since=NOON)
    registry.note(HOOK.webhook_id, LATER, Answer(200))
    ((_, state),) = registry.with_states()
    assert state == WebhookState(last_at=LATER, last_result="200 OK")


def test_a_note_about_a_webhook_that_was_removed_registers_nothing(registry):
    registry.add(HOOK)
    registry.remove(HOOK.webhook_id)
    registry.note(HOOK.webhook_id, NOON, Answer(200))
    assert registry.all() == ()


def test_a_busy_table_does_not_repeat_a_delivery_and_other_trouble_is_told(clients, registry):
    with Stubber(clients.dynamodb) as stub:
        stub.add_client_error("update_item", "ThrottlingException")
        registry.note(HOOK.webhook_id, NOON, Answer(200))
        stub.add_client_error("update_item", "AccessDeniedException")
        with pytest.raises(clients.dynamodb.exceptions.ClientError):
            registry.note(HOOK.webhook_id, NOON, Answer(200))


def test_secrets_are_kept_encrypted_under_the_webhooks_id(clients, secrets):
    kept = SigningSecrets(current="a", previous="b", previous_until=NOON)
    secrets.save("0a1b2c3d", SigningSecrets(current="b"))
    secrets.save("0a1b2c3d", kept)
    (parameter,) = clients.ssm.describe_parameters()["Parameters"]
    assert (parameter["Name"], parameter["Type"]) == ("/trainstop/trainstop/webhooks/0a1b2c3d", "SecureString")
    assert secrets.load("0a1b2c3d") == kept
    assert secrets.delete("0a1b2c3d") is True
    assert secrets.load("0a1b2c3d") is None
    assert secrets.delete("0a1b2c3d") is False


def test_what_somebody_else_wrote_there_is_no_secret(clients, secrets):
    clients.ssm.put_parameter(Name="/trainstop/trainstop/webhooks/0a1b2c3d", Value="hello", Type="SecureString")
    assert secrets.load("0a1b2c3d") is None


def test_a_message_that_is_hidden_does_not_come_back_at_once(clients):
    url = clients.sqs.create_queue(QueueName="webhook", Attributes={"VisibilityTimeout": "0"})["QueueUrl"]
    queue = SqsWebhookQueue(clients, url)
    queue.send("one")
    (message,) = clients.sqs.receive_message(QueueUrl=url)["Messages"]
    queue.hide(message["ReceiptHandle"], 600)
    assert (message["Body"], clients.sqs.receive_message(QueueUrl=url).get("Messages", [])) == ("one", [])
