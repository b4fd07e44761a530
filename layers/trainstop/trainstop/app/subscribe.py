"""Subscribe people, change what they hear, and end it; who listens for whom is read anew after each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trainstop.app.listeners import sync
from trainstop.domain.job_actions import Protocol
from trainstop.domain.redaction import redact
from trainstop.domain.subscription import Subscription, SubscriptionState, Topic, Wish, filter_of
from trainstop.domain.text import clean_text
from trainstop.ports import Clock, ListenerRegistry, SubscriptionNote, SubscriptionNotes, Subscriptions

_NAME_CHARACTERS = 60


class Change(StrEnum):
    """What became of a wish."""

    NEW = "new"
    CHANGED = "changed"
    """The address was subscribed, with another filter."""
    UNCHANGED = "unchanged"
    ASKED_AGAIN = "asked_again"
    """The address had been asked and had not confirmed; it was asked once more."""


@dataclass(frozen=True, slots=True)
class SubscribeDeps:
    """What the sequences need of the world."""

    subscriptions: Subscriptions
    notes: SubscriptionNotes
    registry: ListenerRegistry
    clock: Clock


@dataclass(frozen=True, slots=True)
class Fulfilled:
    """How a wish was carried out.

    Attributes:
        before: The subscription that the address had; None where it had none.
        confirmed: Whether messages reach it now.
    """

    change: Change
    filter_policy: Mapping[str, Any]
    before: Subscription | None
    confirmed: bool


def subscribe(wish: Wish, name: str, principal_arn: str, deps: SubscribeDeps) -> Fulfilled:
    """Carry out a wish. An address has one subscription of a topic, so another wish replaces the filter.

    Raises:
        WishError: the wish cannot be carried out; nothing was changed.
    """
    wanted, recipient = filter_of(wish), wish.recipient
    held = next((each for each in deps.subscriptions.on(wish.topic).subscriptions if each.is_for(recipient)), None)
    change = _change(held, wanted)
    if change in {Change.NEW, Change.ASKED_AGAIN}:
        deps.subscriptions.subscribe(wish.topic, recipient, wanted)
    elif change is Change.CHANGED and held is not None and held.arn is not None:
        deps.subscriptions.change_filter(held.arn, wanted)
    shown = redact(clean_text(name)).text[:_NAME_CHARACTERS]
    deps.notes.write(wish.topic, recipient, SubscriptionNote(shown, principal_arn, deps.clock(), wanted))
    sync(deps.subscriptions, deps.registry, deps.clock())
    is_confirmed = held is not None and held.state is SubscriptionState.CONFIRMED
    return Fulfilled(change, wanted, held, confirmed=is_confirmed or recipient.protocol is Protocol.SMS)


def _change(held: Subscription | None, wanted: Mapping[str, Any]) -> Change:
    if held is None:
        return Change.NEW
    if held.state is SubscriptionState.PENDING:
        return Change.ASKED_AGAIN
    same = held.filter_known and not held.on_body and held.filter_policy == wanted
    return Change.UNCHANGED if same else Change.CHANGED


@dataclass(frozen=True, slots=True)
class Unsubscribed:
    """What became of an address's subscriptions.

    Attributes:
        ended: Those that are no more.
        pending: Those that are not confirmed, which SNS lets nobody end.
    """

    ended: tuple[Subscription, ...]
    pending: tuple[Subscription, ...]


def unsubscribe(endpoint: str, topics: Collection[Topic], deps: SubscribeDeps) -> Unsubscribed:
    """End an address's subscriptions of some topics."""
    held = [
        each
        for topic in topics
        for each in deps.subscriptions.on(topic).subscriptions
        if each.endpoint.lower() == endpoint.strip().lower() and each.state is not SubscriptionState.DELETED
    ]
    ended = tuple(each for each in held if each.arn is not None)
    for each in ended:
        deps.subscriptions.unsubscribe(str(each.arn))
        deps.notes.forget(each)
    if ended:
        sync(deps.subscriptions, deps.registry, deps.clock())
    return Unsubscribed(ended, tuple(each for each in held if each.arn is None))


def ask_again(subscriptions: Collection[Subscription], deps: SubscribeDeps) -> tuple[Subscription, ...]:
    """Have the confirmation sent once more to those who have not confirmed."""
    pending = tuple(each for each in subscriptions if each.state is SubscriptionState.PENDING)
    for each in pending:
        deps.subscriptions.ask_again(each)
    return pending
