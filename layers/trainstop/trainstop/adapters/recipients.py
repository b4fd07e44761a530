"""Subscriptions of the addresses that jobs' own rules declare.

They are on the topic SMDebugRules where the stack listens to it: Debugger takes a subscription that is there
(FORMATS.md 3.2), and the filter policy of this one lets trainstop's messages through and Debugger's own not.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from botocore.exceptions import ClientError

from trainstop.adapters.clients import Clients
from trainstop.adapters.errors import code_of, is_denied
from trainstop.domain.job_actions import FILTER_ATTRIBUTE, Recipient, Subscribed

_MAX_PAGES: Final = 20
_LASTING: Final = frozenset({Subscribed.CONFIRMED, Subscribed.COVERED})
_REFUSALS: Final = frozenset({"InvalidParameter", "SubscriptionLimitExceeded", "FilterPolicyLimitExceeded", "NotFound"})


class SnsRecipients:
    """Recipients on SNS. What lasts is remembered by the worker, so that a steady state costs no call."""

    def __init__(self, clients: Clients, job_topic_arn: str, alerts_topic_arn: str) -> None:
        self._clients = clients
        self._job_topic_arn = job_topic_arn
        self._alerts_topic_arn = alerts_topic_arn
        self._known: dict[Recipient, Subscribed] = {}

    def subscribe(self, recipient: Recipient) -> Subscribed:
        """Subscribe the address unless it is; SNS asks a mailbox to confirm, once."""
        if recipient in self._known:
            return self._known[recipient]
        try:
            state = self._subscribe(recipient)
        except ClientError as error:
            if not (is_denied(error) or code_of(error) in _REFUSALS):
                raise
            return Subscribed.REFUSED
        if state in _LASTING:
            self._known[recipient] = state
        return state

    def _subscribe(self, recipient: Recipient) -> Subscribed:
        arn = self._subscription(self._job_topic_arn, recipient)
        wanted = json.dumps({FILTER_ATTRIBUTE: [recipient.endpoint]})
        covered = self._is_covered(recipient)
        if arn is None:
            if covered and self._job_topic_arn == self._alerts_topic_arn:
                return Subscribed.COVERED
            arn = self._clients.sns.subscribe(
                TopicArn=self._job_topic_arn,
                Protocol=recipient.protocol.value,
                Endpoint=recipient.endpoint,
                Attributes={"FilterPolicy": wanted},
            )["SubscriptionArn"]
        elif _is_arn(arn) and self._job_topic_arn != self._alerts_topic_arn:
            self._clients.sns.set_subscription_attributes(
                SubscriptionArn=arn, AttributeName="FilterPolicy", AttributeValue=wanted
            )
        if covered:
            return Subscribed.COVERED
        return Subscribed.CONFIRMED if _is_arn(arn) else Subscribed.PENDING

    def _is_covered(self, recipient: Recipient) -> bool:
        """Whether the address has a confirmed subscription to all alerts."""
        arn = self._subscription(self._alerts_topic_arn, recipient)
        return arn is not None and _is_arn(arn)

    def _subscription(self, topic_arn: str, recipient: Recipient) -> str | None:
        held = (
            each["SubscriptionArn"]
            for each in self._subscriptions(topic_arn)
            if each["Protocol"] == recipient.protocol and each["Endpoint"].lower() == recipient.endpoint.lower()
        )
        return next(held, None)

    def _subscriptions(self, topic_arn: str) -> Iterator[Any]:
        request: dict[str, Any] = {"TopicArn": topic_arn}
        for _ in range(_MAX_PAGES):
            answer = self._clients.sns.list_subscriptions_by_topic(**request)
            yield from answer["Subscriptions"]
            if not answer.get("NextToken"):
                return
            request["NextToken"] = answer["NextToken"]


def _is_arn(subscription_arn: str) -> bool:
    """SNS gives ``PendingConfirmation`` (or ``pending confirmation``) in place of the ARN until the reader confirms."""
    return subscription_arn.startswith("arn:")
