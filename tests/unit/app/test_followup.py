"""What comes later."""

import json
from datetime import timedelta

import pytest

from tests.fakes import FakeAlerts, FakeCalendar, FakeListeners, FakeRecorded, FakeReports, FakeSubscriptions
from tests.unit.render.samples import a_job, at
from tests.unit.render.tellings import a_stored_report
from tests.unit.telling import incident, ordered, published, world
from trainstop.app.followup import FollowUpDeps, follow_up
from trainstop.app.notify import notify
from trainstop.domain.decision import Audience, Channel, Delivery
from trainstop.domain.digest import Period
from trainstop.domain.job_actions import Protocol, Recipient
from trainstop.domain.subscription import Topic
from trainstop.policy.default import default_policy
from trainstop.policy.parse import parse_policy
from trainstop.policy.state import PolicyState

PLATFORM = Audience.PLATFORM
NO_DIGESTS = parse_policy(
    "version: 1\nalerts: {digests: {daily: null, weekly: null}}\nrules: [{name: a, alert: none}]\n"
)


class BothDue:
    """The index of what is due: groups and boxes; digests by the calendar."""

    def __init__(self, deps, calendar):
        self._deps, self._calendar = deps, calendar

    def due(self, now, limit):
        digests = [f"digest#{period}" for period, at_ in self._calendar.planned.items() if at_ and at_ <= now]
        return (*self._deps.desk.groups.due(now, limit), *self._deps.desk.held.due(now, limit), *digests)


def later(
    deps, now, recorded=(), document=NO_DIGESTS, calendar=None, *, subscriptions=None, registry=None, report=None
):
    """The follow-up of a world at a moment."""
    deps.desk.clock.now = now
    calendar = calendar or FakeCalendar()
    return FollowUpDeps(
        desk=deps.desk,
        due=BothDue(deps, calendar),
        calendar=calendar,
        recorded=FakeRecorded({each.incident_id: each for each in recorded}),
        policy=lambda: PolicyState(document=document, version="1"),
        subscriptions=subscriptions or FakeSubscriptions(),
        registry=registry or FakeListeners(),
        reports=FakeReports(report),
    )


def run(follow_up_deps):
    return follow_up(follow_up_deps, deadline=follow_up_deps.desk.clock() + timedelta(seconds=40))


def test_the_end_of_a_group_is_told_once_as_an_answer_to_its_first_alert():
    deps = world()
    members = [ordered(incident(number)) for number in range(3)]
    for each in members:
        notify(each, deps)
    late = later(deps, at("04:16:00"), members)
    assert (run(late).ended_count, run(late).ended_count) == (1, 0)
    first, end = published(deps)
    assert end.subject == f"Re: {first.subject}"
    assert "Over: The same fault in 3 jobs" in json.loads(end.body)["email"]


def test_nothing_is_told_of_the_end_of_one_job():
    deps = world()
    notify(made := ordered(incident()), deps)
    run(later(deps, at("04:16:00"), [made]))
    assert len(published(deps)) == 1


def test_a_group_that_its_worker_did_not_get_to_tell_is_told_late():
    deps = world(topics={audience: FakeAlerts(failures=1) for audience in Audience})
    made = ordered(incident())
    with pytest.raises(ConnectionError):
        notify(made, deps)
    assert run(later(deps, at("04:00:30"), [made])).late_count == 0, "its worker may still do it"
    assert run(later(deps, at("04:01:01"), [made])).late_count == 1
    assert len(published(deps)) == 1


def test_a_group_whose_incident_somebody_removed_is_given_up():
    deps = world(topics={audience: FakeAlerts(failures=1) for audience in Audience})
    with pytest.raises(ConnectionError):
        notify(ordered(incident()), deps)
    late = later(deps, at("04:01:01"), [])
    assert run(late).late_count == 0
    assert (published(deps), late.due.due(at("05:00:00"), 10)) == ([], ())


def test_alerts_that_waited_come_as_one_message():
    deps = world()
    until = at("07:00:00")
    members = [
        ordered(incident(number), delivery=Delivery(quiet_until={PLATFORM: until}), channels=(Channel.EMAIL,))
        for number in range(3)
    ]
    for each in members:
        notify(each, deps)
    assert run(later(deps, at("06:59:59"), members)).released_count == 0
    late = later(deps, at("07:00:20"), members)
    assert (run(late).released_count, run(late).released_count) == (1, 0)
    (message,) = published(deps)
    assert "3 alerts of your quiet hours" in message.subject
    assert json.loads(message.body)["email"].count("demo-") == 3


def test_one_that_fails_keeps_none_of_the_others_waiting():
    deps = world(topics={audience: FakeAlerts() for audience in Audience})
    quiet = Delivery(quiet_until={PLATFORM: at("07:00:00"), Audience.OWNER: at("07:00:00")})
    made = incident(job=a_job("a", tags={"owner": "alice"}))
    notify(ordered(made, delivery=quiet, audience=(Audience.OWNER, PLATFORM)), deps)
    deps.desk.topics[Audience.OWNER].failures = 1
    with pytest.raises(ExceptionGroup):
        run(later(deps, at("07:00:01"), [made]))
    assert len(published(deps)) == 1
    run(later(deps, at("07:01:01"), [made]))
    assert len(published(deps, Audience.OWNER)) == 1


def test_what_has_no_time_left_is_due_in_the_next_minute():
    deps = world()
    notify(made := ordered(incident(), delivery=Delivery(digest_at=at("07:00:00"))), deps)
    late = later(deps, at("07:00:01"), [made])
    assert follow_up(late, deadline=at("07:00:00")).left_count == 1
    assert run(late).released_count == 1


def test_digests_are_planned_by_the_policy_and_told_when_due():
    deps, calendar = world(), FakeCalendar()
    members = [incident(number, job=a_job(f"j{number}", tags={"team": "vision"})) for number in range(3)]
    run(later(deps, at("06:59:00"), members, default_policy(), calendar))
    assert calendar.planned[Period.DAILY] == at("07:00:00")
    assert run(later(deps, at("07:00:10"), members, default_policy(), calendar)).digest_count >= 1
    platform, team = published(deps)[0], published(deps, Audience.TEAM)[0]
    assert "3 jobs in trouble" in platform.subject
    assert team.attributes["team"].string_value == "vision"
    assert calendar.planned[Period.DAILY] == at("2026-09-15 07:00:00")


@pytest.mark.parametrize(
    ("last_day", "linked"),
    [
        ("2026-09-20", True),
        ("2026-09-21", True),
        ("2026-09-15", True),
        ("2026-09-14", False),
        ("2026-09-13", False),
        ("2026-09-22", False),
    ],
)
def test_the_digests_of_a_week_link_to_the_report_that_ends_in_it(last_day, linked):
    until = at("2026-09-21 07:00:00")
    deps, calendar = world(), FakeCalendar({Period.WEEKLY: until, Period.DAILY: until})
    members = [incident(job=a_job("j", tags={"team": "vision"}), occurred_at=at("2026-09-21 02:00:00"))]
    stored = a_stored_report(last_day=last_day)
    run(later(deps, until, members, NO_DIGESTS, calendar, report=stored))
    for audience in (PLATFORM, Audience.TEAM):
        week, day = (json.loads(each.body)["email"] for each in published(deps, audience))
        assert ("https://us-east-1.console.aws.amazon.com/s3/object/" in week) is linked
        assert ("trainstop report --days 7" in week) is not linked
        assert "eport" not in day, "a day has none"


def test_a_day_without_incidents_has_no_digest():
    deps, calendar = world(), FakeCalendar({Period.DAILY: at("07:00:00"), Period.WEEKLY: None})
    run(later(deps, at("07:00:10"), [], default_policy(), calendar))
    assert published(deps) == []


def test_a_digest_that_the_policy_no_longer_wants_is_not_planned_again():
    deps, calendar = world(), FakeCalendar({Period.DAILY: at("07:00:00"), Period.WEEKLY: at("09:00:00")})
    run(later(deps, at("07:00:10"), [], NO_DIGESTS, calendar))
    assert set(calendar.planned.values()) == {None}


@pytest.mark.parametrize(("now", "known"), [("04:10:05", True), ("04:11:05", False)])
def test_who_listens_is_read_every_ten_minutes(now, known):
    subscriptions, registry = FakeSubscriptions(), FakeListeners()
    alice = Recipient(protocol=Protocol.SMS, endpoint="+15550100123")
    subscriptions.subscribe(Topic.OWNER, alice, {"owner": ["alice"]})
    run(later(world(), at(now), subscriptions=subscriptions, registry=registry))
    assert registry.listening(Audience.OWNER, "alice") is known
