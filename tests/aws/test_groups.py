"""Groups, boxes, hours and what is due, on the incidents table."""

from datetime import timedelta

import pytest

from tests.unit.render.samples import at
from tests.unit.telling import incident
from trainstop.adapters.calendar import CalendarTable
from trainstop.adapters.groups import GroupsContendedError, GroupsTable
from trainstop.adapters.held import HeldTable, digest_of
from trainstop.domain.decision import Audience, Channel, Severity
from trainstop.domain.digest import Period
from trainstop.domain.group import Telling, group_key
from trainstop.domain.held import LISTED_ENTRIES, BoxKey, HeldAlert, Waiting

NOW = at("02:10:00")
PLATFORM = Audience.PLATFORM


@pytest.fixture
def groups(clients, incidents_table):
    return GroupsTable(clients, incidents_table, sleep=lambda _: None)


@pytest.fixture
def held(clients, incidents_table):
    return HeldTable(clients, incidents_table)


def join(groups, number, now=NOW):
    made = incident(number)
    (group,) = groups.join(made, [group_key(made, PLATFORM)], now, 900)
    return group


def test_an_incident_joins_once_however_often_it_is_delivered(groups):
    assert [join(groups, number).count for number in (1, 2, 1, 2, 3)] == [1, 2, 2, 2, 3]


def test_it_joins_the_groups_of_all_its_audiences_or_none(groups):
    made = incident(1)
    keys = [group_key(made, audience) for audience in Audience]
    assert [group.count for group in groups.join(made, keys, NOW, 900)] == [1, 1, 1]
    assert [groups.load(key.digest).count for key in keys] == [1, 1, 1]


def test_who_loses_a_race_reads_again_and_joins(groups, clients):
    intruders = iter([2, 3])

    def intrude(**_):
        if (number := next(intruders, None)) is not None:
            join(groups, number)

    clients.dynamodb.meta.events.register("before-call.dynamodb.TransactWriteItems", intrude)
    join(groups, 1)
    assert groups.load(group_key(incident(0), PLATFORM).digest).count == 3


def test_who_loses_every_race_leaves_it_to_a_later_try(groups, clients):
    intruders, busy = iter(range(2, 100)), []

    def intrude(**_):
        if not busy:
            busy.append(True)
            join(groups, next(intruders))
            busy.clear()

    clients.dynamodb.meta.events.register("before-call.dynamodb.TransactWriteItems", intrude)
    with pytest.raises(GroupsContendedError):
        join(groups, 1)


def test_one_worker_claims_tells_and_notes_it(groups):
    group = join(groups, 1)
    digest = group.key.digest
    claimed = groups.claim(digest, "worker a", NOW)
    assert claimed.teller == "worker a"
    assert groups.claim(digest, "worker b", NOW) is None
    groups.mark_told(claimed, Telling.FIRST, "subject", NOW)
    assert (groups.load(digest).told_count, groups.load(digest).thread) == (1, "subject")
    assert groups.claim(digest, "worker b", NOW) is None, "there is nothing more to tell"


def test_a_group_that_opens_again_remembers_how_often_the_fault_was_seen(groups):
    digest = join(groups, 1).key.digest
    join(groups, 2)
    for telling, now in ((Telling.FIRST, NOW), (Telling.ENDED, NOW + timedelta(days=1))):
        groups.mark_told(groups.load(digest), telling, "s", now)
    again = join(groups, 3, NOW + timedelta(days=3))
    assert (again.count, again.past.times, again.past.last_job) == (1, 2, "demo-2")


def test_a_group_is_due_when_it_is_untold_and_when_it_ends_and_then_no_more(groups, held):
    group = join(groups, 1)
    join(groups, 2)
    key = f"group#{group.key.digest}"
    assert held.due(NOW, 10) == (key,)
    groups.mark_told(groups.claim(group.key.digest, "a", NOW), Telling.FIRST, "s", NOW)
    assert held.due(NOW + timedelta(seconds=899), 10) == ()
    late = NOW + timedelta(seconds=901)
    assert held.due(late, 10) == (key,)
    groups.mark_told(groups.claim(group.key.digest, "b", late), Telling.ENDED, "s", late)
    assert held.due(late, 10) == ()


def test_an_acknowledged_group_says_so(groups):
    digest = join(groups, 1).key.digest
    groups.acknowledge(digest, NOW, NOW)
    groups.acknowledge("there is no such group", NOW, NOW)
    assert groups.load(digest).acknowledged


def test_after_a_group_that_a_person_closed_the_fault_is_new(groups, held):
    digest = join(groups, 1).key.digest
    groups.mark_told(groups.claim(digest, "a", NOW), Telling.FIRST, "s", NOW)
    groups.close(digest, NOW, NOW)
    assert held.due(NOW + timedelta(days=1), 10) == ()
    assert join(groups, 2).count == 1
    groups.close(digest, NOW - timedelta(minutes=1), NOW)
    assert not groups.load(digest).closed, "it is newer than what the person closed"


def box_key(release_at=NOW):
    return BoxKey(audience=PLATFORM, waiting=Waiting.QUIET_HOURS, channels=(Channel.EMAIL,), release_at=release_at)


def alert(number):
    return HeldAlert(incident_id=f"{number:024}", text=f"alert {number}", severity=Severity.HIGH, occurred_at=NOW)


def test_a_box_lists_the_first_alerts_counts_all_and_takes_each_once(held):
    key = box_key()
    for number in [*range(LISTED_ENTRIES + 5), 0, 1]:
        held.hold(key, alert(number))
    box = held.release(digest_of(key), NOW)
    assert (len(box.alerts), box.count) == (LISTED_ENTRIES, LISTED_ENTRIES + 5)


def test_a_box_is_released_when_its_time_has_come_until_it_was_told(held):
    key = box_key()
    held.hold(key, alert(1))
    assert held.release(digest_of(key), NOW - timedelta(seconds=1)) is None
    assert held.due(NOW, 10) == (f"held#{digest_of(key)}",)
    held.empty(held.release(digest_of(key), NOW))
    assert (held.release(digest_of(key), NOW), held.due(NOW, 10)) == (None, ())


def test_messages_are_counted_by_reader_channel_and_hour(held):
    def take(now=NOW, name="", channel=Channel.SMS, limit=2):
        return held.take(PLATFORM, name, channel, now, limit)

    assert [take(), take(), take()] == [True, True, False]
    assert take(now=NOW + timedelta(hours=1))
    assert take(name="vision")
    assert take(channel=Channel.EMAIL)
    assert not take(name="none at all", limit=0)


def test_due_comes_the_oldest_first_and_in_pages(held):
    for number in range(5):
        held.hold(box_key(NOW - timedelta(minutes=number)), alert(number))
    oldest = f"held#{digest_of(box_key(NOW - timedelta(minutes=4)))}"
    assert held.due(NOW, 3)[0] == oldest
    assert (len(held.due(NOW, 3)), len(held.due(NOW, 100))) == (3, 5)


def test_a_digest_is_planned_and_taken_back(clients, incidents_table, held):
    calendar = CalendarTable(clients, incidents_table)
    assert calendar.next_digest(Period.DAILY) is None
    calendar.plan_digest(Period.DAILY, NOW)
    assert (calendar.next_digest(Period.DAILY), held.due(NOW, 10)) == (NOW, ("digest#daily",))
    calendar.plan_digest(Period.DAILY, None)
    assert (calendar.next_digest(Period.DAILY), held.due(NOW, 10)) == (None, ())
