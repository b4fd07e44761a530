"""Subscriptions of trainstop's topics, and what a person asks for who wants one."""

import re
from enum import StrEnum
from typing import Any, Final

from trainstop.domain.base import Frozen
from trainstop.domain.category import Category
from trainstop.domain.decision import Audience, Severity
from trainstop.domain.filter_policy import MAX_COMBINATIONS, MAX_KEYS, combinations
from trainstop.domain.job_actions import Recipient
from trainstop.domain.listener import listener_name

_JOB_PATTERN: Final = re.compile(r"\*?[A-Za-z0-9-]+|[A-Za-z0-9-]+\*")
"""A whole name, the start of one, or the end of one; SageMaker's names are of letters, digits and hyphens."""


class Topic(StrEnum):
    """A topic that people can be subscribed to. Those of alerts are called like their audiences."""

    PLATFORM = "platform"
    TEAM = "team"
    OWNER = "owner"
    CHAT = "chat"
    OPERATIONS = "operations"


ALERT_TOPICS: Final = (Topic.PLATFORM, Topic.TEAM, Topic.OWNER)


class SubscriptionState(StrEnum):
    """Whether anything reaches the address."""

    CONFIRMED = "confirmed"
    PENDING = "pending"
    """SNS has asked the address, which has not confirmed: nothing reaches it."""
    DELETED = "deleted"
    """SNS shows a subscription for up to three days after its end, in some cases."""


class Subscription(Frozen):
    """One subscription.

    Attributes:
        protocol: As SNS has it: ``email``, ``sms``, ``https``, ``sqs``, ``lambda``, ...
        arn: None unless it is confirmed: SNS hides it before.
        filter_policy: None where there is none, so that everything passes, or where it is not known.
        filter_known: Whether the filter could be read.
        on_body: Whether the filter looks at the message's body and not at its attributes.
    """

    topic: Topic
    protocol: str
    endpoint: str
    state: SubscriptionState
    arn: str | None = None
    filter_policy: dict[str, Any] | None = None
    filter_known: bool = False
    on_body: bool = False

    def is_for(self, recipient: Recipient) -> bool:
        """Whether it is a living one of this address."""
        return (
            self.state is not SubscriptionState.DELETED
            and self.protocol == recipient.protocol
            and self.endpoint.lower() == recipient.endpoint.lower()
        )


class WishError(ValueError):
    """A wish that SNS cannot fulfil, or that is not clear; the text says what is possible."""


class Wish(Frozen):
    """What a person wants to be told.

    Attributes:
        jobs: Names, ``prefix*`` or ``*suffix``.
        everything: Whether the alerts of every owner or of every team are asked for.
    """

    recipient: Recipient
    audience: Audience = Audience.PLATFORM
    severities: tuple[Severity, ...] = ()
    categories: tuple[Category, ...] = ()
    jobs: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    everything: bool = False

    @property
    def topic(self) -> Topic:
        """The topic of the audience."""
        return Topic(self.audience.value)


def at_least(severity: Severity) -> tuple[Severity, ...]:
    """The severity and all that are more urgent."""
    ordered = tuple(Severity)
    return ordered[ordered.index(severity) :]


def filter_of(wish: Wish) -> dict[str, Any]:
    """The filter policy that lets through what is wished for.

    Raises:
        WishError: SNS has no such filter, or the wish does not say whose alerts it is about.
    """
    _check_audience(wish)
    wanted: dict[str, list[Any]] = {
        "channels": [wish.recipient.protocol.value],
        "severity": [each.value for each in dict.fromkeys(wish.severities)],
        "category": [each.value for each in dict.fromkeys(wish.categories)],
        "job": [_job_rule(each) for each in dict.fromkeys(wish.jobs)],
        "owner": _names(wish.owners),
        "team": _names(wish.teams),
    }
    if len(wanted["severity"]) == len(Severity):
        wanted["severity"] = []
    policy = {key: rules for key, rules in wanted.items() if rules}
    if len(policy) > MAX_KEYS:
        raise WishError(
            f"a filter has at most {MAX_KEYS} keys, of which the way (e-mail or SMS) is one: "
            "leave out one of severity, category, job, owner and team"
        )
    if combinations(policy) > MAX_COMBINATIONS:
        counts = " x ".join(str(len(rules)) for rules in policy.values())
        raise WishError(
            f"SNS allows {MAX_COMBINATIONS} combinations of a filter's values, and these are {counts} = "
            f"{combinations(policy)}: name fewer"
        )
    return policy


def _check_audience(wish: Wish) -> None:
    named = {Audience.OWNER: wish.owners, Audience.TEAM: wish.teams}.get(wish.audience)
    if named is None and wish.everything:
        raise WishError("--all is for --audience team or owner: the platform's alerts are all there are anyway")
    if named and wish.everything:
        raise WishError(f"either --{wish.audience} or --all")
    if named == () and not wish.everything:
        raise WishError(
            f"whose alerts? Name them by --{wish.audience}, or ask by --all for those of every {wish.audience}"
        )


def _job_rule(pattern: str) -> str | dict[str, str]:
    if not _JOB_PATTERN.fullmatch(pattern):
        raise WishError(
            f"--job {pattern!r}: SNS compares a whole name (demo-1), the start of one ('demo-*') or the end of one "
            "('*-nightly'), and has no other patterns; capitals count. --job may be repeated"
        )
    if pattern.endswith("*"):
        return {"prefix": pattern.removesuffix("*")}
    return {"suffix": pattern.removeprefix("*")} if pattern.startswith("*") else pattern


def _names(names: tuple[str, ...]) -> list[str]:
    found = list(dict.fromkeys(map(listener_name, names)))
    if not all(found):
        raise WishError("the name of an owner or a team is empty")
    return found
