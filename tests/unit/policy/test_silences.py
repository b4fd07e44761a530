"""What a silence keeps untold, and when."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tests.unit.policy.policies import whens
from tests.unit.records.made import a_diagnosis, a_job, an_incident, at
from trainstop.domain.category import Category
from trainstop.domain.decision import Severity
from trainstop.domain.finding import Trigger
from trainstop.domain.silence import SilenceKind
from trainstop.policy.match import matches, within
from trainstop.policy.replay import case_of_incident
from trainstop.policy.silences import (
    Silence,
    SilenceState,
    covers,
    described,
    matches_everything,
    silencing,
    state_of,
    weekly_words,
)
from trainstop.policy.when import Hours, Weekday, When

CAROL = "arn:aws:sts::111122223333:assumed-role/ml-engineer/carol"
BERLIN = ZoneInfo("Europe/Berlin")
NOW = at("2026-01-15 12:00:00")
NIGHT = {"from": "22:00", "until": "06:00", "zone": "Europe/Berlin"}


def a_silence(**changes):
    facts = {
        "silence_id": "s-1",
        "when": {"job": "bert-*"},
        "starts_at": NOW - timedelta(hours=1),
        "until": NOW + timedelta(hours=1),
        "author": CAROL,
        "reason": "we know",
        "created_at": NOW - timedelta(hours=1),
    }
    return Silence.model_validate(facts | changes)


hours = st.builds(
    lambda days, start, length, zone: Hours.model_validate(
        {"days": days, "from": start, "until": (start + length) % 1440, "zone": zone}
    ),
    st.lists(st.sampled_from(Weekday), min_size=1, unique=True),
    st.integers(0, 1439),
    st.integers(1, 1439),
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/Los_Angeles"]),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds
silences = st.builds(
    lambda start, length, weekly, when, critical: a_silence(
        starts_at=start,
        created_at=start,
        until=start + length,
        weekly=weekly,
        when=when,
        including_critical=critical,
    ),
    moments,
    st.timedeltas(timedelta(seconds=1), timedelta(days=90)),
    st.none() | hours,
    whens,
    st.booleans(),
)


@given(silences, moments)
def test_a_silence_is_active_only_between_its_start_and_its_end(silence, moment):
    state = state_of(silence, moment)
    if state is SilenceState.ACTIVE:
        assert silence.starts_at <= moment < silence.until
        assert silence.weekly is None or within(silence.weekly, moment)
    assert (state is SilenceState.OVER) == (moment >= silence.until)


@given(silences, moments)
def test_a_silence_that_a_person_ended_is_never_active(silence, moment):
    ended = silence.model_copy(update={"ended_at": silence.starts_at, "ended_by": CAROL, "end_reason": "done"})
    assert state_of(ended, moment) is SilenceState.OVER


@given(hours, moments)
def test_a_moment_is_in_a_window_in_whatever_zone_it_is_told(weekly, moment):
    assert within(weekly, moment) == within(weekly, moment.astimezone(ZoneInfo("Asia/Tokyo")))


@given(st.lists(silences, max_size=3))
def test_a_silence_survives_being_kept(kept):
    form = TypeAdapter(tuple[Silence, ...])
    dumped = [each.model_dump(mode="json", by_alias=True, exclude_defaults=True) for each in kept]
    assert form.validate_python(dumped) == tuple(kept)


@given(silences, st.sampled_from(Trigger), st.sampled_from(Severity), st.sampled_from(["bert-1", "vision-1", ""]))
def test_a_silence_covers_what_a_policy_rule_with_its_matcher_would(silence, trigger, severity, name):
    incident = an_incident(trigger=trigger, severity=severity, job=a_job(name))
    exempt = severity is Severity.CRITICAL or trigger in {Trigger.BREAKER, Trigger.OPERATOR}
    in_week = silence.weekly is None or within(silence.weekly, incident.detected_at)
    expected = matches(silence.when, case_of_incident(incident)) and in_week
    assert covers(silence, incident) == (expected and (silence.including_critical or not exempt))


def berlin(*parts, fold=0):
    return datetime(*parts, tzinfo=BERLIN, fold=fold)


def active_minutes(silence, start, end):
    moment, count = start.astimezone(UTC), 0
    while moment < end.astimezone(UTC):
        count += state_of(silence, moment) is SilenceState.ACTIVE
        moment += timedelta(minutes=1)
    return count


@pytest.mark.parametrize(
    ("night", "length"),
    [
        ("an ordinary night has 8 hours", (berlin(2026, 3, 21, 12), 8)),
        ("the night in which clocks are put forward has 7", (berlin(2026, 3, 28, 12), 7)),
        ("the night in which clocks are put back has 9", (berlin(2026, 10, 24, 12), 9)),
    ],
)
def test_a_weekly_window_goes_by_the_clock_on_the_wall(night, length):
    start, wall_hours = length
    silence = a_silence(
        weekly={"days": "sat", **NIGHT},
        starts_at=start,
        created_at=start,
        until=start.astimezone(UTC) + timedelta(days=2),
    )
    assert active_minutes(silence, start, start + timedelta(days=1)) == wall_hours * 60, night


def test_an_hour_that_comes_twice_is_silenced_twice_and_one_that_is_left_out_never():
    hour = {"days": "sun", "from": "02:00", "until": "03:00", "zone": "Europe/Berlin"}
    autumn, spring = berlin(2026, 10, 25), berlin(2026, 3, 29)
    twice, never = (
        a_silence(weekly=hour, starts_at=day, created_at=day, until=day + timedelta(days=2)) for day in (autumn, spring)
    )
    assert state_of(twice, berlin(2026, 10, 25, 2, 30)) is SilenceState.ACTIVE
    assert state_of(twice, berlin(2026, 10, 25, 2, 30, fold=1)) is SilenceState.ACTIVE
    assert active_minutes(never, spring, spring + timedelta(days=1)) == 0


def test_a_night_goes_on_into_the_morning_after_its_day():
    silence = a_silence(weekly={"days": ["sat"], **NIGHT}, until=NOW + timedelta(days=30))
    assert state_of(silence, berlin(2026, 1, 18, 5, 59)) is SilenceState.ACTIVE
    assert state_of(silence, berlin(2026, 1, 18, 6, 0)) is SilenceState.WAITING
    assert state_of(silence, berlin(2026, 1, 17, 5, 0)) is SilenceState.WAITING


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, SilenceKind.SILENCE),
        ({"weekly": NIGHT}, SilenceKind.MAINTENANCE),
        ({"starts_at": NOW}, SilenceKind.MAINTENANCE),
    ],
)
def test_what_begins_later_or_comes_back_is_maintenance(changes, kind):
    assert a_silence(**changes).kind is kind


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"until": NOW + timedelta(days=91)}, "lasts 90 days at most"),
        ({"starts_at": NOW + timedelta(days=91), "until": NOW + timedelta(days=92)}, "begins within 90 days"),
        ({"until": NOW - timedelta(hours=1)}, "ends after it begins"),
        ({"created_at": NOW + timedelta(hours=2)}, "not in the past"),
        ({"reason": ""}, "at least 1 character"),
        ({"until": datetime(2026, 1, 15, 13)}, "timezone info"),  # noqa: DTZ001 - what must be refused
        ({"when": {"time": NIGHT}}, "goes under weekly"),
        ({"when": {"jobs": "x"}}, "Extra inputs"),
    ],
)
def test_a_silence_that_cannot_be_right_is_refused(changes, said):
    with pytest.raises(ValidationError, match=said):
        a_silence(**changes)


def test_of_several_silences_the_one_that_lasts_longest_is_named():
    short, long = a_silence(), a_silence(silence_id="s-2", until=NOW + timedelta(hours=5))
    assert silencing(an_incident(), [short, long, short]).silence_id == "s-2"
    assert silencing(an_incident("vision-1"), [short, long]) is None


def test_every_instance_type_of_a_job_counts():
    silence = a_silence(when={"instance_type": "ml.m5.*"})
    mixed = a_job(instances="1 x ml.g5.2xlarge, 2 x ml.m5.large", instance_type=None)
    assert covers(silence, an_incident(job=mixed))
    assert not covers(silence, an_incident())


def test_a_tag_that_could_not_be_read_matches_no_silence():
    assert not covers(a_silence(when={"tags": {"team": "*"}}), an_incident(job=a_job(tags={})))


@pytest.mark.parametrize("when", [{}, {"job": "*"}, {"job": ["x-*", "**"], "rule": "*"}])
def test_a_matcher_that_nothing_escapes_is_known(when):
    assert matches_everything(When.model_validate(when))
    everything = a_silence(when=when)
    for trigger in set(Trigger) - {Trigger.BREAKER, Trigger.OPERATOR}:
        assert covers(everything, an_incident(trigger=trigger, job=a_job("")))


@pytest.mark.parametrize("when", [{"job": "demo-*"}, {"category": "capacity", "job": "*"}, {"instance_type": "*"}])
def test_a_matcher_that_something_escapes_is_not_taken_for_everything(when):
    assert not matches_everything(When.model_validate(when))


def test_a_matcher_is_told_in_words():
    when = When(job=("demo-*", "x-1"), category=(Category.CAPACITY,), tags={"team": "nlp"}, pipeline=True, spot=False)
    expected = "category capacity, job demo-* or x-1, tags team=nlp, spot no, pipeline yes"
    assert described(when) == expected
    assert described(When()) == "everything"
    assert weekly_words(a_silence(weekly={"days": ["sat", "sun"], **NIGHT}).weekly) == (
        "sat,sun 22:00-06:00 Europe/Berlin"
    )


def test_a_category_is_matched_as_in_the_policy():
    silence = a_silence(when={"category": ["capacity", "quota"]})
    assert covers(silence, an_incident(diagnosis=a_diagnosis(Category.QUOTA)))
    assert not covers(silence, an_incident(diagnosis=a_diagnosis(Category.USER_CODE)))
