"""Subscribing people, ending it, and who is listened for after it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes import FakeClock, FakeListeners, FakeNotes, FakeSubscriptions
from tests.samples import STARTED
from tests.unit.records.made import a_job, an_incident
from trainstop.app.listeners import sync
from trainstop.app.preview import preview
from trainstop.app.subscribe import Change, SubscribeDeps, ask_again, subscribe, unsubscribe
from trainstop.domain.decision import AlertOrder, Audience, Channel, Severity
from trainstop.domain.job_actions import Protocol, Recipient
from trainstop.domain.subscription import ALERT_TOPICS, Subscription, SubscriptionState, Topic, Wish, filter_of

ALICE = Recipient(protocol=Protocol.EMAIL, endpoint="alice@example.com")
PHONE = Recipient(protocol=Protocol.SMS, endpoint="+15550100199")
ME = "arn:aws:sts::111122223333:assumed-role/platform/me"


def deps():
    return SubscribeDeps(FakeSubscriptions(), FakeNotes(), FakeListeners(), FakeClock(STARTED))


def owners_wish(recipient=ALICE, **changes):
    return Wish(**{"recipient": recipient, "audience": Audience.OWNER, "owners": ("Alice",)} | changes)


def test_a_mailbox_is_asked_and_listens_only_once_it_has_confirmed():
    world = deps()
    done = subscribe(owners_wish(), "", ME, world)
    assert (done.change, done.confirmed) == (Change.NEW, False)
    assert not world.registry.listening(Audience.OWNER, "alice")
    world.subscriptions.confirm(Topic.OWNER, ALICE.endpoint, done.filter_policy)
    sync(world.subscriptions, world.registry, world.clock())
    assert world.registry.listening(Audience.OWNER, "Alice")
    assert not world.registry.listening(Audience.OWNER, "bob")


def test_a_phone_listens_at_once():
    world = deps()
    assert subscribe(owners_wish(PHONE), "", ME, world).confirmed
    assert world.registry.listening(Audience.OWNER, "ALICE")
    assert not world.registry.listening(Audience.TEAM, "alice")


def test_another_wish_of_an_address_replaces_its_filter():
    world = deps()
    subscribe(owners_wish(PHONE), "", ME, world)
    done = subscribe(owners_wish(PHONE, owners=("bob",)), "", ME, world)
    assert (done.change, done.before.filter_policy["owner"]) == (Change.CHANGED, ["alice"])
    assert world.registry.listening(Audience.OWNER, "bob")
    assert not world.registry.listening(Audience.OWNER, "alice")


def test_the_same_wish_again_changes_nothing():
    world = deps()
    subscribe(owners_wish(PHONE), "", ME, world)
    assert subscribe(owners_wish(PHONE), "", ME, world).change is Change.UNCHANGED
    assert world.subscriptions.asked == [PHONE.endpoint]


def test_who_has_not_confirmed_is_asked_again():
    world = deps()
    subscribe(owners_wish(), "", ME, world)
    done = subscribe(owners_wish(owners=("bob",)), "", ME, world)
    assert (done.change, done.confirmed) == (Change.ASKED_AGAIN, False)
    assert world.subscriptions.asked == [ALICE.endpoint] * 2


def test_a_filter_on_bodies_is_not_taken_for_the_same():
    world = deps()
    subscribe(owners_wish(PHONE), "", ME, world)
    key = Topic.OWNER, PHONE.endpoint
    world.subscriptions.held[key] = world.subscriptions.held[key].model_copy(update={"on_body": True})
    assert subscribe(owners_wish(PHONE), "", ME, world).change is Change.CHANGED


def test_a_note_tells_who_asked_when_for_what_under_which_name():
    world = deps()
    subscribe(owners_wish(), "night\x1b[31m shift", ME, world)
    note = world.notes.kept[Topic.OWNER, ALICE.endpoint]
    assert (note.name, note.principal_arn, note.asked_at) == ("night shift", ME, STARTED)
    assert note.filter_policy == filter_of(owners_wish())


def test_what_ends_is_listened_for_no_more():
    world = deps()
    subscribe(owners_wish(PHONE), "", ME, world)
    subscribe(Wish(recipient=PHONE), "", ME, world)
    done = unsubscribe(f" {PHONE.endpoint}", ALERT_TOPICS, world)
    assert [each.topic for each in done.ended] == [Topic.PLATFORM, Topic.OWNER]
    assert (world.subscriptions.held, world.notes.kept) == ({}, {})
    assert not world.registry.listening(Audience.OWNER, "alice")


def test_what_is_not_confirmed_cannot_be_ended():
    world = deps()
    subscribe(owners_wish(), "", ME, world)
    done = unsubscribe("Alice@example.com", ALERT_TOPICS, world)
    assert (done.ended, [each.topic for each in done.pending]) == ((), [Topic.OWNER])


def test_only_who_has_not_confirmed_is_asked_once_more():
    world = deps()
    subscribe(owners_wish(PHONE), "", ME, world)
    subscribe(owners_wish(), "", ME, world)
    held = world.subscriptions.on(Topic.OWNER).subscriptions
    assert [each.endpoint for each in ask_again(held, world)] == [ALICE.endpoint]
    assert world.subscriptions.asked[2:] == [ALICE.endpoint]


CONFIRMED = Subscription(
    topic=Topic.OWNER,
    protocol="https",
    endpoint="https://example.com/hook",
    state=SubscriptionState.CONFIRMED,
    arn="arn:1",
    filter_known=True,
)


@pytest.mark.parametrize(
    ("saying", "changes", "listens"),
    [
        ("a webhook without a filter listens for everybody", {}, True),
        ("a queue may be read by nobody", {"protocol": "sqs"}, False),
        ("a function as well", {"protocol": "lambda"}, False),
        ("what is not confirmed", {"state": SubscriptionState.PENDING, "arn": None}, False),
        ("what was deleted", {"state": SubscriptionState.DELETED, "arn": None}, False),
        ("a filter that cannot be read", {"filter_known": False}, False),
        ("a filter on the body", {"on_body": True, "filter_policy": {"owner": ["alice"]}}, False),
    ],
)
def test_who_counts_as_a_listener(saying, changes, listens):
    world = deps()
    world.subscriptions.held[1] = CONFIRMED.model_copy(update=changes)
    sync(world.subscriptions, world.registry, world.clock())
    assert world.registry.listening(Audience.OWNER, "alice") is listens, saying


def incident(name, *audience, **changes):
    made = an_incident(name, **changes)
    order = AlertOrder(severity=Severity.HIGH, audience=audience, channels=(Channel.EMAIL,))
    return made.model_copy(update={"decision": made.decision.model_copy(update={"alert": order})})


def test_a_preview_counts_what_passes_of_what_is_told_to_the_audience():
    later = STARTED + timedelta(hours=1)
    incidents = [
        incident("demo-1", Audience.OWNER),
        incident("demo-2", Audience.OWNER, occurred_at=later),
        incident("demo-3", Audience.OWNER, job=a_job("demo-3", tags={"owner": "bob"})),
        incident("demo-4", Audience.PLATFORM),
    ]
    tried = preview(filter_of(owners_wish(jobs=("demo-*",))), Audience.OWNER, incidents)
    assert (tried.alerts, [each.job.name for each in tried.received]) == (3, ["demo-1", "demo-2"])


def test_a_preview_of_sms_counts_only_what_goes_by_sms():
    wish = replace_recipient(owners_wish(jobs=("demo-*",)))
    assert preview(filter_of(wish), Audience.OWNER, [incident("demo-1", Audience.OWNER)]).received == ()


def replace_recipient(wish):
    return wish.model_copy(update={"recipient": PHONE})


def test_a_sync_reads_no_more_than_the_two_audiences_that_are_named():
    world = replace(deps(), subscriptions=FakeSubscriptions())
    assert set(sync(world.subscriptions, world.registry, STARTED)) == {Audience.OWNER, Audience.TEAM}
