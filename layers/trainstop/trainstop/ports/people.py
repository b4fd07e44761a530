"""Who is subscribed to what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from trainstop.domain.decision import Audience
from trainstop.domain.job_actions import Recipient, Subscribed
from trainstop.domain.listener import Listened
from trainstop.domain.subscription import Subscription, Topic


class Recipients(Protocol):
    """Addresses that jobs' own rules declare."""

    def subscribe(self, recipient: Recipient) -> Subscribed:
        """Make sure that the address is subscribed, once; the answer is whether messages reach it."""


class Listeners(Protocol):
    """Whether an alert for an owner or a team reaches anybody."""

    def listening(self, audience: Audience, name: str) -> bool:
        """Whether a confirmed subscription hears of this owner or team; False also where that is not known any more."""


class ListenerRegistry(Protocol):
    """Where it is kept who is listened for."""

    def save(self, audience: Audience, listened: Listened, read_at: datetime) -> None:
        """Replace what is kept of an audience, unless that was read later."""


@dataclass(frozen=True, slots=True)
class Subscribers:
    """A topic's subscriptions.

    Attributes:
        complete: False where there were more than are read.
    """

    subscriptions: tuple[Subscription, ...]
    complete: bool = True


class Subscriptions(Protocol):
    """The subscriptions of the stack's topics."""

    def on(self, topic: Topic) -> Subscribers:
        """Those of one topic, with their filters where these can be read."""

    def subscribe(self, topic: Topic, recipient: Recipient, filter_policy: Mapping[str, Any]) -> None:
        """Subscribe an address. One that has not confirmed is asked once more, and has this filter from then on."""

    def ask_again(self, subscription: Subscription) -> None:
        """Have the confirmation sent once more to an address that has not confirmed."""

    def change_filter(self, subscription_arn: str, filter_policy: Mapping[str, Any]) -> None:
        """Give a confirmed subscription another filter."""

    def unsubscribe(self, subscription_arn: str) -> None:
        """End a confirmed subscription."""


@dataclass(frozen=True, slots=True)
class SubscriptionNote:
    """What SNS does not keep of a subscription.

    Attributes:
        name: What the person called it; "" for nothing.
        asked_at: When the address was last asked to confirm, or its filter was changed.
        filter_policy: What was asked for then.
    """

    name: str
    principal_arn: str
    asked_at: datetime
    filter_policy: Mapping[str, Any]


class SubscriptionNotes(Protocol):
    """Notes on subscriptions that were made by trainstop's command."""

    def write(self, topic: Topic, recipient: Recipient, note: SubscriptionNote) -> None:
        """Keep a note; an earlier one is replaced."""

    def read(self, subscriptions: Sequence[Subscription]) -> Sequence[SubscriptionNote | None]:
        """The note on each of them; None where there is none."""

    def forget(self, subscription: Subscription) -> None:
        """Remove the note, if there is one."""
