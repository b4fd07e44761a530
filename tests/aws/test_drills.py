"""What a drill looks at in a deployed stack, and the event that it puts."""

import io
import json
import zipfile

import boto3
import pytest
from botocore.stub import Stubber

from tests.drilled import a_drill, drill_event, drilled
from tests.fakes import FakeListeners
from tests.worlds import world
from trainstop.adapters.drills import EventBridgeDrills, S3Archived
from trainstop.adapters.receivers import TopicReceivers, masked
from trainstop.adapters.stations import StackStations
from trainstop.app.watch import watch
from trainstop.events import parse
from trainstop.ports import Arrival, DrillRefusedError


def test_a_drill_goes_on_the_bus_as_an_event_that_watch_reads(clients):
    events, sqs = clients.events, clients.sqs
    queue = sqs.create_queue(QueueName="arrivals")["QueueUrl"]
    events.put_rule(Name="drills", EventPattern=json.dumps({"source": ["trainstop.drill"]}))
    events.put_targets(Rule="drills", Targets=[{"Id": "a", "Arn": "arn:aws:sqs:us-east-1:123456789012:arrivals"}])
    sent = a_drill("debugger-rule", owner="alice", team="vision", quiet=("sms",), account="123456789012")
    assert EventBridgeDrills(events).put(sent)
    (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    event = json.loads(message["Body"]) | {"account": "123456789012"}  # which moto leaves out
    assert parse(event).model_copy(update={"sent_at": None}) == sent


def test_a_drill_that_eventbridge_does_not_take_says_why(clients):
    refusal = {"ErrorCode": "InternalFailure", "ErrorMessage": "not now"}
    with Stubber(clients.events) as stub:
        stub.add_response("put_events", {"FailedEntryCount": 1, "Entries": [refusal]})
        with pytest.raises(DrillRefusedError, match="InternalFailure: not now"):
            EventBridgeDrills(clients.events).put(a_drill())


def test_the_archive_has_what_arrived_though_it_was_merged_since_and_nothing_else(clients):
    clients.s3.create_bucket(Bucket="archive")
    clients.s3.put_bucket_versioning(Bucket="archive", VersioningConfiguration={"Status": "Enabled"})
    archive, key = S3Archived(clients.s3, "archive"), "incidents/dt=2026-01-15/a.1.json.gz"
    assert archive.first_under("incidents/dt=2026-01-15/a.") is None
    clients.s3.put_object(Bucket="archive", Key=key, Body=b"x")
    assert archive.first_under("incidents/dt=2026-01-15/a.") == key
    clients.s3.delete_object(Bucket="archive", Key=key)
    assert archive.first_under("incidents/dt=2026-01-15/a.") == key
    assert archive.first_under("incidents/dt=2026-01-15/ab.") is None


@pytest.fixture
def topics(clients):
    """The alerts topics by their names for people."""
    names = ("platform", "team", "owner", "chat")
    return {name: clients.sns.create_topic(Name=name)["TopicArn"] for name in names}


def subscribe(clients, topic, protocol, endpoint, policy=None, **attributes):
    held = {"FilterPolicy": json.dumps(policy), **attributes} if policy else attributes
    clients.sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint, Attributes=held)


def receptions(clients, topics, scenario="debugger-rule", **asked):
    receivers = TopicReceivers(clients.sns, topics, FakeListeners())
    return list(receivers.of(drilled(watch(drill_event(scenario, **asked), world()))))


def test_receivers_are_the_subscribers_whose_filter_takes_the_alert(clients, topics):
    subscribe(clients, topics["platform"], "email", "oncall@example.com", {"channels": ["email"]})
    subscribe(clients, topics["platform"], "sms", "+15550100123", {"channels": ["sms"]})
    subscribe(clients, topics["platform"], "email", "info@example.com", {"severity": ["info"]})
    subscribe(clients, topics["team"], "email", "team@example.com")
    subscribe(clients, topics["owner"], "email", "alice@example.com")
    found = [(each.channel, each.receiver, each.detail) for each in receptions(clients, topics, Owner="alice")]
    assert found == [
        ("email", "a***@example.com", "owner topic, hears everything"),
        ("email", "o***@example.com", "platform topic, hears everything"),
        ("sms", "+***0123", "platform topic, hears everything"),
    ]


def test_a_filter_that_looks_at_the_message_may_take_the_alert(clients, topics):
    subscribe(clients, topics["platform"], "email", "a@example.com", {"drill": [True]}, FilterPolicyScope="MessageBody")
    (reception,) = receptions(clients, topics)
    assert reception.detail == "platform topic, if its filter (not read) takes it"


def test_who_has_not_confirmed_is_named(clients):
    pending = {"SubscriptionArn": "PendingConfirmation", "Protocol": "email", "Endpoint": "a@example.com"}
    with Stubber(clients.sns) as stub:
        stub.add_response("list_subscriptions_by_topic", {"Subscriptions": [pending]})
        stub.add_response("list_subscriptions_by_topic", {"Subscriptions": []})
        (reception,) = receptions(
            clients, {"platform": "arn:aws:sns:a", "owner": "arn:aws:sns:b", "chat": "arn:aws:sns:c"}
        )
    assert (reception.arrival, reception.detail) == (Arrival.UNCONFIRMED, "platform topic")


def test_a_filter_that_may_not_be_read_leaves_the_receiver_in_doubt(clients):
    held = {"SubscriptionArn": "arn:aws:sns:a:b", "Protocol": "email", "Endpoint": "a@example.com"}
    with Stubber(clients.sns) as stub:
        stub.add_response("list_subscriptions_by_topic", {"Subscriptions": [held]})
        stub.add_client_error("get_subscription_attributes", "AuthorizationError")
        stub.add_response("list_subscriptions_by_topic", {"Subscriptions": []})
        (reception,) = receptions(
            clients, {"platform": "arn:aws:sns:a", "owner": "arn:aws:sns:b", "chat": "arn:aws:sns:c"}
        )
    assert "not read" in reception.detail


@pytest.mark.parametrize(
    ("protocol", "endpoint", "shown"),
    [
        ("email", "alice.smith@example.com", "a***@example.com"),
        ("email", "not an address", "***@not an address"),
        ("sms", "+15550100123", "+***0123"),
        ("https", "https://user:secret@hooks.example.com:8443/T0/B1?token=x", "hooks.example.com:8443"),
        ("sqs", "arn:aws:sqs:us-east-1:111122223333:alerts", "alerts"),
    ],
)
def test_addresses_are_masked(protocol, endpoint, shown):
    assert masked(protocol, endpoint) == shown


class Deployed:
    """A stack with queues, on moto."""

    def __init__(self, queues):
        self.queues = queues

    def output(self, key):
        return self.queues[key]

    def client(self, service):
        return boto3.client(service, region_name="us-east-1")


@pytest.fixture
def deployed(clients):
    names = [f"{name}DeadLetterQueueUrl" for name in ("Events", "Watch", "Notify", "Archive")]
    queues = {name: clients.sqs.create_queue(QueueName=name)["QueueUrl"] for name in (*names, "WatchQueueUrl")}
    return Deployed(queues)


def test_a_station_tells_its_queues_its_functions_trigger_and_its_alarms(clients, deployed):
    clients.sqs.send_message(QueueUrl=deployed.queues["WatchQueueUrl"], MessageBody="{}")
    create_function("trainstop-watch")
    boto3.client("cloudwatch", region_name="us-east-1").put_metric_alarm(
        AlarmName="trainstop-watch-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
    )
    assert list(StackStations(deployed, "trainstop").look("noticed")) == [
        "EventBridge's dead letters: 0 waiting, 0 in hand",
        "the watch queue: 1 waiting, 0 in hand",
        "watch's dead letters: 0 waiting, 0 in hand",
        "trigger of trainstop-watch: NONE",
        "log group: /aws/lambda/trainstop-watch",
        "alarms: trainstop-watch-errors OK",
    ]


@pytest.mark.usefixtures("clients")
def test_what_may_not_be_read_is_said_and_the_rest_is_told(monkeypatch):
    denied = {"sqs": "get_queue_attributes", "lambda": "list_event_source_mappings", "cloudwatch": "describe_alarms"}
    stubbed = {name: boto3.client(name, region_name="us-east-1") for name in denied}
    for name, operation in denied.items():
        stub = Stubber(stubbed[name])
        stub.add_client_error(operation, "AccessDenied")
        stub.activate()
    monkeypatch.setattr(Deployed, "client", lambda _, service: stubbed[service])
    assert list(StackStations(Deployed({"NotifyDeadLetterQueueUrl": "url"}), "trainstop").look("told")) == [
        "notify's dead letters: may not be read (AccessDenied)",
        "trigger of trainstop-notify: may not be read (AccessDenied)",
        "log group: /aws/lambda/trainstop-notify",
        "alarms: may not be read (AccessDenied)",
    ]


def create_function(name):
    assume = {"Version": "2012-10-17", "Statement": []}
    role = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(assume))["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "")
    boto3.client("lambda", region_name="us-east-1").create_function(
        FunctionName=name, Runtime="python3.13", Role=role, Handler="app.h", Code={"ZipFile": code.getvalue()}
    )
