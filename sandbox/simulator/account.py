"""The rest of the account, as the simulator reaches it: event bus, trail bucket, log group, topics."""

import json
import time
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

import boto3
from botocore.config import Config

from sandbox.cloud import callers
from sandbox.simulator.events import Event, milliseconds

LOG_GROUP = "/aws/sagemaker/TrainingJobs"
_TIMEOUT_SECONDS = 30


class Account:
    """Calls the emulated cloud, whose address and keys are in the AWS variables of the environment.

    Args:
        cloud_url: the emulator's address.
        trail_bucket: where CloudTrail's files go.
    """

    def __init__(self, cloud_url: str, trail_bucket: str) -> None:
        self._cloud_url, self._trail_bucket = cloud_url, trail_bucket
        config = Config(retries={"mode": "standard", "total_max_attempts": 3})
        self._logs = boto3.client("logs", endpoint_url=cloud_url, config=config)
        self._s3 = boto3.client("s3", endpoint_url=cloud_url, config=config)
        self._streams: set[str] = set()

    def send(self, events: Sequence[Event]) -> None:
        """Puts events on the bus as AWS services do."""
        request = urllib.request.Request(  # noqa: S310 - the sandbox's own address
            f"{self._cloud_url}/_sandbox/events",
            json.dumps(list(events)).encode(),
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS).close()  # noqa: S310 - the sandbox's own address

    def keep_trail(self, files: Mapping[str, bytes]) -> None:
        """Writes CloudTrail's files."""
        for key, content in files.items():
            self._s3.put_object(Bucket=self._trail_bucket, Key=key, Body=content, ContentEncoding="gzip")

    def write_logs(self, stream: str, lines: Sequence[str]) -> None:
        """Writes lines to a stream of the training jobs' log group; both are made when they are not there."""
        if stream not in self._streams:
            self._create(stream)
        now = milliseconds(time.time()) or 0
        events: Any = [{"timestamp": now, "message": line} for line in lines]
        self._logs.put_log_events(logGroupName=LOG_GROUP, logStreamName=stream, logEvents=events)

    def publish_as_debugger(self, role: str, rule: str, protocol: str, endpoint: str) -> None:
        """Does what a rule's container does for its action e-mail or SMS: topic, subscription, message."""
        token = callers.token(role, "SageMaker")
        sns = boto3.client("sns", endpoint_url=self._cloud_url, aws_session_token=token)
        topic = sns.create_topic(Name="SMDebugRules")["TopicArn"]
        attribute = "email" if protocol == "email" else "phone_num"
        known = (held for page in sns.get_paginator("list_subscriptions").paginate() for held in page["Subscriptions"])
        if not any(held["TopicArn"] == topic and held["Endpoint"] == endpoint for held in known):
            policy = json.dumps({attribute: [endpoint]})
            sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint, Attributes={"FilterPolicy": policy})
        sns.publish(
            TopicArn=topic,
            Subject=f"SMDebugRule:{rule} fired",
            Message=f"SMDebugRule:{rule} fired. None",
            MessageAttributes={attribute: {"DataType": "String", "StringValue": endpoint}},
        )

    def _create(self, stream: str) -> None:
        exceptions = self._logs.exceptions
        for create in (
            lambda: self._logs.create_log_group(logGroupName=LOG_GROUP),
            lambda: self._logs.create_log_stream(logGroupName=LOG_GROUP, logStreamName=stream),
        ):
            try:
                create()
            except exceptions.ResourceAlreadyExistsException:
                continue
        self._streams.add(stream)
