"""Subscriptions of the stack's topics on SNS."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import code_of, is_denied, message_of
from trainstop.domain.job_actions import Recipient
from trainstop.domain.subscription import Subscription, SubscriptionState, Topic
from trainstop.ports import Subscribers

_MAX_PAGES: Final = 20
"""Of at most 100 subscriptions each."""

_BODY_SCOPE: Final = "MessageBody"


class SnsSubscriptions:
    """Subscriptions by the topics' ARNs; a topic that has none here has no subscriptions."""

    def __init__(self, clients: Clients, topic_arns: Mapping[Topic, str], max_pages: int = _MAX_PAGES) -> None:
        self._clients = clients
        self._topic_arns = topic_arns
        self._max_pages = max_pages

    def on(self, topic: Topic) -> Subscribers:
        """The topic's subscriptions; a call for a hundred of them, and one for each that is confirmed."""
        if topic not in self._topic_arns:
            return Subscribers(())
        found: list[Subscription] = []
        request: dict[str, Any] = {"TopicArn": self._topic_arns[topic]}
        for _ in range(self._max_pages):
            answer = self._clients.sns.list_subscriptions_by_topic(**request)
            found += self._read(topic, answer["Subscriptions"])
            if not answer.get("NextToken"):
                return Subscribers(tuple(found))
            request["NextToken"] = answer["NextToken"]
        return Subscribers(tuple(found), complete=False)

    def subscribe(self, topic: Topic, recipient: Recipient, filter_policy: Mapping[str, Any]) -> None:
        """Subscribe an address, or ask it once more.

        SNS refuses to change a filter by Subscribe, also that of a subscription that waits for its reader; without a
        filter the call tells the ARN, which no listing does.
        """
        request = self._request(topic, recipient.protocol.value, recipient.endpoint)
        policy = json.dumps(filter_policy)
        try:
            self._clients.sns.subscribe(**request, Attributes={"FilterPolicy": policy})
        except ClientError as error:
            if code_of(error) != "InvalidParameter" or "different attributes" not in message_of(error):
                raise
            arn = self._clients.sns.subscribe(**request)["SubscriptionArn"]
            self.change_filter(arn, filter_policy)

    def ask_again(self, subscription: Subscription) -> None:
        """Have the confirmation sent once more; the filter stays."""
        self._clients.sns.subscribe(**self._request(subscription.topic, subscription.protocol, subscription.endpoint))

    def change_filter(self, subscription_arn: str, filter_policy: Mapping[str, Any]) -> None:
        """Give a subscription another filter, on attributes.

        The scope comes second: SNS would refuse it for the nested filter that a subscription on bodies may have.
        """
        for name, value in {
            "FilterPolicy": json.dumps(filter_policy),
            "FilterPolicyScope": "MessageAttributes",
        }.items():
            self._clients.sns.set_subscription_attributes(
                SubscriptionArn=subscription_arn, AttributeName=name, AttributeValue=value
            )

    def unsubscribe(self, subscription_arn: str) -> None:
        """End a subscription."""
        self._clients.sns.unsubscribe(SubscriptionArn=subscription_arn)

    def _request(self, topic: Topic, protocol: str, endpoint: str) -> dict[str, Any]:
        return {
            "TopicArn": self._topic_arns[topic],
            "Protocol": protocol,
            "Endpoint": endpoint,
            "ReturnSubscriptionArn": True,
        }

    def _read(self, topic: Topic, listed: list[Any]) -> Iterator[Subscription]:
        for each in listed:
            arn = each["SubscriptionArn"]
            state = _state(arn)
            known: dict[str, Any] = {}
            if state is SubscriptionState.CONFIRMED:
                known = self._filter(arn) | {"arn": arn}
            yield Subscription(topic=topic, protocol=each["Protocol"], endpoint=each["Endpoint"], state=state, **known)

    def _filter(self, subscription_arn: str) -> dict[str, Any]:
        """What its attributes tell; nothing where it was ended since it was listed, or is another account's."""
        try:
            answer = self._clients.sns.get_subscription_attributes(SubscriptionArn=subscription_arn)
        except ClientError as error:
            if is_denied(error) or code_of(error) == "NotFound":
                return {}
            raise
        attributes = answer["Attributes"]
        try:
            policy = json.loads(attributes.get("FilterPolicy") or "{}")
        except ValueError:
            return {}
        if not isinstance(policy, dict):
            return {}
        return {
            "filter_policy": policy or None,
            "filter_known": True,
            "on_body": bool(policy) and attributes.get("FilterPolicyScope") == _BODY_SCOPE,
        }


def _state(subscription_arn: str) -> SubscriptionState:
    """SNS gives ``PendingConfirmation`` or ``Deleted`` in place of an ARN."""
    if subscription_arn.startswith("arn:"):
        return SubscriptionState.CONFIRMED
    return SubscriptionState.DELETED if subscription_arn == "Deleted" else SubscriptionState.PENDING
