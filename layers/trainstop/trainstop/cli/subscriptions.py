"""``trainstop subscriptions``: who is told what, who has not confirmed, and what is not delivered."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from trainstop.adapters.delivery import Deliveries, SmsRate, SnsDelivery
from trainstop.app.listeners import sync
from trainstop.app.subscribe import ask_again
from trainstop.cli import output
from trainstop.cli.aws import Deployment, deployment
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.since import now_utc
from trainstop.cli.subscribing import before_words, deps_of, topic_arns
from trainstop.domain.decision import Audience
from trainstop.domain.listener import LISTENED_AUDIENCES, Listened, listener_name, misspelt
from trainstop.domain.subscription import Subscription, SubscriptionState, Topic
from trainstop.ports import SubscriptionNote
from trainstop.records.times import iso
from trainstop.render.filter_words import filter_words
from trainstop.render.text import said
from trainstop.render.units import instant

_COLUMNS = ("topic", "way", "address", "hears", "state")
_WHOLE = {"topic", "way", "state"}
_MANY_NAMES = 10


@dataclass(frozen=True, slots=True)
class Row:
    """A subscription with what else is known of it.

    Attributes:
        opted_out: Whether the number's owner wants no SMS; None of what is no number, or where AWS does not say.
    """

    subscription: Subscription
    note: SubscriptionNote | None
    opted_out: bool | None


@dataclass(frozen=True, slots=True)
class Overview:
    """All that is shown.

    Attributes:
        complete: False where a topic has more subscriptions than are read.
    """

    rows: tuple[Row, ...]
    complete: bool
    deliveries: Mapping[Topic, Deliveries]
    sms_rates: list[SmsRate]


def show(*, check: bool, resend: bool, resync: bool, stack: str, as_json: bool) -> None:
    """Print the subscriptions, the deliveries of a day, and what is wrong with either.

    Raises:
        CliError: something is unconfirmed or fails, and ``check`` is asked for.
    """
    with deployment(stack) as deployed:
        deps = deps_of(deployed)
        overview = _look(deployed)
        asked = ask_again([row.subscription for row in overview.rows], deps) if resend else ()
        heard = sync(deps.subscriptions, deps.registry, now_utc()) if resync else {}
    troubles = list(_troubles(overview))
    if as_json:
        output.print_json(_json(overview, troubles))
    else:
        _print(overview)
    for line in (*_resync_lines(heard), *_asked_lines(asked), *troubles):
        output.remark(line)
    if check and troubles:
        raise CliError(ExitCode.NEGATIVE, f"{len(troubles)} {'finding' if len(troubles) == 1 else 'findings'}")


def _look(deployed: Deployment) -> Overview:
    arns, deps = topic_arns(deployed), deps_of(deployed)
    by_topic = {topic: deps.subscriptions.on(topic) for topic in arns}
    subscriptions = [each for found in by_topic.values() for each in found.subscriptions]
    delivery = SnsDelivery(deployed.client("cloudwatch"), deployed.client("sns"))
    opted_out = delivery.opted_out({each.endpoint for each in subscriptions if each.protocol == "sms"})
    now = now_utc()
    return Overview(
        rows=tuple(
            Row(each, note, opted_out.get(each.endpoint))
            for each, note in zip(subscriptions, deps.notes.read(subscriptions), strict=True)
        ),
        complete=all(found.complete for found in by_topic.values()),
        deliveries=delivery.by_topic(arns, now),
        sms_rates=delivery.sms_rates(now) if opted_out else [],
    )


def _print(overview: Overview) -> None:
    if overview.rows:
        output.print_table(_COLUMNS, [_cells(row) for row in overview.rows], whole=_WHOLE)
    else:
        output.remark("Nobody is subscribed: trainstop subscribe email ADDRESS")
    output.print_lines(["", "Messages of the last 24 hours:"])
    output.print_table(
        ("topic", "delivered", "failed"),
        [
            (topic.value, _count(found.delivered), _count(found.failed, found.delivered))
            for topic, found in overview.deliveries.items()
        ],
    )
    output.print_lines(
        f"SMS of the account, {each.kind} to {each.country}: {each.rate:.0%} delivered" for each in overview.sms_rates
    )


def _count(count: int | None, beside: int | None = None) -> int | str:
    """Where something was delivered and no failure is counted, none failed; else no count is none."""
    if count is None:
        return "-" if beside is None else 0
    return count


def _cells(row: Row) -> list[str]:
    each = row.subscription
    called = f"{said(row.note.name)}: " if row.note and said(row.note.name) else ""
    return [each.topic.value, each.protocol, said(each.endpoint), f"{called}{_hears(row)}", _state(row)]


def _hears(row: Row) -> str:
    each = row.subscription
    if each.state is SubscriptionState.PENDING and row.note:
        return filter_words(row.note.filter_policy, each.protocol)
    return before_words(each)


def _state(row: Row) -> str:
    if row.opted_out:
        return "OPTED OUT"
    if row.subscription.state is SubscriptionState.PENDING:
        return "NOT CONFIRMED"
    return row.subscription.state.value


def _troubles(overview: Overview) -> Iterator[str]:
    """What somebody has to see to, each with what to do."""
    for row in overview.rows:
        address, each = said(row.subscription.endpoint), row.subscription
        if each.state is SubscriptionState.PENDING:
            since = f" since {instant(row.note.asked_at)}" if row.note else ""
            yield (
                f"{address} ({each.topic.value}) is not confirmed{since}: nothing reaches it. The link that SNS sent is"
                " valid for 2 days; trainstop subscriptions --resend sends another."
            )
        if row.opted_out:
            yield (
                f"{address} has opted out of SMS: nothing reaches it. With its owner's consent:"
                f" aws sns opt-in-phone-number --phone-number {address}"
            )
        for name in _misspelt(each):
            right = said(listener_name(name))
            yield f"{address} ({each.topic.value}) filters on {said(name)!r}, which no alert has: write {right!r}."
    for topic, found in overview.deliveries.items():
        if found.failed:
            yield (
                f"{topic.value}: SNS gave up on {found.failed} messages in 24 hours. It does not tell whose, and never"
                " of a mail that bounced later: ask the addresses above, or turn on the topic's delivery status log."
            )
    if not overview.complete:
        yield "There are more subscriptions than the 2,000 a topic that are read."


def _misspelt(subscription: Subscription) -> tuple[str, ...]:
    policy = subscription.filter_policy or {}
    return tuple(name for audience in LISTENED_AUDIENCES for name in misspelt(audience, policy))


def _resync_lines(heard: Mapping[Audience, Listened]) -> Iterator[str]:
    for audience, listened in heard.items():
        names = ", ".join(listened.names[:_MANY_NAMES]) + (", ..." if len(listened.names) > _MANY_NAMES else "")
        who = "everybody" if listened.everybody else said(names) or "nobody"
        patterns = "" if listened.everybody or not listened.rules else f", and {len(listened.rules)} by a pattern"
        yield f"Listened for, {audience.value}: {who}{patterns}"


def _asked_lines(asked: Iterable[Subscription]) -> Iterator[str]:
    for each in asked:
        yield f"SNS asks {said(each.endpoint)} ({each.topic.value}) once more."


def _json(overview: Overview, troubles: list[str]) -> dict[str, Any]:
    return {
        "subscriptions": [
            {
                "topic": row.subscription.topic.value,
                "protocol": row.subscription.protocol,
                "endpoint": row.subscription.endpoint,
                "state": row.subscription.state.value,
                "opted_out": row.opted_out,
                "subscription_arn": row.subscription.arn,
                "filter_policy": row.subscription.filter_policy,
                "hears": _hears(row),
                "name": row.note.name if row.note else "",
                "asked_at": iso(row.note.asked_at) if row.note else None,
            }
            for row in overview.rows
        ],
        "complete": overview.complete,
        "deliveries": {
            topic.value: {"delivered": found.delivered, "failed": found.failed}
            for topic, found in overview.deliveries.items()
        },
        "sms": [{"country": each.country, "type": each.kind, "rate": each.rate} for each in overview.sms_rates],
        "troubles": troubles,
    }
