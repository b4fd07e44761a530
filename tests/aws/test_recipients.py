import json

import pytest
from botocore.stub import Stubber

from trainstop.adapters.recipients import SnsRecipients
from trainstop.domain.job_actions import Protocol, Recipient, Subscribed

CAROL = Recipient(protocol=Protocol.EMAIL, endpoint="carol@example.com")
PHONE = Recipient(protocol=Protocol.SMS, endpoint="+15550100199")
WANTED = {"trainstop_to": ["carol@example.com"]}


@pytest.fixture
def topics(clients):
    names = ("SMDebugRules", "alerts")
    return [clients.sns.create_topic(Name=name)["TopicArn"] for name in names]


@pytest.fixture
def recipients(clients, topics):
    return SnsRecipients(clients, *topics)


def subscriptions(clients, topic):
    held = clients.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    return {
        each["Endpoint"]: json.loads(
            clients.sns.get_subscription_attributes(SubscriptionArn=each["SubscriptionArn"])["Attributes"][
                "FilterPolicy"
            ]
        )
        for each in held
    }


def test_an_address_is_subscribed_once_by_a_filter_of_its_own(clients, topics, recipients):
    recipients.subscribe(CAROL)
    recipients.subscribe(CAROL)
    SnsRecipients(clients, *topics).subscribe(CAROL)
    assert subscriptions(clients, topics[0]) == {"carol@example.com": WANTED}


def test_debuggers_own_subscription_gets_trainstops_filter(clients, topics, recipients):
    clients.sns.subscribe(
        TopicArn=topics[0],
        Protocol="email",
        Endpoint="carol@example.com",
        Attributes={"FilterPolicy": json.dumps({"email": ["carol@example.com"]})},
    )
    recipients.subscribe(CAROL)
    assert subscriptions(clients, topics[0]) == {"carol@example.com": WANTED}


def test_who_gets_all_alerts_is_not_told_twice(clients, topics, recipients):
    clients.sns.subscribe(TopicArn=topics[1], Protocol="sms", Endpoint="+15550100199")
    assert recipients.subscribe(PHONE) is Subscribed.COVERED


def test_an_address_that_has_not_confirmed_is_pending_and_asked_for_again_later(clients, topics):
    recipients = SnsRecipients(clients, *topics)
    with Stubber(clients.sns) as stub:
        for _ in range(2):
            pending = {"SubscriptionArn": "PendingConfirmation", "Protocol": "email", "Endpoint": "carol@example.com"}
            stub.add_response("list_subscriptions_by_topic", {"Subscriptions": [pending]})
            stub.add_response("list_subscriptions_by_topic", {"Subscriptions": []})
        assert [recipients.subscribe(CAROL) for _ in range(2)] == [Subscribed.PENDING] * 2
        stub.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["AuthorizationError", "NotFound", "InvalidParameter"])
def test_a_refused_subscription_stops_nobody(clients, topics, code):
    with Stubber(clients.sns) as stub:
        stub.add_client_error("list_subscriptions_by_topic", code)
        assert SnsRecipients(clients, *topics).subscribe(CAROL) is Subscribed.REFUSED
