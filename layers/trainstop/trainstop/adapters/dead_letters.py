"""Reads a dead-letter queue once through, and takes out of it only what went on its way again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

_BATCH: Final = 10
_HIDDEN_SECONDS: Final = 120
LONG_POLL_SECONDS: Final = 1
"""Long enough that SQS asks all of its servers (long polling), short enough for a person who waits."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message.

    Attributes:
        reason: Why it was set aside, where whoever did it said so.
    """

    message_id: str
    receipt_handle: str
    body: str
    reason: str | None


class DeadLetterQueue:
    """One dead-letter queue."""

    def __init__(self, sqs: "SQSClient", queue_url: str) -> None:
        self._sqs = sqs
        self._queue_url = queue_url

    def batches(self, limit: int) -> Iterator[list[DeadLetter]]:
        """What is in the queue, at most ``limit`` messages, each once.

        What comes back while it is read, because a replay failed again, is not read again.
        """
        seen: set[str] = set()
        while len(seen) < limit:
            answer = self._sqs.receive_message(
                QueueUrl=self._queue_url,
                MaxNumberOfMessages=min(_BATCH, limit - len(seen)),
                VisibilityTimeout=_HIDDEN_SECONDS,
                WaitTimeSeconds=LONG_POLL_SECONDS,
                MessageAttributeNames=["reason"],
            )
            batch = [_letter(message) for message in answer.get("Messages", [])]
            fresh = [letter for letter in batch if letter.message_id not in seen]
            if not fresh:
                return
            seen |= {letter.message_id for letter in fresh}
            yield fresh

    def delete(self, letters: Sequence[DeadLetter]) -> None:
        """Take messages out of the queue.

        Raises:
            RuntimeError: SQS kept at least one of them: it will be replayed again, which does no harm.
        """
        for start in range(0, len(letters), _BATCH):
            entries = [
                {"Id": str(number), "ReceiptHandle": letter.receipt_handle}
                for number, letter in enumerate(letters[start : start + _BATCH])
            ]
            answer = self._sqs.delete_message_batch(QueueUrl=self._queue_url, Entries=entries)  # type: ignore[arg-type]
            if failed := answer.get("Failed"):
                raise RuntimeError(f"SQS kept {len(failed)} replayed messages: {failed[0].get('Code')}")

    def send_on(self, letters: Sequence[DeadLetter], queue_url: str) -> None:
        """Send messages as they are to the queue that they came from."""
        for letter in letters:
            self._sqs.send_message(QueueUrl=queue_url, MessageBody=letter.body)

    def release(self, letters: Sequence[DeadLetter]) -> None:
        """Let others see messages at once that stay in the queue."""
        for letter in letters:
            self._sqs.change_message_visibility(
                QueueUrl=self._queue_url, ReceiptHandle=letter.receipt_handle, VisibilityTimeout=0
            )


def _letter(message: "MessageTypeDef") -> DeadLetter:
    attributes = message.get("MessageAttributes") or {}
    return DeadLetter(
        message_id=message["MessageId"],
        receipt_handle=message["ReceiptHandle"],
        body=message["Body"],
        reason=attributes["reason"].get("StringValue") if "reason" in attributes else None,
    )
