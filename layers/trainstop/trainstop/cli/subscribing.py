"""``trainstop subscribe`` and ``unsubscribe``: who is told what."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from trainstop.adapters.delivery import SnsDelivery
from trainstop.adapters.incident_index import IncidentIndex
from trainstop.adapters.listeners import ListenersTable
from trainstop.adapters.subscription_notes import SubscriptionNotesTable
from trainstop.adapters.subscriptions import SnsSubscriptions
from trainstop.app.preview import Preview, preview
from trainstop.app.subscribe import Change, Fulfilled, SubscribeDeps
from trainstop.app.subscribe import subscribe as carry_out
from trainstop.app.subscribe import unsubscribe as end
from trainstop.cli import output
from trainstop.cli.aws import Deployment, deployment
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.since import now_utc
from trainstop.domain.category import Category
from trainstop.domain.decision import Audience, Severity
from trainstop.domain.job_actions import Protocol, Recipient, recipient_of
from trainstop.domain.subscription import ALERT_TOPICS, Subscription, Topic, Wish, WishError, at_least, filter_of
from trainstop.render.filter_words import filter_words
from trainstop.render.text import one_line
from trainstop.render.units import instant

PREVIEW_DAYS = 7
_PREVIEW_INCIDENTS = 10_000

_OUTPUTS = {
    Topic.PLATFORM: "AlertsTopicArn",
    Topic.TEAM: "TeamAlertsTopicArn",
    Topic.OWNER: "OwnerAlertsTopicArn",
    Topic.CHAT: "ChatTopicArn",
    Topic.OPERATIONS: "OperationsTopicArn",
}
_KINDS = {Protocol.EMAIL: "mailbox such as alice@example.com", Protocol.SMS: "number such as +15550100123"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for, as it was given."""

    way: Protocol
    address: str
    audience: Audience = Audience.PLATFORM
    teams: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    everything: bool = False
    severities: tuple[Severity, ...] = ()
    at_least: Severity | None = None
    categories: tuple[Category, ...] = ()
    jobs: tuple[str, ...] = field(default=())

    def wish(self) -> Wish:
        """The wish.

        Raises:
            CliError: it cannot be carried out as it was given.
        """
        recipient = recipient_of(self.way, self.address)
        if recipient is None:
            raise CliError(ExitCode.USAGE, f"{self.address!r} is no {_KINDS[self.way]}")
        if self.severities and self.at_least:
            raise CliError(ExitCode.USAGE, "either --severity or --at-least")
        wish = Wish(
            recipient=recipient,
            audience=self.audience,
            severities=at_least(self.at_least) if self.at_least else self.severities,
            categories=self.categories,
            jobs=self.jobs,
            owners=self.owners,
            teams=self.teams,
            everything=self.everything,
        )
        try:
            filter_of(wish)
        except WishError as error:
            raise CliError(ExitCode.USAGE, str(error)) from error
        return wish


def subscribe(wanted: Wanted, name: str, *, stack: str, as_json: bool) -> None:
    """Carry out a wish and print what came of it.

    Raises:
        CliError: it cannot be carried out.
    """
    wish = wanted.wish()
    with deployment(stack) as deployed:
        _check_opted_out(deployed, wish.recipient)
        done = carry_out(wish, name, str(deployed.client("sts").get_caller_identity()["Arn"]), deps_of(deployed))
        tried, complete = _preview(wish, deployed)
    if as_json:
        output.print_json(_done_json(wish, done) | {"preview": _preview_json(tried, complete=complete)})
    else:
        output.print_facts([*_done_facts(wish, done), _preview_fact(tried, complete=complete)])


def show_preview(wanted: Wanted, *, stack: str, as_json: bool) -> None:
    """Print what a wish would have received."""
    wish = wanted.wish()
    with deployment(stack) as deployed:
        tried, complete = _preview(wish, deployed)
    if as_json:
        output.print_json({"filter_policy": filter_of(wish), "preview": _preview_json(tried, complete=complete)})
    else:
        hears = filter_words(filter_of(wish), wish.recipient.protocol)
        output.print_facts([("Hears", hears), _preview_fact(tried, complete=complete)])


def unsubscribe(address: str, audience: Audience | None, *, stack: str, as_json: bool) -> None:
    """End the subscriptions of an address to alerts.

    Raises:
        CliError: it has none that can be ended.
    """
    topics = [Topic(audience.value)] if audience else list(ALERT_TOPICS)
    with deployment(stack) as deployed:
        done = end(address, topics, deps_of(deployed))
    if as_json:
        output.print_json({"ended": list(map(_identity, done.ended)), "pending": list(map(_identity, done.pending))})
    else:
        output.print_lines(
            f"{one_line(each.endpoint)} hears no more of the alerts to {audience_words(each.topic)}"
            for each in done.ended
        )
    for each in done.pending:
        output.remark(
            f"{one_line(each.endpoint)} has not confirmed the alerts to {audience_words(each.topic)}: SNS lets nobody"
            " end that, and drops it by itself two days after it was asked for. Nothing is sent there before."
        )
    if not done.ended:
        given = f" to {audience_words(topics[0])}" if audience else ""
        raise CliError(ExitCode.NEGATIVE, f"{one_line(address)} has no confirmed subscription to alerts{given}")


def topic_arns(deployed: Deployment) -> dict[Topic, str]:
    """The stack's topics."""
    return {topic: deployed.output(key) for topic, key in _OUTPUTS.items()}


def deps_of(deployed: Deployment) -> SubscribeDeps:
    """The world of the sequences."""
    clients, table = deployed.clients, deployed.output("IncidentsTableName")
    return SubscribeDeps(
        subscriptions=SnsSubscriptions(clients, topic_arns(deployed)),
        notes=SubscriptionNotesTable(clients, table),
        registry=ListenersTable(clients, table, now_utc),
        clock=now_utc,
    )


def audience_words(topic: Topic) -> str:
    """Whose alerts are on a topic."""
    return {Topic.OWNER: "owners", Topic.TEAM: "teams"}.get(topic, f"the {topic.value}")


def _check_opted_out(deployed: Deployment, recipient: Recipient) -> None:
    if recipient.protocol is not Protocol.SMS:
        return
    delivery = SnsDelivery(deployed.client("cloudwatch"), deployed.client("sns"))
    if delivery.opted_out([recipient.endpoint])[recipient.endpoint]:
        raise CliError(
            ExitCode.NEGATIVE,
            f"the owner of {recipient.endpoint} has asked for no more SMS, so AWS sends none. With that person's"
            " consent opt it in again, at most once in 30 days: aws sns opt-in-phone-number --phone-number"
            f" {recipient.endpoint}",
        )


def _preview(wish: Wish, deployed: Deployment) -> tuple[Preview, bool]:
    now = now_utc()
    index = IncidentIndex(deployed.client("dynamodb"), deployed.output("IncidentsTableName"))
    listing = index.since(now - timedelta(days=PREVIEW_DAYS), now, _PREVIEW_INCIDENTS)
    complete = listing.complete and len(listing.incidents) < _PREVIEW_INCIDENTS
    return preview(filter_of(wish), wish.audience, listing.incidents), complete


def _done_facts(wish: Wish, done: Fulfilled) -> Iterator[tuple[str, str]]:
    way = "e-mail" if wish.recipient.protocol is Protocol.EMAIL else "SMS"
    yield "Address", f"{wish.recipient.endpoint}, by {way}"
    yield "Alerts", f"to {audience_words(wish.topic)}"
    yield "Hears", filter_words(done.filter_policy, wish.recipient.protocol)
    if done.change is Change.CHANGED and done.before is not None:
        yield "Before", before_words(done.before)
    yield "State", _state(done)


def _state(done: Fulfilled) -> str:
    match done.change:
        case Change.NEW if done.confirmed:
            return "subscribed"
        case Change.UNCHANGED:
            return "was subscribed so already"
        case Change.CHANGED:
            return "changed: an address has one filter a topic. SNS may take 15 minutes to heed another"
        case _:
            again = "one more mail" if done.change is Change.ASKED_AGAIN else "a mail"
            return (
                f"NOT CONFIRMED: SNS sends {again} with a link. Nothing else reaches the address before the link is"
                " followed, within 2 days"
            )


def before_words(subscription: Subscription) -> str:
    """What a subscription hears, as far as it is known."""
    if not subscription.filter_known:
        return "not known"
    words = filter_words(subscription.filter_policy, subscription.protocol)
    return f"{words} (in the message's body)" if subscription.on_body else words


def _preview_fact(tried: Preview, *, complete: bool) -> tuple[str, str]:
    """What it would have received, with the latest, so that a person sees whether that is what was meant."""
    lately = f"of the last {PREVIEW_DAYS} days"
    if not tried.alerts:
        return "Lately", f"there was no alert to this audience in the last {PREVIEW_DAYS} days"
    count = f"{len(tried.received)} of {tried.alerts} alerts {lately} would have come"
    if not complete:
        count = f"at least {count}"
    if not tried.received:
        return "Lately", count
    latest = max(tried.received, key=lambda incident: incident.occurred_at)
    about = one_line(latest.job.name) or "a job without a name"
    return "Lately", f"{count}, the latest at {instant(latest.occurred_at)} about {about}"


def _done_json(wish: Wish, done: Fulfilled) -> dict[str, Any]:
    return {
        "change": done.change.value,
        "audience": wish.audience.value,
        "protocol": wish.recipient.protocol.value,
        "endpoint": wish.recipient.endpoint,
        "state": "confirmed" if done.confirmed else "pending",
        "filter_policy": done.filter_policy,
        "filter_policy_before": done.before.filter_policy if done.before else None,
    }


def _preview_json(tried: Preview, *, complete: bool) -> dict[str, Any]:
    return {
        "days": PREVIEW_DAYS,
        "alerts": tried.alerts,
        "received": len(tried.received),
        "complete": complete,
        "incident_ids": [incident.incident_id for incident in tried.received],
    }


def _identity(subscription: Subscription) -> dict[str, str]:
    return {
        "topic": subscription.topic.value,
        "protocol": subscription.protocol,
        "endpoint": subscription.endpoint,
    }
