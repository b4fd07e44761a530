"""What a drill learns of webhooks from their last delivery."""

from datetime import timedelta

import pytest

from tests.unit.render.samples import at
from tests.unit.telling import incident
from trainstop.adapters.webhook_receivers import WebhookReceivers
from trainstop.adapters.webhooks import WebhooksTable
from trainstop.domain.decision import Severity
from trainstop.domain.delivery import Answer
from trainstop.domain.webhook import Webhook
from trainstop.ports import Arrival

ID = "0123abcd"


@pytest.fixture
def webhooks(clients, incidents_table):
    table = WebhooksTable(clients, incidents_table)
    table.add(
        Webhook(
            webhook_id=ID,
            url="https://hooks.example.com/a/secret/path",
            severities=(Severity.HIGH,),
            created_at=at("01:00:00"),
            created_by="arn:aws:iam::111122223333:user/carol",
        )
    )
    return table


@pytest.mark.parametrize(
    ("rule", "sent_after_seconds", "status", "arrival"),
    [
        ("it was sent and taken", 1, 200, Arrival.DELIVERED),
        ("it was sent and refused for now", 1, 503, Arrival.PENDING),
        ("the last delivery was of something older", -60, 200, Arrival.PENDING),
    ],
)
def test_the_last_delivery_tells_whether_it_arrived(webhooks, rule, sent_after_seconds, status, arrival):
    made = incident(severity=Severity.HIGH)
    webhooks.note(ID, made.detected_at + timedelta(seconds=sent_after_seconds), Answer(status))
    (reception,) = WebhookReceivers(webhooks).of(made)
    assert (reception.arrival, reception.receiver) == (arrival, "hooks.example.com"), rule


def test_a_webhook_that_does_not_want_it_is_no_receiver(webhooks):
    assert list(WebhookReceivers(webhooks).of(incident(severity=Severity.INFO))) == []
