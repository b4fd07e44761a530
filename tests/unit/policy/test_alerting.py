"""What clock times in the policy mean at a moment."""

from datetime import UTC, datetime

import pytest

from trainstop.domain.decision import Audience, Channel, Severity
from trainstop.policy.actions import Alert
from trainstop.policy.alerting import Alerting, DigestTime, order_of
from trainstop.policy.hours import next_time, window_end
from trainstop.policy.when import Hours, Weekday

NIGHT = {"from": "22:00", "until": "07:00", "zone": "Europe/Berlin"}


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "now", "end"),
    [
        ("at noon", "2026-11-21 11:00", None),
        ("at its beginning, included", "2026-11-20 21:00", "2026-11-21 06:00"),
        ("before midnight", "2026-11-20 22:30", "2026-11-21 06:00"),
        ("after midnight", "2026-11-21 02:00", "2026-11-21 06:00"),
        ("at its end, not included", "2026-11-21 06:00", None),
        ("clocks are put forward in it", "2026-03-28 22:00", "2026-03-29 05:00"),
        ("clocks are put back in it", "2026-10-24 21:00", "2026-10-25 06:00"),
    ],
)
def test_when_a_night_ends(rule, now, end):
    assert window_end(Hours.model_validate(NIGHT), utc(now)) == (utc(end) if end else None), rule


def test_a_night_belongs_to_the_day_on_which_it_begins():
    friday = Hours.model_validate(NIGHT | {"days": "fri"})
    assert window_end(friday, utc("2026-11-21 02:00")) is not None
    assert window_end(friday, utc("2026-11-22 02:00")) is None


@pytest.mark.parametrize(
    ("days", "now", "then"),
    [
        (tuple(Weekday), "2026-11-21 06:59", "2026-11-21 07:00"),
        (tuple(Weekday), "2026-11-21 07:00", "2026-11-22 07:00"),
        ((Weekday.MON,), "2026-11-21 06:00", "2026-11-23 07:00"),
        ((Weekday.SAT,), "2026-11-21 08:00", "2026-11-28 07:00"),
    ],
)
def test_the_next_digest(days, now, then):
    assert next_time(days, 420, "UTC", utc(now)) == utc(then)


def test_a_digest_goes_by_the_clocks_of_its_zone():
    time = DigestTime.model_validate({"at": "08:00", "zone": "Europe/Berlin"})
    assert time.after(utc("2026-03-28 12:00")) == utc("2026-03-29 06:00"), "summer time has begun"


def order(now="2026-11-20 23:00", severity=Severity.HIGH, **alerting):
    return order_of(Alert(severity=severity), Alerting.model_validate(alerting), utc(now)).delivery


def test_quiet_hours_hold_what_is_less_urgent_until_they_end():
    quiet = {"quiet_hours": {"owner": NIGHT | {"below": "critical"}}}
    assert order(**quiet).quiet_until == {Audience.OWNER: utc("2026-11-21 06:00")}
    assert order(severity=Severity.CRITICAL, **quiet).quiet_until == {}
    assert order("2026-11-21 12:00", **quiet).quiet_until == {}


def test_a_critical_alert_has_no_limit():
    limits = {"limits_per_hour": {"sms": 3}}
    assert order(**limits).per_hour == {Channel.SMS: 3}
    assert order(severity=Severity.CRITICAL, **limits).per_hour == {}


def test_what_is_for_the_digest_waits_for_the_next_daily_one_even_where_none_is_planned():
    alert = Alert(digest=True)
    assert order_of(alert, Alerting(), utc("2026-11-20 23:00")).delivery.digest_at == utc("2026-11-21 07:00")
    none = Alerting.model_validate({"digests": {"daily": None}})
    assert order_of(alert, none, utc("2026-11-20 23:00")).delivery.digest_at == utc("2026-11-21 07:00")
