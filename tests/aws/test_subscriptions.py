"""Subscriptions, notes, listeners and deliveries on AWS."""

import json
from datetime import timedelta

import pytest
from botocore.stub import ANY, Stubber

from tests.fakes import FakeClock
from tests.samples import STARTED
from trainstop.adapters.clients import client
from trainstop.adapters.delivery import Deliveries, SmsRate, SnsDelivery
from trainstop.adapters.listeners import ListenersTable
from trainstop.adapters.subscription_notes import SubscriptionNotesTable
from trainstop.adapters.subscriptions import SnsSubscriptions
from trainstop.domain.decision import Audience
from trainstop.domain.job_actions import Protocol, Recipient
from trainstop.domain.listener import Listened
from trainstop.domain.subscription import Subscription, SubscriptionState, Topic
from trainstop.ports import SubscriptionNote

CAROL = Recipient(protocol=Protocol.EMAIL, endpoint="carol@example.com")
PHONE = Recipient(protocol=Protocol.SMS, endpoint="+15550100199")
WANTED = {"channels": ["email"], "job": [{"prefix": "demo-"}]}
TOPIC_ARN = "arn:aws:sns:us-east-1:111122223333:owners"
PENDING = {"SubscriptionArn": "PendingConfirmation", "Protocol": "email", "Endpoint": "carol@example.com"}


@pytest.fixture
def topic_arns(clients):
    return {topic: clients.sns.create_topic(Name=topic.value)["TopicArn"] for topic in Topic}


@pytest.fixture
def subscriptions(clients, topic_arns):
    return SnsSubscriptions(clients, topic_arns)


def test_a_subscription_is_read_with_its_filter(subscriptions):
    subscriptions.subscribe(Topic.OWNER, CAROL, WANTED)
    (found,) = subscriptions.on(Topic.OWNER).subscriptions
    assert (found.protocol, found.endpoint, found.state) == ("email", "carol@example.com", SubscriptionState.CONFIRMED)
    assert (found.filter_policy, found.filter_known, found.on_body) == (WANTED, True, False)
    assert subscriptions.on(Topic.PLATFORM).subscriptions == ()


def test_a_filter_is_changed_and_a_subscription_ended(subscriptions):
    subscriptions.subscribe(Topic.OWNER, CAROL, WANTED)
    (found,) = subscriptions.on(Topic.OWNER).subscriptions
    subscriptions.change_filter(found.arn, {"channels": ["email"]})
    (found,) = subscriptions.on(Topic.OWNER).subscriptions
    assert found.filter_policy == {"channels": ["email"]}
    subscriptions.unsubscribe(found.arn)
    assert subscriptions.on(Topic.OWNER).subscriptions == ()


def test_a_subscription_on_bodies_is_read_as_one(clients, topic_arns, subscriptions):
    clients.sns.subscribe(
        TopicArn=topic_arns[Topic.TEAM],
        Protocol="sms",
        Endpoint=PHONE.endpoint,
        Attributes={"FilterPolicy": '{"detail": {"team": ["nlp"]}}', "FilterPolicyScope": "MessageBody"},
    )
    (found,) = subscriptions.on(Topic.TEAM).subscriptions
    assert found.on_body


def test_what_has_no_filter_hears_everything(clients, topic_arns, subscriptions):
    clients.sns.subscribe(TopicArn=topic_arns[Topic.TEAM], Protocol="sms", Endpoint=PHONE.endpoint)
    (found,) = subscriptions.on(Topic.TEAM).subscriptions
    assert (found.filter_policy, found.filter_known) == (None, True)


def test_what_is_not_confirmed_or_deleted_has_no_arn(clients, subscriptions):
    with Stubber(clients.sns) as stub:
        listed = [PENDING, PENDING | {"SubscriptionArn": "Deleted"}]
        stub.add_response("list_subscriptions_by_topic", {"Subscriptions": listed})
        found = subscriptions.on(Topic.OWNER).subscriptions
    assert [(each.state, each.arn, each.filter_known) for each in found] == [
        (SubscriptionState.PENDING, None, False),
        (SubscriptionState.DELETED, None, False),
    ]


@pytest.mark.parametrize("code", ["NotFound", "AuthorizationError"])
def test_a_filter_that_cannot_be_read_is_not_known(clients, subscriptions, code):
    with Stubber(clients.sns) as stub:
        listed = [PENDING | {"SubscriptionArn": f"{TOPIC_ARN}:1"}]
        stub.add_response("list_subscriptions_by_topic", {"Subscriptions": listed})
        stub.add_client_error("get_subscription_attributes", code)
        (found,) = subscriptions.on(Topic.OWNER).subscriptions
    assert (found.state, found.filter_known) == (SubscriptionState.CONFIRMED, False)


def test_pages_are_bounded(clients, topic_arns):
    with Stubber(clients.sns) as stub:
        for _ in range(2):
            stub.add_response("list_subscriptions_by_topic", {"Subscriptions": [PENDING], "NextToken": "more"})
        found = SnsSubscriptions(clients, topic_arns, max_pages=2).on(Topic.OWNER)
    assert (len(found.subscriptions), found.complete) == (2, False)


def test_the_filter_of_who_has_not_confirmed_is_changed_by_the_arn_that_subscribe_tells(clients):
    """SNS refuses another filter in Subscribe, and lists no ARN of what is pending."""
    asked = {"TopicArn": TOPIC_ARN, "Protocol": "email", "Endpoint": CAROL.endpoint, "ReturnSubscriptionArn": True}
    with Stubber(clients.sns) as stub:
        stub.add_client_error(
            "subscribe",
            "InvalidParameter",
            "Invalid parameter: Attributes Reason: Subscription already exists with different attributes",
            expected_params=asked | {"Attributes": {"FilterPolicy": json.dumps(WANTED)}},
        )
        stub.add_response("subscribe", {"SubscriptionArn": f"{TOPIC_ARN}:1"}, asked)
        for name in ("FilterPolicy", "FilterPolicyScope"):
            changed = {"SubscriptionArn": f"{TOPIC_ARN}:1", "AttributeName": name, "AttributeValue": ANY}
            stub.add_response("set_subscription_attributes", {}, changed)
        SnsSubscriptions(clients, {Topic.OWNER: TOPIC_ARN}).subscribe(Topic.OWNER, CAROL, WANTED)
        stub.assert_no_pending_responses()


def test_asking_again_leaves_the_filter_alone(clients):
    pending = Subscription(
        topic=Topic.OWNER, protocol="email", endpoint=CAROL.endpoint, state=SubscriptionState.PENDING
    )
    asked = {"TopicArn": TOPIC_ARN, "Protocol": "email", "Endpoint": CAROL.endpoint, "ReturnSubscriptionArn": True}
    with Stubber(clients.sns) as stub:
        stub.add_response("subscribe", {"SubscriptionArn": f"{TOPIC_ARN}:1"}, asked)
        SnsSubscriptions(clients, {Topic.OWNER: TOPIC_ARN}).ask_again(pending)
        stub.assert_no_pending_responses()


def test_who_is_listened_for_is_kept_by_audience(clients, incidents_table):
    listeners = ListenersTable(clients, incidents_table, FakeClock(STARTED))
    listeners.save(Audience.OWNER, Listened(names=("alice",), rules=({"owner": [{"prefix": "b"}]},)), STARTED)
    heard = [name for name in ("Alice", "bob", "carol") if listeners.listening(Audience.OWNER, name)]
    assert heard == ["Alice", "bob"]
    assert not listeners.listening(Audience.TEAM, "alice")


def test_what_was_read_earlier_replaces_nothing(clients, incidents_table):
    listeners = ListenersTable(clients, incidents_table, FakeClock(STARTED))
    listeners.save(Audience.OWNER, Listened(names=("alice",)), STARTED)
    listeners.save(Audience.OWNER, Listened(), STARTED - timedelta(seconds=1))
    assert listeners.listening(Audience.OWNER, "alice")
    listeners.save(Audience.OWNER, Listened(), STARTED)
    assert not listeners.listening(Audience.OWNER, "alice")


def test_what_was_read_long_ago_is_not_believed(clients, incidents_table):
    clock = FakeClock(STARTED)
    listeners = ListenersTable(clients, incidents_table, clock)
    listeners.save(Audience.OWNER, Listened(names=("alice",)), STARTED)
    clock.now = STARTED + timedelta(hours=23)
    assert listeners.listening(Audience.OWNER, "alice")
    clock.now = STARTED + timedelta(hours=25)
    assert not listeners.listening(Audience.OWNER, "alice")


def test_notes_are_found_by_topic_and_address_until_they_are_forgotten(clients, incidents_table):
    notes = SubscriptionNotesTable(clients, incidents_table)
    note = SubscriptionNote("night shift", "arn:aws:iam::111122223333:user/me", STARTED, WANTED)
    notes.write(Topic.OWNER, CAROL, note)
    held = [
        Subscription(topic=topic, protocol="email", endpoint=endpoint, state=SubscriptionState.PENDING)
        for topic, endpoint in [(Topic.OWNER, "Carol@example.com"), (Topic.TEAM, "carol@example.com")]
    ]
    assert notes.read(held) == (note, None)
    notes.forget(held[0])
    assert notes.read(held) == (None, None)
    assert notes.read([]) == ()


def test_deliveries_are_counted_by_topic(clients, topic_arns):
    cloudwatch = client("cloudwatch")
    for name, value in [("NumberOfNotificationsDelivered", 5), ("NumberOfNotificationsFailed", 2)]:
        cloudwatch.put_metric_data(
            Namespace="AWS/SNS",
            MetricData=[
                {
                    "MetricName": name,
                    "Dimensions": [{"Name": "TopicName", "Value": "owner"}],
                    "Value": value,
                    "Timestamp": STARTED - timedelta(hours=hours),
                }
                for hours in (1, 3, 30)
            ],
        )
    found = SnsDelivery(cloudwatch, clients.sns).by_topic(topic_arns, STARTED)
    assert found[Topic.OWNER] == Deliveries(delivered=10, failed=4)
    assert found[Topic.TEAM] == Deliveries(delivered=None, failed=None)


def test_sms_are_told_by_country_and_type(clients):
    cloudwatch = client("cloudwatch")
    series = [{"Name": "Country", "Value": "US"}, {"Name": "SMSType", "Value": "Promotional"}]
    for dimensions in (series, series[:1]):
        metric = {"MetricName": "SMSSuccessRate", "Dimensions": dimensions, "Value": 0.5, "Timestamp": STARTED}
        cloudwatch.put_metric_data(Namespace="AWS/SNS", MetricData=[metric])
    rates = SnsDelivery(cloudwatch, clients.sns).sms_rates(STARTED + timedelta(minutes=1))
    assert rates == [SmsRate("US", "Promotional", 0.5)]


def test_who_opted_out_is_known_or_not(clients):
    with Stubber(clients.sns) as stub:
        stub.add_response("check_if_phone_number_is_opted_out", {"isOptedOut": True})
        stub.add_client_error("check_if_phone_number_is_opted_out", "AuthorizationError")
        delivery = SnsDelivery(client("cloudwatch"), clients.sns)
        assert delivery.opted_out(["+15550100199", "+15550100198"]) == {"+15550100199": True, "+15550100198": None}
