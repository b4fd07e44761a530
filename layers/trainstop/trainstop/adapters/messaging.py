"""Queues and topics, as ports."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from botocore.exceptions import ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import code_of, is_denied, message_of
from trainstop.ports import Publication, PublishRefusedError

_BATCH_SIZE: Final = 10
_REASON_CHARACTERS: Final = 1000


class SnsAlerts:
    """The alerts topic; each protocol gets its own text."""

    def __init__(self, clients: Clients, topic_arn: str) -> None:
        self._clients = clients
        self._topic_arn = topic_arn

    def publish(self, publication: Publication) -> str:
        """Publish; the answer is SNS's MessageId.

        Raises:
            PublishRefusedError: there is no such topic, or it may not be published to.
        """
        try:
            answer = self._clients.sns.publish(
                TopicArn=self._topic_arn,
                Subject=publication.subject,
                Message=publication.body,
                MessageStructure="json",
                MessageAttributes={
                    name: {"DataType": data_type, "StringValue": value}
                    for name, (data_type, value) in publication.attributes.items()
                },
            )
        except ClientError as error:
            if is_denied(error) or code_of(error) == "NotFound":
                raise PublishRefusedError(f"{code_of(error)}: {message_of(error)}") from error
            raise
        return answer["MessageId"]


class SqsWatchQueue:
    """The queue that watch reads."""

    def __init__(self, clients: Clients, queue_url: str) -> None:
        self._clients = clients
        self._queue_url = queue_url

    def send(self, events: Sequence[Mapping[str, Any]], delay_seconds: int = 0) -> None:
        """Queue events, ten a call; they arrive after the delay.

        Raises:
            RuntimeError: SQS did not take at least one of them.
        """
        for start in range(0, len(events), _BATCH_SIZE):
            entries = [
                {"Id": str(number), "MessageBody": json.dumps(event), "DelaySeconds": delay_seconds}
                for number, event in enumerate(events[start : start + _BATCH_SIZE])
            ]
            answer = self._clients.sqs.send_message_batch(QueueUrl=self._queue_url, Entries=entries)  # type: ignore[arg-type]
            if failed := answer.get("Failed"):
                raise RuntimeError(f"SQS refused {len(failed)} of {len(entries)} hints: {failed[0].get('Code')}")


class SqsDeadLetters:
    """Where an event goes that no retry can mend, with the reason beside it."""

    def __init__(self, clients: Clients, queue_url: str) -> None:
        self._clients = clients
        self._queue_url = queue_url

    def put(self, body: str, reason: str) -> None:
        """Send the message as it came, with the attribute ``reason``."""
        self._clients.sqs.send_message(
            QueueUrl=self._queue_url,
            MessageBody=body,
            MessageAttributes={"reason": {"DataType": "String", "StringValue": reason[:_REASON_CHARACTERS]}},
        )


class S3Archive:
    """The archive bucket."""

    def __init__(self, clients: Clients, bucket_name: str) -> None:
        self._clients = clients
        self._bucket_name = bucket_name

    def put(self, key: str, body: bytes) -> None:
        """Write an object. The content is gzip by its name, not by an HTTP encoding that clients would undo."""
        self._clients.s3.put_object(Bucket=self._bucket_name, Key=key, Body=body, ContentType="application/gzip")
