"""Telling, once, after the act."""

import json
from zoneinfo import ZoneInfo

import pytest

from tests.fakes import FakeAlerts, FakeClock, FakeGroups, FakeListeners
from tests.unit.render.samples import a_job, at, job_action_stop, protected_by_a_person, script_error
from tests.unit.telling import incident, ordered, published, world
from trainstop.app.notify import Became, notify
from trainstop.domain.decision import Audience, Channel, Delivery, Severity
from trainstop.domain.group import Past, group_key
from trainstop.domain.handling import Handling, HandlingAction, HandlingEntry
from trainstop.domain.held import Waiting
from trainstop.domain.job_actions import Protocol, Subscribed, ToldRecipient
from trainstop.domain.listener import Listened

PLATFORM, TEAM, OWNER = Audience.PLATFORM, Audience.TEAM, Audience.OWNER


def listening_for(*owners):
    return FakeListeners({OWNER: Listened(names=owners)})


def told_to(*recipients, **changes):
    made = job_action_stop()
    decision = made.decision.model_copy(update={"recipients": recipients} | changes)
    return made.model_copy(update={"decision": decision})


def recipient(endpoint, protocol=Protocol.EMAIL, subscribed=Subscribed.CONFIRMED):
    return ToldRecipient(protocol=protocol, endpoint=endpoint, subscribed=subscribed)


def channels(publication):
    return json.loads(publication.attributes["channels"].string_value)


def test_an_incident_is_told_once():
    deps = world()
    assert notify(script_error(), deps).became is Became.PUBLISHED
    assert notify(script_error(), deps).became is Became.ALREADY_TOLD
    assert len(published(deps)) == 1


def test_times_are_told_in_the_readers_zone():
    deps = world(zone=ZoneInfo("Europe/Berlin"))
    notify(job_action_stop(), deps)
    assert " Berlin)" in json.loads(published(deps)[0].body)["email"]


def test_what_nobody_is_to_be_told_is_not_published():
    deps = world()
    assert notify(protected_by_a_person(), deps).became is Became.NOT_ORDERED
    assert published(deps) == []


def test_a_failed_publish_leaves_the_incident_untold():
    deps = world(topics={audience: FakeAlerts(failures=1) for audience in Audience})
    with pytest.raises(ConnectionError):
        notify(script_error(), deps)
    assert notify(script_error(), deps).became is Became.PUBLISHED


def test_the_same_fault_in_fifteen_jobs_is_one_alert_and_one_escalation():
    deps = world()
    became = [notify(ordered(incident(number)), deps).became for number in range(15)]
    first, escalation = published(deps)
    assert became.count(Became.GROUPED) == 13
    assert "10 jobs" in escalation.subject
    assert (channels(first), channels(escalation)) == (["email", "chat"], ["email", "chat", "sms"])
    severities = [each.attributes["severity"].string_value for each in (first, escalation)]
    assert severities == ["high", "critical"]


def test_a_delivery_that_is_repeated_counts_once():
    deps = world(topics={audience: FakeAlerts(failures=1) for audience in Audience})
    made = ordered(incident())
    with pytest.raises(ConnectionError):
        notify(made, deps)
    notify(made, deps)
    (group,) = deps.desk.groups.groups.values()
    assert (group.count, group.told_count, len(published(deps))) == (1, 1, 1)


def test_while_one_worker_tells_the_first_job_others_join_quietly():
    deps = world()
    first, second = ordered(incident(1)), ordered(incident(2))
    key = group_key(first, PLATFORM)
    deps.desk.groups.join(first, [key], at("04:00:00"), 900)
    deps.desk.groups.claim(key.digest, first.incident_id, at("04:00:00"))
    assert notify(second, deps).became is Became.GROUPED
    assert published(deps) == []


def test_each_audience_has_a_topic_and_a_group():
    deps = world(listeners=listening_for("alice"))
    for number, owner in enumerate(["alice", "bob", "alice"]):
        notify(
            ordered(incident(number, job=a_job(f"j{number}", tags={"owner": owner})), audience=(OWNER, PLATFORM)), deps
        )
    assert [len(published(deps, audience)) for audience in (PLATFORM, OWNER, TEAM)] == [1, 2, 0]
    assert [each.attributes["audience"].string_value for each in published(deps, OWNER)] == ["owner", "owner"]


@pytest.mark.parametrize(
    ("rule", "tags", "listening", "told"),
    [
        ("who has subscribed", {"owner": "alice"}, ["alice"], (1, 0)),
        ("nobody has: the platform too", {"owner": "bob"}, ["alice"], (1, 1)),
        ("no tag names the owner", {}, ["alice"], (0, 1)),
    ],
)
def test_an_alert_for_its_owner_alone_reaches_somebody(rule, tags, listening, told):
    deps = world(listeners=listening_for(*listening))
    notify(ordered(incident(job=a_job("a", tags=tags)), audience=(OWNER,)), deps)
    assert (len(published(deps, OWNER)), len(published(deps))) == told, rule


def test_chat_has_one_card_however_many_audiences():
    deps = world(listeners=listening_for("alice"))
    notify(ordered(incident(), audience=(OWNER, PLATFORM)), deps)
    assert len(deps.desk.chat.published) == 1
    alone = world(listeners=listening_for("alice"))
    notify(ordered(incident(), audience=(OWNER,)), alone)
    assert len(alone.desk.chat.published) == 1
    unheard = world()
    notify(ordered(incident(), audience=(OWNER,)), unheard)
    assert (len(published(unheard, OWNER)), len(published(unheard)), len(unheard.desk.chat.published)) == (1, 1, 1)


def test_what_is_above_the_hours_limit_waits_channel_by_channel():
    deps = world()
    delivery = Delivery(group_window_seconds=0, per_hour={Channel.EMAIL: 2})
    for number in range(3):
        notify(ordered(incident(number), delivery=delivery), deps)
    assert [channels(each) for each in published(deps)] == [["email", "chat"], ["email", "chat"], ["chat"]]
    (box,) = deps.desk.held.boxes.values()
    assert (box.key.waiting, box.key.channels, box.key.release_at) == (
        Waiting.HOURLY_LIMIT,
        (Channel.EMAIL,),
        at("05:00:00"),
    )


def test_a_critical_alert_is_above_every_limit():
    deps = world()
    delivery = Delivery(per_hour={Channel.EMAIL: 0})
    notify(ordered(incident(), severity=Severity.CRITICAL, delivery=delivery), deps)
    assert [channels(each) for each in published(deps)] == [["email", "chat"]]


def test_in_quiet_hours_an_alert_waits_for_their_end():
    deps = world()
    until = at("07:00:00")
    notify(ordered(incident(), delivery=Delivery(quiet_until={PLATFORM: until})), deps)
    (box,) = deps.desk.held.boxes.values()
    assert (published(deps), box.key.waiting, box.key.release_at) == ([], Waiting.QUIET_HOURS, until)
    late = world(clock=FakeClock(at("07:00:01")))
    notify(ordered(incident(), delivery=Delivery(quiet_until={PLATFORM: until})), late)
    assert len(published(late)) == 1


def test_what_is_for_the_digest_is_told_there_only():
    deps = world()
    notify(ordered(incident(), delivery=Delivery(digest_at=at("07:00:00"))), deps)
    (box,) = deps.desk.held.boxes.values()
    assert (published(deps), deps.desk.chat.published, box.key.waiting) == ([], [], Waiting.DIGEST)


def test_what_is_known_of_the_fault_is_told_with_its_first_alert():
    groups = FakeGroups(faults={"0123456789abcdef": Past(times=14, first_seen_at=at("2026-08-01 00:00:00"))})
    deps = world(groups=groups)
    notify(ordered(incident()), deps)
    mail = json.loads(published(deps)[0].body)["email"]
    assert "14 times since 2026-08-01" in mail


def handled(made, action):
    entry = HandlingEntry(action=action, at=at("04:00:30"), by="arn:aws:iam::111122223333:user/carol", text="on it")
    return made.model_copy(update={"told_at": at("04:00:00"), "handling": Handling(entries=(entry,))})


@pytest.mark.parametrize(
    ("action", "subjects"),
    [(HandlingAction.NOTE, 2), (HandlingAction.ACKNOWLEDGE, 1), (HandlingAction.RESOLVE, 2)],
)
def test_a_group_that_somebody_sees_to_does_not_escalate_and_after_a_resolved_one_the_fault_is_new(action, subjects):
    deps = world()
    made = ordered(incident(0))
    notify(made, deps)
    notify(handled(made, action), deps)
    for number in range(1, 10):
        notify(ordered(incident(number)), deps)
    found = [each.subject for each in published(deps)]
    assert len(found) == subjects
    assert any("10 jobs" in subject for subject in found) is (action is HandlingAction.NOTE)


def test_declared_addresses_get_one_message_that_is_for_them():
    deps = world()
    notify(told_to(recipient("a@example.com"), recipient("+15550100199", Protocol.SMS)), deps)
    (publication,) = deps.addressed.published
    kind, to = publication.attributes["trainstop_to"]
    assert (kind, json.loads(to)) == ("String.Array", ["a@example.com", "+15550100199"])


def test_declared_addresses_are_told_even_where_the_policy_tells_nobody():
    deps = world()
    notify(told_to(recipient("a@example.com"), alert=None), deps)
    assert (len(deps.addressed.published), published(deps)) == (1, [])


def test_who_gets_all_alerts_by_that_way_gets_no_second_one():
    covered = recipient("a@example.com", subscribed=Subscribed.COVERED)
    deps = world()
    notify(told_to(covered), deps)
    assert deps.addressed.published == []
    silent = world()
    notify(told_to(covered, alert=None), silent)
    assert len(silent.addressed.published) == 1


def test_a_topic_that_was_taken_away_keeps_the_alert_from_nobody_else():
    deps = world(addressed=FakeAlerts(refusal="NotFound: Topic does not exist"))
    notified = notify(told_to(recipient("a@example.com")), deps)
    assert (notified.became, notified.refused) == (Became.PUBLISHED, "NotFound: Topic does not exist")
    assert len(published(deps)) == 1
