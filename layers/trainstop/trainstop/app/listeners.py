"""Who listens for an owner or a team, read from SNS, for people subscribe and confirm past trainstop, too."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from trainstop.domain.decision import Audience
from trainstop.domain.listener import LISTENED_AUDIENCES, Listened, listened
from trainstop.domain.subscription import Subscription, SubscriptionState, Topic
from trainstop.ports import ListenerRegistry, Subscriptions

_REACHING: Final = frozenset({"email", "email-json", "sms", "http", "https", "application"})
"""Protocols that lead to people. A queue, a function or a stream may be read by nobody, and must not keep an alert from
those who would act on it."""


def sync(subscriptions: Subscriptions, registry: ListenerRegistry, now: datetime) -> Mapping[Audience, Listened]:
    """Rewrite the registry from the topics' subscriptions.

    Args:
        subscriptions: Those of the stack's topics.
        registry: What notify asks.
        now: The time before anything is read; of two syncs at a time, the one that began later stays.
    """
    found = {
        audience: listened(audience, _policies(subscriptions.on(Topic(audience.value)).subscriptions))
        for audience in LISTENED_AUDIENCES
    }
    for audience, heard in found.items():
        registry.save(audience, heard, now)
    return found


def _policies(subscriptions: tuple[Subscription, ...]) -> Iterator[Mapping[str, Any]]:
    """The filters of those that hear something. One that cannot be read, or looks at the body, is taken for none."""
    for each in subscriptions:
        hears = each.state is SubscriptionState.CONFIRMED and each.protocol in _REACHING
        if hears and each.filter_known and not each.on_body:
            yield each.filter_policy or {}
