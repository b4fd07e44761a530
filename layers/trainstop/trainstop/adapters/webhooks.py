"""Webhooks: their registry is one item of the incidents table, their secrets are in Parameter Store."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import ClientError
from pydantic import ValidationError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import code_of, is_conditional_check_failure
from trainstop.domain.delivery import Answer
from trainstop.domain.signature import SigningSecrets
from trainstop.domain.webhook import MAX_WEBHOOKS, Webhook, WebhookState
from trainstop.records.times import iso

_KEY: Final = {"pk": {"S": "webhooks#registry"}}
_BUSY: Final = frozenset({"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"})


class TooManyWebhooksError(Exception):
    """As many webhooks are registered as there can be."""


class WebhooksTable:
    """Webhooks on the incidents table: ``{"webhooks": {"<id>": {"webhook": <JSON>, "last_at": ..., ...}}}``."""

    def __init__(self, clients: Clients, table_name: str) -> None:
        self._clients = clients
        self._table_name = table_name

    def all(self) -> tuple[Webhook, ...]:
        """Every webhook, the oldest first."""
        return tuple(webhook for webhook, _ in self.with_states())

    def with_states(self) -> list[tuple[Webhook, WebhookState]]:
        """Every webhook and how deliveries to it go, the oldest first; strongly consistent."""
        answer = self._clients.dynamodb.get_item(TableName=self._table_name, Key=_KEY, ConsistentRead=True)
        entries: Mapping[str, Any] = answer.get("Item", {}).get("webhooks", {}).get("M", {})
        read = [
            (Webhook.model_validate_json(entry["M"]["webhook"]["S"]), _state(entry["M"])) for entry in entries.values()
        ]
        return sorted(read, key=lambda each: (each[0].created_at, each[0].webhook_id))

    def add(self, webhook: Webhook) -> None:
        """Register a webhook.

        Raises:
            TooManyWebhooksError: there are ``MAX_WEBHOOKS`` already.
        """
        self._begin()
        entry = {"webhook": {"S": webhook.model_dump_json()}}
        added = self._update(
            webhook.webhook_id,
            "SET webhooks.#id = :entry",
            "attribute_not_exists(webhooks.#id) AND size(webhooks) < :most",
            {":entry": {"M": entry}, ":most": {"N": str(MAX_WEBHOOKS)}},
        )
        if not added:
            raise TooManyWebhooksError(f"{MAX_WEBHOOKS} webhooks are registered, which is as many as there can be")

    def remove(self, webhook_id: str) -> bool:
        """Take a webhook out; False where it is not registered."""
        return self._update(webhook_id, "REMOVE webhooks.#id", "attribute_exists(webhooks.#id)")

    def note(self, webhook_id: str, at: datetime, answer: Answer) -> None:
        """Note how an attempt went. Best effort where the table is busy: the request was made, the next note tells."""
        failing = "REMOVE webhooks.#id.failing_since" if answer.is_success else ""
        since = (
            "" if answer.is_success else ", webhooks.#id.failing_since = if_not_exists(webhooks.#id.failing_since, :at)"
        )
        try:
            self._update(
                webhook_id,
                f"SET webhooks.#id.last_at = :at, webhooks.#id.last_result = :result{since} {failing}".strip(),
                "attribute_exists(webhooks.#id)",
                {":at": {"S": iso(at)}, ":result": {"S": answer.result}},
            )
        except ClientError as error:
            if code_of(error) not in _BUSY:
                raise

    def _begin(self) -> None:
        try:
            self._clients.dynamodb.put_item(
                TableName=self._table_name,
                Item=_KEY | {"webhooks": {"M": {}}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError as error:
            if not is_conditional_check_failure(error):
                raise

    def _update(self, webhook_id: str, update: str, condition: str, values: dict[str, Any] | None = None) -> bool:
        """Change the entry of one webhook and no other; False where the condition does not hold."""
        request: dict[str, Any] = {"ExpressionAttributeValues": values} if values else {}
        try:
            self._clients.dynamodb.update_item(
                TableName=self._table_name,
                Key=_KEY,
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeNames={"#id": webhook_id},
                **request,
            )
        except ClientError as error:
            if is_conditional_check_failure(error):
                return False
            raise
        return True


class ParameterStoreSecrets:
    """Secrets as encrypted parameters ``<path>/<webhook id>``, under AWS's own key for Parameter Store.

    That key's policy admits whoever of the account may read the parameter, so no role needs a permission for it.
    """

    def __init__(self, clients: Clients, path: str) -> None:
        self._clients = clients
        self._path = path

    def load(self, webhook_id: str) -> SigningSecrets | None:
        """The secrets; None where there are none, or where somebody wrote something else there."""
        try:
            answer = self._clients.ssm.get_parameter(Name=self._name(webhook_id), WithDecryption=True)
            return SigningSecrets.model_validate_json(answer["Parameter"]["Value"])
        except ClientError as error:
            if code_of(error) == "ParameterNotFound":
                return None
            raise
        except ValidationError:
            return None

    def save(self, webhook_id: str, secrets: SigningSecrets) -> None:
        """Keep the secrets; what was there is replaced."""
        self._clients.ssm.put_parameter(
            Name=self._name(webhook_id),
            Description="Signs what trainstop sends to a webhook",
            Value=secrets.model_dump_json(exclude_none=True),
            Type="SecureString",
            Overwrite=True,
        )

    def delete(self, webhook_id: str) -> bool:
        """Delete the secrets; False where there are none."""
        try:
            self._clients.ssm.delete_parameter(Name=self._name(webhook_id))
        except ClientError as error:
            if code_of(error) == "ParameterNotFound":
                return False
            raise
        return True

    def _name(self, webhook_id: str) -> str:
        return f"{self._path}/{webhook_id}"


class SqsWebhookQueue:
    """WebhookQueue on SQS."""

    def __init__(self, clients: Clients, queue_url: str) -> None:
        self._clients = clients
        self._queue_url = queue_url

    def send(self, body: str) -> None:
        """Queue a message. One a call, for together they could be larger than SQS takes."""
        self._clients.sqs.send_message(QueueUrl=self._queue_url, MessageBody=body)

    def hide(self, receipt_handle: str, seconds: int) -> None:
        """Let a message that was received come back after so long, instead of after the queue's own time."""
        self._clients.sqs.change_message_visibility(
            QueueUrl=self._queue_url, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
        )


def _state(entry: Mapping[str, Any]) -> WebhookState:
    texts = {name: entry[name]["S"] for name in WebhookState.model_fields if name in entry}
    return WebhookState.model_validate(texts)
