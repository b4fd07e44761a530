"""When many jobs are one alert."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.render.samples import a_job, at
from tests.unit.telling import PIPELINE, TUNING, incident
from trainstop.domain.category import Actor, Category
from trainstop.domain.decision import Action, Audience, Outcome, Severity
from trainstop.domain.finding import Trigger
from trainstop.domain.group import (
    LISTED_FAULTS,
    LISTED_MEMBERS,
    Sameness,
    Telling,
    claimed,
    due_at,
    group_key,
    is_past,
    joined,
    told,
    wanted,
)

NOW = at("02:10:00")


def key(made, audience=Audience.PLATFORM):
    return group_key(made, audience)


def group_of(count, now=NOW, **changes):
    group = None
    for number in range(count):
        made = incident(number, **changes)
        group = joined(group, made, key(made), now=now, window_seconds=900)
    return group


@pytest.mark.parametrize(
    ("rule", "one", "other", "same"),
    [
        ("one fault in two jobs", {}, {}, True),
        ("two faults", {}, {"diagnosis": {"fingerprint": "f" * 16}}, False),
        ("a failure and a rule that fired", {}, {"trigger": Trigger.DEBUGGER_RULE}, False),
        ("two rules", {"trigger": Trigger.ALARM, "subject": "a"}, {"trigger": Trigger.ALARM, "subject": "b"}, False),
        ("without a window", {"window_seconds": 0}, {"window_seconds": 0}, False),
        ("without a fingerprint", {"diagnosis": {"fingerprint": ""}}, {"diagnosis": {"fingerprint": ""}}, False),
        ("a stop that failed", *[{"outcome": Outcome(action=Action.STOP_FAILED)}] * 2, False),
        ("a breaker", *[{"trigger": Trigger.BREAKER}] * 2, False),
        ("two causes that are unknown", *[{"diagnosis": {"category": Category.UNKNOWN}}] * 2, False),
        (
            "different faults of one tuning job",
            {"job": a_job("a", tuning_job_arn=TUNING)},
            {"job": a_job("b", tuning_job_arn=TUNING), "diagnosis": {"fingerprint": "f" * 16}},
            True,
        ),
        (
            "one pipeline execution",
            {"job": a_job("a", tags=PIPELINE)},
            {"job": a_job("b", tags=PIPELINE), "diagnosis": {"fingerprint": "f" * 16}},
            True,
        ),
        (
            "one cause in two tuning jobs",
            {"job": a_job("a", tuning_job_arn=TUNING), "diagnosis": {"actor": Actor.AWS}},
            {"job": a_job("b", tuning_job_arn=f"{TUNING}-b"), "diagnosis": {"actor": Actor.AWS}},
            True,
        ),
        (
            "capacity of two instance types",
            {"diagnosis": {"category": Category.CAPACITY, "actor": Actor.AWS}},
            {
                "job": a_job("b", instance_type="ml.p5.48xlarge"),
                "diagnosis": {"category": Category.CAPACITY, "actor": Actor.AWS},
            },
            False,
        ),
    ],
)
def test_what_belongs_together(rule, one, other, same):
    first, second = incident(1, **one), incident(2, **other)
    assert (key(first).digest == key(second).digest) is same, rule


def test_owners_and_teams_have_groups_of_their_own():
    alice, bob = (
        incident(number, job=a_job(f"j{number}", tags={"owner": name})) for number, name in enumerate(("alice", "bob"))
    )
    assert key(alice, Audience.OWNER).name == "alice"
    assert key(alice, Audience.OWNER).digest != key(bob, Audience.OWNER).digest
    assert key(alice).digest == key(bob).digest


def test_children_are_named_by_their_parent():
    made = incident(job=a_job("a", tags=PIPELINE))
    assert key(made).sameness is Sameness.PARENT
    assert key(made).about == "pipeline nightly, execution e7"


def test_a_group_is_told_at_its_first_job_and_each_time_it_has_grown_tenfold():
    group, tellings = None, []
    for number in range(1000):
        made = incident(number)
        group = joined(group, made, key(made), now=NOW, window_seconds=900)
        telling = wanted(group, NOW)
        if telling is not Telling.NOTHING:
            tellings.append((group.count, telling))
            group = told(group, telling, group, "subject")
    assert tellings == [
        (1, Telling.FIRST),
        (10, Telling.ESCALATION),
        (100, Telling.ESCALATION),
        (1000, Telling.ESCALATION),
    ]


def test_a_worse_one_escalates_and_an_acknowledged_group_does_not_by_growth():
    group = told(group_of(1), Telling.FIRST, group_of(1), "s")
    worse = incident(2, severity=Severity.CRITICAL)
    assert wanted(joined(group, worse, key(worse), now=NOW, window_seconds=900), NOW) is Telling.ESCALATION
    seen_to = group.model_copy(update={"acknowledged": True, "count": 10})
    assert wanted(seen_to, NOW) is Telling.NOTHING


def test_its_end_is_told_once_and_what_comes_after_is_new():
    two = told(group_of(2), Telling.FIRST, group_of(1), "s")
    later = NOW + timedelta(seconds=901)
    assert (wanted(two, NOW), wanted(two, later)) == (Telling.NOTHING, Telling.ENDED)
    over = told(two, Telling.ENDED, two, "s")
    assert (wanted(over, later), due_at(over, later)) == (Telling.NOTHING, None)
    made = incident(3)
    assert joined(over, made, key(made), now=later, window_seconds=900).count == 1


def test_one_job_alone_has_no_end_to_tell():
    one = told(group_of(1), Telling.FIRST, group_of(1), "s")
    later = NOW + timedelta(seconds=901)
    assert (wanted(one, later), due_at(one, later)) == (Telling.NOTHING, None)


def test_one_worker_tells_until_its_time_is_up():
    group = claimed(group_of(1), "a", NOW)
    assert claimed(group, "b", NOW + timedelta(seconds=59)) is None
    assert claimed(group, "a", NOW + timedelta(seconds=59)).teller == "a"
    assert claimed(group, "b", NOW + timedelta(seconds=61)).teller == "b"
    assert due_at(group, NOW) == NOW + timedelta(seconds=60), "then the follow-up takes it"


def test_what_joins_while_a_group_is_told_is_not_taken_for_told():
    shown = group_of(1)
    assert told(group_of(15), Telling.FIRST, shown, "s").told_count == 1


ARRIVALS = st.tuples(st.sampled_from(["a", "b", "c", "d", "e", "f", "g"]), st.integers(0, 2000), st.booleans())


def tell(group, now):
    return told(group, wanted(group, now), group, "s")


def test_an_end_that_nobody_told_is_not_lost_and_keeps_nothing_new_waiting():
    two, later = told(group_of(2), Telling.FIRST, group_of(1), "s"), NOW + timedelta(seconds=901)
    made = incident(3)
    three = joined(two, made, key(made), now=later, window_seconds=900)
    assert (three.count, wanted(three, later)) == (3, Telling.FIRST)
    three = tell(three, later)
    assert wanted(three, later) is Telling.NOTHING
    assert wanted(three, later + timedelta(seconds=901)) is Telling.ENDED


def test_who_joins_while_the_end_is_told_is_told_next():
    two, later = told(group_of(2), Telling.FIRST, group_of(1), "s"), NOW + timedelta(seconds=901)
    made = incident(3)
    three = told(joined(two, made, key(made), now=later, window_seconds=900), Telling.ENDED, two, "s")
    assert (three.count, three.over, wanted(three, later)) == (3, False, Telling.FIRST)


def test_a_first_alert_that_nobody_told_in_time_is_told_with_what_comes_next():
    made, later = incident(2), NOW + timedelta(seconds=901)
    both = joined(group_of(1), made, key(made), now=later, window_seconds=900)
    assert (both.count, wanted(both, later)) == (2, Telling.FIRST)


def test_what_is_told_of_a_group_is_not_noted_on_the_one_that_took_its_place():
    newer = group_of(1, now=NOW + timedelta(seconds=1))
    assert told(newer, Telling.ENDED, group_of(1), "s") is None


@given(st.lists(ARRIVALS, max_size=60))
def test_a_group_stays_small_and_counts_everything_that_came_in_its_time(arrivals):
    group, now, counted = None, NOW, 0
    for number, (title, wait_seconds, is_told) in enumerate(arrivals):
        now += timedelta(seconds=wait_seconds)
        if group and is_told and wanted(group, now) is not Telling.NOTHING:
            group = tell(group, now)
        made = incident(number, diagnosis={"title": title})
        counted = 1 if group is None or is_past(group, now) else counted + 1
        group = joined(group, made, key(made), now=now, window_seconds=900)
        assert group.count == counted
        assert len(group.members) <= LISTED_MEMBERS
        assert len(group.faults) <= LISTED_FAULTS
        assert sum(group.actions.values()) == group.count
        assert group.newest.incident_id == made.incident_id
