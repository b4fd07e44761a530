"""The command line on moto, and a stack that has what the commands ask for."""

import json
from datetime import UTC, datetime
from itertools import count
from types import SimpleNamespace

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from trainstop.adapters import dead_letters
from trainstop.cli import aws
from trainstop.cli.main import app
from trainstop.records.item import incident_key, to_item

REGION = "us-east-1"
CREATED = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
REPLAY_RULE = "replay"
NUMBERS = count()
SERVICES = ("cloudwatch", "dynamodb", "events", "lambda", "s3", "sns", "sqs", "ssm", "sts")
TOPICS = [f"{name}TopicArn" for name in ("Alerts", "TeamAlerts", "OwnerAlerts", "Chat", "Operations")]
DEAD_LETTER_QUEUES = [
    f"{name}DeadLetterQueueUrl" for name in ("Watch", "Events", "Relay", "Notify", "Archive", "Webhook")
]


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "TRAINSTOP_STACK", "COLUMNS", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def trainstop():
    """Runs a command; the answer has ``exit_code``, ``stdout`` and ``stderr``."""

    def run(*arguments, stdin=None):
        result = CliRunner().invoke(app, list(arguments), input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


class FakeCloudFormation:
    meta = SimpleNamespace(region_name=REGION)

    def __init__(self, outputs):
        self.outputs = outputs
        self.asked = []

    def describe_stacks(self, StackName):  # noqa: N803 - boto3's name
        self.asked.append(StackName)
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self.outputs.items()]
        stack = {"StackName": StackName, "StackStatus": "CREATE_COMPLETE", "Outputs": outputs}
        return {"Stacks": [stack | {"CreationTime": CREATED}]}


class Cloud:
    """What a test puts into the account and reads from it."""

    def __init__(self, clients, number):
        self.number = number
        self.table = f"incidents-{number}"
        self.archive, self.results = f"archive-{number}", f"results-{number}"
        self.clients = dict(clients)
        self._create_buckets()
        sqs = self.clients["sqs"]
        self.queues = {
            key: sqs.create_queue(QueueName=f"{key}-{number}")["QueueUrl"]
            for key in (*DEAD_LETTER_QUEUES, "RelayQueueUrl", "WebhookQueueUrl", "Arrivals")
        }
        sns = self.clients["sns"]
        self.topics = {key: sns.create_topic(Name=f"{key}-{number}")["TopicArn"] for key in TOPICS}
        outputs = {
            "IncidentsTableName": self.table,
            "ArchiveBucketName": self.archive,
            "QueryResultsBucketName": self.results,
            "CompactFunctionName": "trainstop-compact",
            "QueryWorkGroupName": "group",
            "GlueDatabaseName": "db",
            "HttpWebhooksAllowed": "false",
            "WebhookSecretsPath": f"/trainstop/stack-{number}/webhooks",
            "WebhookFunctionName": "trainstop-webhook",
            **self.queues,
            **self.topics,
        }
        self.clients["cloudformation"] = FakeCloudFormation(outputs)
        self._create_table()
        self._deliver_replays()

    def _create_buckets(self):
        s3 = self.clients["s3"]
        for name in (self.archive, self.results):
            s3.create_bucket(Bucket=name)
        s3.put_bucket_versioning(Bucket=self.archive, VersioningConfiguration={"Status": "Enabled"})

    def _create_table(self):
        keys = {"by_day": ("day", "occurred_at"), "by_job": ("job_name", "occurred_at")}
        names = {"pk", *(name for pair in keys.values() for name in pair)}
        self.clients["dynamodb"].create_table(
            TableName=self.table,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in sorted(names)],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": index,
                    "KeySchema": [
                        {"AttributeName": hash_key, "KeyType": "HASH"},
                        {"AttributeName": range_key, "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
                for index, (hash_key, range_key) in keys.items()
            ],
        )

    def _deliver_replays(self):
        arn = f"arn:aws:sqs:{REGION}:123456789012:Arrivals-{self.number}"
        events = self.clients["events"]
        events.put_rule(Name=REPLAY_RULE, EventPattern=json.dumps({"source": ["trainstop.replay"]}))
        events.put_targets(Rule=REPLAY_RULE, Targets=[{"Id": "arrivals", "Arn": arn}])

    def keep(self, *incidents):
        for incident in incidents:
            self.clients["dynamodb"].put_item(TableName=self.table, Item=to_item(incident))

    def set_aside(self, queue, *bodies, reason=None):
        attributes = {"reason": {"DataType": "String", "StringValue": reason}} if reason else {}
        for body in bodies:
            self.clients["sqs"].send_message(
                QueueUrl=self.queues[queue], MessageBody=body, MessageAttributes=attributes
            )

    def item(self, incident):
        return self.clients["dynamodb"].get_item(TableName=self.table, Key=incident_key(incident.incident_id))["Item"]

    def messages(self, queue):
        found = []
        while (
            batch := self.clients["sqs"]
            .receive_message(QueueUrl=self.queues[queue], MaxNumberOfMessages=10)
            .get("Messages")
        ):
            found += (message["Body"] for message in batch)
        return found

    def arrivals(self):
        return [json.loads(body) for body in self.messages("Arrivals")]


@pytest.fixture(scope="module")
def clients():
    """Making a client takes long, so the package's tests share them."""
    with mock_aws():
        yield {name: boto3.client(name, region_name=REGION) for name in SERVICES}


@pytest.fixture
def cloud(clients, monkeypatch):
    """An account with an empty stack of its own for each test."""
    made = Cloud(clients, next(NUMBERS))
    monkeypatch.setattr(aws, "client", made.clients.__getitem__)
    monkeypatch.setattr(dead_letters, "LONG_POLL_SECONDS", 0)
    yield made
    clients["events"].remove_targets(Rule=REPLAY_RULE, Ids=["arrivals"])
