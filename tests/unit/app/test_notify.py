"""Telling, once, after the act."""

import json
from zoneinfo import ZoneInfo

import pytest

from tests.fakes import FakeAlerts, FakeClock, FakeIncidents
from tests.unit.render.samples import at, job_action_stop, protected_by_a_person, script_error
from trainstop.app.notify import NotifyDeps, Telling, notify
from trainstop.domain.job_actions import Protocol, Subscribed, ToldRecipient


def deps(**changes):
    facts = {
        "alerts": FakeAlerts(),
        "addressed": FakeAlerts(),
        "told": FakeIncidents(),
        "clock": FakeClock(at("04:00:00")),
    }
    return NotifyDeps(**facts | changes)


def told_to(*recipients, **changes):
    incident = job_action_stop()
    decision = incident.decision.model_copy(update={"recipients": recipients} | changes)
    return incident.model_copy(update={"decision": decision})


def recipient(endpoint, protocol=Protocol.EMAIL, subscribed=Subscribed.CONFIRMED):
    return ToldRecipient(protocol=protocol, endpoint=endpoint, subscribed=subscribed)


def test_an_incident_is_told_once():
    world = deps()
    assert notify(script_error(), world).telling is Telling.PUBLISHED
    assert notify(script_error(), world).telling is Telling.ALREADY_TOLD
    assert len(world.alerts.published) == 1


def test_times_are_told_in_the_readers_zone():
    world = deps(zone=ZoneInfo("Europe/Berlin"))
    notify(job_action_stop(), world)
    (publication,) = world.alerts.published
    assert "UTC (05:50 Berlin)" in json.loads(publication.body)["email"]


def test_what_nobody_is_to_be_told_is_not_published():
    world = deps()
    assert notify(protected_by_a_person(), world).telling is Telling.NOT_ORDERED
    assert world.alerts.published == []


def test_a_failed_publish_leaves_the_incident_untold():
    world = deps(alerts=FakeAlerts(failures=1))
    with pytest.raises(ConnectionError):
        notify(script_error(), world)
    assert notify(script_error(), world).telling is Telling.PUBLISHED


def test_declared_addresses_get_one_message_that_is_for_them():
    world = deps()
    notify(told_to(recipient("a@example.com"), recipient("+15550100199", Protocol.SMS)), world)
    (publication,) = world.addressed.published
    kind, to = publication.attributes["trainstop_to"]
    assert (kind, json.loads(to)) == ("String.Array", ["a@example.com", "+15550100199"])


def test_declared_addresses_are_told_even_where_the_policy_tells_nobody():
    world = deps()
    notify(told_to(recipient("a@example.com"), alert=None), world)
    assert (len(world.addressed.published), world.alerts.published) == (1, [])


def test_who_gets_all_alerts_by_that_way_gets_no_second_one():
    covered = recipient("a@example.com", subscribed=Subscribed.COVERED)
    world = deps()
    notify(told_to(covered), world)
    assert world.addressed.published == []
    silent = deps()
    notify(told_to(covered, alert=None), silent)
    assert len(silent.addressed.published) == 1


def test_a_topic_that_was_taken_away_keeps_the_alert_from_nobody_else():
    world = deps(addressed=FakeAlerts(refusal="NotFound: Topic does not exist"))
    notified = notify(told_to(recipient("a@example.com")), world)
    assert (notified.telling, notified.refused) == (Telling.PUBLISHED, "NotFound: Topic does not exist")
    assert len(world.alerts.published) == 1
