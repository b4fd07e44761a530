"""Who is told what, by command, on moto, where every subscription is confirmed at once."""

import json
from typing import get_args

import pytest
from botocore.stub import Stubber

from tests.unit.records.made import a_diagnosis, a_job, an_incident, at
from trainstop.cli import people, subscribing, subscriptions
from trainstop.domain.category import Category
from trainstop.domain.decision import AlertOrder, Audience, Channel, Severity
from trainstop.domain.job_actions import Protocol

NOW = at("2026-01-16 09:00:00")
PENDING = "PendingConfirmation"
GAVE_UP = (
    "platform: SNS gave up on 3 messages in 24 hours. It does not tell whose, and never of a mail that bounced later: "
    "ask the addresses above, or turn on the topic's delivery status log."
)
NOT_CONFIRMED = (
    "carol@example.com (platform) is not confirmed since 2026-01-16 09:00:00 UTC: nothing reaches it. The link that "
    "SNS sent is valid for 2 days; trainstop subscriptions --resend sends another."
)


@pytest.fixture(autouse=True)
def _at_a_fixed_time(monkeypatch):
    for module in (subscribing, subscriptions):
        monkeypatch.setattr(module, "now_utc", lambda: NOW)


def told(name, *audience, category=Category.USER_CODE, tags=None):
    made = an_incident(name, job=a_job(name, tags=tags or {"owner": "Alice"}), diagnosis=a_diagnosis(category))
    order = AlertOrder(severity=Severity.HIGH, audience=audience, channels=(Channel.EMAIL, Channel.JSON))
    return made.model_copy(update={"decision": made.decision.model_copy(update={"alert": order})})


def filters(cloud, topic):
    sns = cloud.clients["sns"]
    held = sns.list_subscriptions_by_topic(TopicArn=cloud.topics[topic])["Subscriptions"]
    return {
        each["Endpoint"]: json.loads(
            sns.get_subscription_attributes(SubscriptionArn=each["SubscriptionArn"])["Attributes"].get(
                "FilterPolicy", "{}"
            )
        )
        for each in held
    }


def test_a_mailbox_is_subscribed_by_its_filter_and_the_past_is_tried(trainstop, cloud):
    cloud.keep(told("bert-1", Audience.OWNER), told("bert-2", Audience.OWNER, tags={"owner": "bob"}))
    asked = ["--audience", "owner", "--owner", "Alice", "--at-least", "high", "--job", "bert-*"]
    result = trainstop("subscribe", "email", "Alice@Example.com", *asked)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "Address  alice@example.com, by e-mail",
        "Alerts   to owners",
        "Hears    severity high or critical; job bert-*; owner alice",
        "State    NOT CONFIRMED: SNS sends a mail with a link. Nothing else reaches the",
        "         address before the link is followed, within 2 days",
        "Lately   1 of 2 alerts of the last 7 days would have come, the latest at",
        "         2026-01-15 12:00:00 UTC about bert-1",
    ]
    assert filters(cloud, "OwnerAlertsTopicArn") == {
        "alice@example.com": {
            "channels": ["email"],
            "severity": ["high", "critical"],
            "job": [{"prefix": "bert-"}],
            "owner": ["alice"],
        }
    }


def test_another_filter_replaces_the_first_and_says_so(trainstop, cloud):
    trainstop("subscribe", "sms", "+15550100123", "--severity", "critical")
    result = trainstop("subscribe", "sms", "+15550100123", "--category", "capacity", "--category", "quota")
    assert result.stdout.splitlines() == [
        "Address  +15550100123, by SMS",
        "Alerts   to the platform",
        "Hears    category capacity or quota",
        "Before   severity critical",
        "State    changed: an address has one filter a topic. SNS may take 15 minutes to",
        "         heed another",
        "Lately   there was no alert to this audience in the last 7 days",
    ]
    assert filters(cloud, "AlertsTopicArn")["+15550100123"]["category"] == ["capacity", "quota"]
    again = trainstop("subscribe", "sms", "+15550100123", "--category", "capacity", "--category", "quota")
    assert "State    was subscribed so already" in again.stdout


def test_a_preview_subscribes_nobody(trainstop, cloud):
    cloud.keep(told("bert-1", Audience.PLATFORM))
    result = trainstop("subscribe", "email", "a@example.com", "--category", "quota", "--preview")
    assert result.stdout.splitlines() == [
        "Hears   category quota",
        "Lately  0 of 1 alerts of the last 7 days would have come",
    ]
    assert filters(cloud, "AlertsTopicArn") == {}


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["email", "nobody"], "'nobody' is no mailbox such as alice@example.com"),
        (["sms", "5550100"], "is no number such as +15550100123"),
        (["email", "a@example.com", "--audience", "team"], "Name them by --team, or ask by --all"),
        (["email", "a@example.com", "--job", "a*b"], "has no other patterns"),
        (["email", "a@example.com", "--severity", "high", "--at-least", "high"], "either --severity or --at-least"),
        (["email", "a@example.com", "--severity", "urgent"], "urgent"),
        (["fax", "a@example.com"], "fax"),
    ],
)
def test_what_cannot_be_is_refused(trainstop, arguments, why):
    result = trainstop("subscribe", *arguments)
    assert result.exit_code == 2
    assert why in " ".join(result.stderr.split())


def test_who_opted_out_is_not_subscribed(trainstop, cloud):
    with Stubber(cloud.clients["sns"]) as stub:
        stub.add_response("check_if_phone_number_is_opted_out", {"isOptedOut": True})
        result = trainstop("subscribe", "sms", "+15550100123")
    assert result.exit_code == 1
    assert "has asked for no more SMS" in result.stderr


def test_an_address_is_unsubscribed_from_all_alerts_or_those_of_an_audience(trainstop, cloud):
    for audience in ("platform", "owner"):
        named = ["--owner", "alice"] if audience == "owner" else []
        trainstop("subscribe", "sms", "+15550100123", "--audience", audience, *named)
    result = trainstop("unsubscribe", "+15550100123", "--audience", "owner")
    assert result.stdout == "+15550100123 hears no more of the alerts to owners\n"
    assert filters(cloud, "OwnerAlertsTopicArn") == {}
    assert "to the platform" in trainstop("unsubscribe", "+15550100123").stdout
    nothing = trainstop("unsubscribe", "+15550100123")
    assert (nothing.exit_code, nothing.stdout) == (1, "")
    assert nothing.stderr == "trainstop: +15550100123 has no confirmed subscription to alerts\n"


def test_all_topics_are_listed_with_filters_in_words(trainstop, cloud, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    sns = cloud.clients["sns"]
    trainstop("subscribe", "email", "ops@example.com", "--at-least", "warning", "--name", "night shift")
    trainstop("subscribe", "sms", "+15550100123", "--audience", "owner", "--owner", "alice")
    sns.subscribe(TopicArn=cloud.topics["OperationsTopicArn"], Protocol="email", Endpoint="ops@example.com")
    sns.subscribe(TopicArn=cloud.topics["ChatTopicArn"], Protocol="https", Endpoint="https://example.com/hook")
    count(cloud, "AlertsTopicArn", "NumberOfNotificationsDelivered", 12)
    result = trainstop("subscriptions")
    assert result.stdout.splitlines() == [
        "topic       way    address                   hears                     state",
        "platform    email  ops@example.com           night shift: severity     confirmed",
        "                                             warning, high or",
        "                                             critical",
        "owner       sms    +15550100123              owner alice               confirmed",
        "chat        https  https://example.com/hook  everything                confirmed",
        "operations  email  ops@example.com           everything                confirmed",
        "",
        "Messages of the last 24 hours:",
        "topic       delivered  failed",
        "platform           12       0",
        "team        -          -",
        "owner       -          -",
        "chat        -          -",
        "operations  -          -",
    ]
    assert trainstop("subscriptions", "--check").exit_code == 0


def count(cloud, topic, metric, value):
    cloud.clients["cloudwatch"].put_metric_data(
        Namespace="AWS/SNS",
        MetricData=[
            {
                "MetricName": metric,
                "Dimensions": [{"Name": "TopicName", "Value": cloud.topics[topic].rpartition(":")[2]}],
                "Value": value,
                "Timestamp": at("2026-01-16 08:00:00"),
            }
        ],
    )


def test_what_is_wrong_is_said_and_checked(trainstop, cloud):
    sns = cloud.clients["sns"]
    sns.subscribe(
        TopicArn=cloud.topics["TeamAlertsTopicArn"],
        Protocol="sms",
        Endpoint="+15550100124",
        Attributes={"FilterPolicy": '{"team": ["Vision"]}'},
    )
    count(cloud, "AlertsTopicArn", "NumberOfNotificationsFailed", 3)
    result = trainstop("subscriptions", "--check")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "+15550100124 (team) filters on 'Vision', which no alert has: write 'vision'.",
        GAVE_UP,
        "trainstop: 2 findings",
    ]
    assert len(json.loads(trainstop("subscriptions", "--json").stdout)["troubles"]) == 2


def test_who_has_not_confirmed_is_shown_with_what_was_asked_for_and_asked_again(trainstop, cloud):
    trainstop("subscribe", "email", "carol@example.com", "--team", "Vision")
    sns = cloud.clients["sns"]
    pending = {"SubscriptionArn": PENDING, "Protocol": "email", "Endpoint": "carol@example.com"}
    with Stubber(sns) as stub:
        stub.add_response("list_subscriptions_by_topic", {"Subscriptions": [pending]})
        for _ in range(4):
            stub.add_response("list_subscriptions_by_topic", {"Subscriptions": []})
        stub.add_response("subscribe", {"SubscriptionArn": PENDING})
        result = trainstop("subscriptions", "--resend")
    assert "email  carol@example.com  team vision  NOT CONFIRMED" in result.stdout
    assert result.stderr.splitlines() == [
        "SNS asks carol@example.com (platform) once more.",
        NOT_CONFIRMED,
    ]


def test_a_sync_tells_who_is_listened_for(trainstop, cloud):
    sns = cloud.clients["sns"]
    for number, policy in enumerate(['{"owner": ["alice", "bob"]}', '{"owner": [{"prefix": "svc-"}]}']):
        sns.subscribe(
            TopicArn=cloud.topics["OwnerAlertsTopicArn"],
            Protocol="sms",
            Endpoint=f"+1555010012{number}",
            Attributes={"FilterPolicy": policy},
        )
    sns.subscribe(TopicArn=cloud.topics["TeamAlertsTopicArn"], Protocol="sms", Endpoint="+15550100129")
    result = trainstop("subscriptions", "--sync")
    assert result.stderr.splitlines() == [
        "Listened for, team: everybody",
        "Listened for, owner: alice, bob, and 1 by a pattern",
    ]


def test_text_from_the_console_can_steer_no_terminal(trainstop, cloud):
    cloud.clients["sns"].subscribe(
        TopicArn=cloud.topics["TeamAlertsTopicArn"],
        Protocol="sms",
        Endpoint="+15550100124",
        Attributes={"FilterPolicy": json.dumps({"team": ["\x1b[31mRed\x07 [bold]"]})},
    )
    result = trainstop("subscriptions")
    assert "\x1b" not in result.output
    assert "\x07" not in result.output
    assert "[bold]" in result.stdout


def test_the_interface_knows_all_ways_audiences_and_severities():
    assert get_args(people.Way) == tuple(Protocol)
    assert set(get_args(people.Audience)) == set(Audience)
    assert list(people.Severity) == list(Severity)


@pytest.mark.usefixtures("cloud")
def test_nobody_subscribed_is_said(trainstop):
    assert trainstop("subscriptions").stderr == "Nobody is subscribed: trainstop subscribe email ADDRESS\n"
