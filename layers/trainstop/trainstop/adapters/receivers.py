"""Who is subscribed to the topics and takes an alert, as far as SNS tells: it does not tell whether a mail was read."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from trainstop.adapters.errors import is_denied
from trainstop.domain.audience import told_audiences
from trainstop.domain.decision import Audience, Channel
from trainstop.domain.filter_policy import Attributes, accepts
from trainstop.domain.incident import Incident
from trainstop.ports import Arrival, Listeners, Reception
from trainstop.render.filter_words import filter_words
from trainstop.render.lanes import lane_attributes, values_of
from trainstop.render.text import one_line

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_MAX_PAGES: Final = 10
_MAX_FILTERS: Final = 100
"""Subscriptions of one topic whose filters are read: a call each."""

TOPICS: Final = {
    "AlertsTopicArn": "platform",
    "TeamAlertsTopicArn": "team",
    "OwnerAlertsTopicArn": "owner",
    "ChatTopicArn": "chat",
}
"""The stack's outputs, and what people call those topics."""


class TopicReceivers:
    """Subscribers of the alerts topics, by the topics' names for people."""

    def __init__(self, sns: "SNSClient", topic_arns: Mapping[str, str], listeners: Listeners) -> None:
        self._sns = sns
        self._listeners = listeners
        self._topic_arns = topic_arns

    def of(self, incident: Incident) -> Iterator[Reception]:
        """Every subscriber whose filter takes the alert, or may take it."""
        for topic, audience in topics_of(incident, self._listeners):
            attributes = values_of(lane_attributes(incident, audience))
            for number, subscription in enumerate(self._subscriptions(self._topic_arns[topic])):
                reception = self._reception(topic, subscription, attributes, read=number < _MAX_FILTERS)
                if reception is not None:
                    yield reception

    def _reception(
        self, topic: str, subscription: Mapping[str, str], attributes: Attributes, *, read: bool
    ) -> Reception | None:
        channel, receiver = subscription["Protocol"], masked(subscription["Protocol"], subscription["Endpoint"])
        if not subscription["SubscriptionArn"].startswith("arn:"):
            return Reception(channel, receiver, Arrival.UNCONFIRMED, f"{topic} topic")
        policy = self._filter(subscription["SubscriptionArn"]) if read else None
        if policy is None:
            return Reception(channel, receiver, Arrival.LOOK, f"{topic} topic, if its filter (not read) takes it")
        if not accepts(policy, attributes):
            return None
        return Reception(channel, receiver, Arrival.LOOK, f"{topic} topic, hears {filter_words(policy, channel)}")

    def _filter(self, subscription_arn: str) -> Mapping[str, Any] | None:
        """The filter policy, empty where there is none; None where it may not be read or looks at the message."""
        try:
            held = self._sns.get_subscription_attributes(SubscriptionArn=subscription_arn)["Attributes"]
        except ClientError as error:
            if not is_denied(error):
                raise
            return None
        if held.get("FilterPolicy") and held.get("FilterPolicyScope", "MessageAttributes") != "MessageAttributes":
            return None
        policy = json.loads(held.get("FilterPolicy") or "{}")
        return policy if isinstance(policy, dict) else None

    def _subscriptions(self, topic_arn: str) -> Iterator[Any]:
        request: dict[str, Any] = {"TopicArn": topic_arn}
        for _ in range(_MAX_PAGES):
            answer = self._sns.list_subscriptions_by_topic(**request)
            yield from answer["Subscriptions"]
            if not answer.get("NextToken"):
                return
            request["NextToken"] = answer["NextToken"]


def topics_of(incident: Incident, listeners: Listeners) -> Iterator[tuple[str, Audience]]:
    """The topics, by their names for people, to which notify publishes an alert, and as whose."""
    told = told_audiences(incident, listeners.listening)
    for audience in told:
        yield audience.value, audience
    order = incident.decision.alert
    if order is not None and Channel.CHAT in order.channels and told:
        yield "chat", told[-1]


def masked(protocol: str, endpoint: str) -> str:
    """An address so that its owner knows it and nobody else learns it: ``a***@example.com``, ``+***0123``."""
    endpoint = one_line(endpoint)
    match protocol:
        case "email" | "email-json":
            local, _, domain = endpoint.rpartition("@")
            return f"{local[:1]}***@{domain}"
        case "sms":
            return f"+***{endpoint[-4:]}"
        case "http" | "https":
            return endpoint.partition("://")[2].partition("/")[0].rpartition("@")[2]
        case _:
            return endpoint.rpartition(":")[2]
