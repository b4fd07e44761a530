import gzip
import json

import pytest
from botocore.stub import Stubber

from trainstop.adapters.messaging import S3Archive, SnsAlerts, SqsDeadLetters, SqsWatchQueue
from trainstop.ports import Publication, PublishRefusedError


@pytest.fixture
def queue_url(clients):
    return clients.sqs.create_queue(QueueName="watch")["QueueUrl"]


def received(clients, queue_url):
    answer = clients.sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
    return answer.get("Messages", [])


def test_hints_are_queued_in_batches_of_ten(clients, queue_url):
    SqsWatchQueue(clients, queue_url).send([{"number": number} for number in range(23)])
    bodies = [json.loads(message["Body"])["number"] for _ in range(3) for message in received(clients, queue_url)]
    assert sorted(bodies) == list(range(23))


def test_a_hint_that_sqs_does_not_take_is_an_error(clients):
    with Stubber(clients.sqs) as stub:
        stub.add_response(
            "send_message_batch",
            {"Successful": [], "Failed": [{"Id": "0", "SenderFault": True, "Code": "InvalidMessageContents"}]},
        )
        with pytest.raises(RuntimeError, match="InvalidMessageContents"):
            SqsWatchQueue(clients, "https://sqs/q").send([{}])


def test_a_dead_letter_keeps_the_body_and_the_reason(clients, queue_url):
    SqsDeadLetters(clients, queue_url).put("{broken", "x" * 2000)
    (message,) = received(clients, queue_url)
    assert message["Body"] == "{broken"
    assert message["MessageAttributes"]["reason"]["StringValue"] == "x" * 1000


def test_an_alert_carries_a_text_for_each_protocol_and_its_attributes(clients, queue_url):
    topic = clients.sns.create_topic(Name="alerts")["TopicArn"]
    arn = clients.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    clients.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    body = json.dumps({"default": "{}", "email": "text", "sms": "short"})
    SnsAlerts(clients, topic).publish(Publication("subject", body, {"severity": ("String", "high")}))
    (message,) = received(clients, queue_url)
    envelope = json.loads(message["Body"])
    assert (envelope["Subject"], envelope["Message"]) == ("subject", "{}")
    assert envelope["MessageAttributes"]["severity"] == {"Type": "String", "Value": "high"}


def test_a_repeat_overwrites_the_archived_object(clients):
    clients.s3.create_bucket(Bucket="archive")
    store = S3Archive(clients, "archive")
    for text in (b"first\n", b"second\n"):
        store.put("incidents/dt=2026-01-15/a.json.gz", gzip.compress(text))
    (only,) = clients.s3.list_objects_v2(Bucket="archive")["Contents"]
    body = clients.s3.get_object(Bucket="archive", Key=only["Key"])["Body"].read()
    assert gzip.decompress(body) == b"second\n"


@pytest.mark.parametrize("code", ["NotFound", "AuthorizationError"])
def test_a_topic_that_is_gone_or_closed_says_so(clients, code):
    with Stubber(clients.sns) as stub:
        stub.add_client_error("publish", code, "no")
        with pytest.raises(PublishRefusedError, match=f"{code}: no"):
            SnsAlerts(clients, "arn:aws:sns:us-east-1:123456789012:t").publish(Publication("s", "{}", {}))
