"""Whether anybody is told."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from trainstop.app.doctor.words import counted, joined, shell
from trainstop.domain.health import Finding, broken, note, ok, warning
from trainstop.domain.health_facts import SubscriptionFacts, TopicFacts
from trainstop.render.text import said

OPERATIONS: Final = "OperationsTopic"
_PLATFORM: Final = "AlertsTopic"
_EXTRA: Final = ("TeamAlertsTopic", "OwnerAlertsTopic", "ChatTopic")


def judge_topics(topics: Sequence[TopicFacts]) -> Iterator[Finding]:
    """Every topic that somebody counts on has a confirmed subscriber."""
    found = [*_gone(topics), *_nobody(topics), *_pending(topics)]
    if not any(finding.why for finding in found):
        confirmed = sum(len(_confirmed(each)) for each in topics)
        yield ok(f"{counted(confirmed, 'confirmed subscription')} on {counted(len(topics), 'topic')}")
    yield from found
    empty = [each.logical_id for each in topics if each.logical_id in _EXTRA and each.subscriptions == ()]
    if empty:
        yield note(f"nobody is subscribed to {joined(empty)}: fine where only {_PLATFORM} is used")


def judge_deliveries(topics: Sequence[TopicFacts], failed: Mapping[str, int]) -> Iterator[Finding]:
    """No delivery failed in the last day; counts are by the topic's ARN."""
    for topic in topics:
        if count := failed.get(topic.arn):
            yield warning(
                f"{counted(count, 'delivery', 'deliveries')} of {topic.logical_id} failed in the last day",
                "Somebody did not get an alert: an address that bounces, a webhook that answers with an error.",
                "See who is subscribed, and turn on delivery status logging to learn which one fails:",
                f"aws sns list-subscriptions-by-topic --topic-arn {topic.arn}",
            )


def _gone(topics: Sequence[TopicFacts]) -> Iterator[Finding]:
    for topic in topics:
        if topic.subscriptions is None:
            yield broken(
                f"{topic.logical_id} is gone",
                "What is published there fails, and its subscribers with it.",
                "Deploy the stack again: sam deploy",
            )


def _nobody(topics: Sequence[TopicFacts]) -> Iterator[Finding]:
    alerts = [each for each in topics if each.logical_id != OPERATIONS]
    platform = next((each for each in alerts if each.logical_id == _PLATFORM), None)
    if not any(map(_confirmed, alerts)):
        yield broken(
            "nobody has confirmed a subscription to alerts",
            "Incidents are recorded and archived, and no one is told.",
            "Subscribe somebody, and have the mail's link followed:",
            _subscribe(platform),
        )
    elif platform and platform.subscriptions is not None and not _confirmed(platform):
        yield warning(
            f"nobody has confirmed a subscription to {_PLATFORM}",
            "What is nobody's own, such as an alert without owner and team, is read by nobody.",
            "Subscribe somebody, and have the mail's link followed:",
            _subscribe(platform),
        )
    operations = next((each for each in topics if each.logical_id == OPERATIONS), None)
    if operations and operations.subscriptions is not None and not _confirmed(operations):
        yield broken(
            f"nobody has confirmed a subscription to {OPERATIONS}",
            "Alarms on trainstop itself ring and nobody hears them.",
            "Subscribe somebody, and have the mail's link followed:",
            _subscribe(operations),
        )


def _pending(topics: Sequence[TopicFacts]) -> Iterator[Finding]:
    for topic in topics:
        for each in topic.subscriptions or ():
            if not each.is_confirmed:
                yield warning(
                    f"{said(each.endpoint)} ({each.protocol}) has not confirmed its subscription to {topic.logical_id}",
                    "Nothing is delivered there until then.",
                    "Follow the link in the mail of AWS; it is good for 2 days. A new one comes by:",
                    f"aws sns subscribe --topic-arn {topic.arn} --protocol {each.protocol} "
                    f"--notification-endpoint {shell(each.endpoint)}",
                )


def _confirmed(topic: TopicFacts) -> list[SubscriptionFacts]:
    return [each for each in topic.subscriptions or () if each.is_confirmed]


def _subscribe(topic: TopicFacts | None) -> str:
    arn = topic.arn if topic else "TOPIC"
    return f"aws sns subscribe --topic-arn {arn} --protocol email --notification-endpoint YOU@EXAMPLE.COM"
