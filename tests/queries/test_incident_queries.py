"""The queries that read incidents alone, each against the same numbers computed in Python."""

import math
import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from statistics import fmean

import pytest

from tests.queries.lake import TODAY, Lake
from tests.unit.records.made import a_diagnosis, a_job, a_refusal, a_stop, an_incident, at
from tests.unit.render.samples import silenced_and_resolved
from trainstop.domain.category import Category
from trainstop.domain.decision import Action, Decision, Outcome, StopReason
from trainstop.domain.finding import Trigger
from trainstop.domain.signal import Origin

FAILURES = {Trigger.JOB_FAILED, Trigger.RUNTIME_LIMIT, Trigger.WAIT_LIMIT}
CATEGORIES = [Category.USER_CODE, Category.GPU_OUT_OF_MEMORY, Category.CAPACITY]
SILENT = Decision(stop=False, stop_reason=StopReason.NO_RULE_SAYS_STOP, policy_version="3")


def _failure(number: int, dice: random.Random):
    occurred_at = at("2025-12-20 00:00:00") + timedelta(milliseconds=dice.randrange(40 * 86_400_000))
    detected_at = occurred_at + timedelta(milliseconds=dice.randrange(1_000, 400_000))
    told_at = detected_at + timedelta(milliseconds=dice.randrange(100, 60_000)) if dice.random() < 0.8 else None
    category = dice.choice(CATEGORIES)
    tags = dice.choice([{}, {"team": "nlp"}, {"Team": "vision"}, {"TEAM": "o'brien"}])
    cost = None if dice.random() < 0.2 else Decimal(dice.randrange(1, 100_000)).scaleb(-2)
    seconds = None if cost is None else dice.randrange(60, 90_000)
    return an_incident(
        f"job-{number}",
        dice.choice([*sorted(FAILURES), Trigger.JOB_STOPPED]),
        occurred_at=occurred_at,
        detected_at=detected_at,
        told_at=told_at,
        origin=dice.choice([Origin.EVENT, Origin.SWEEP]),
        job=a_job(f"job-{number}", tags=tags, cost_usd=cost, billable_instance_seconds=seconds),
        diagnosis=a_diagnosis(category, signature=dice.choice([None, f"{category}-1", f"{category}-2"])),
    )


_DICE = random.Random(20260115)  # noqa: S311 - made data, not a secret
RANDOM = [_failure(number, _DICE) for number in range(120)]
RULES = [
    # The same job as a failure above: it must not be paid for twice.
    a_stop(
        "job-1",
        job=a_job("job-1", cost_usd=Decimal("0.01"), tags=RANDOM[1].job.tags),
        occurred_at=at("2026-01-10 01:00:00"),
    ),
    a_stop("stopped-1", job=a_job("stopped-1", cost_usd=Decimal("500.00"), tags={"team": "nlp"})),
    a_stop(
        "held-1",
        decision=SILENT.model_copy(update={"stop_reason": StopReason.DRY_RUN, "stop_rule": "debugger-rules"}),
        outcome=Outcome(action=Action.STOP_HELD),
        occurred_at=at("2026-01-16 12:00:00"),
    ),
    an_incident("profiled-1", Trigger.PROFILER_RULE, "LowGPUUtilization", decision=SILENT),
    a_refusal(),
]
MADE = [*RANDOM, *RULES]
DRILLS = [
    incident.model_copy(update={"drill": True, "incident_id": f"{number:020x}"}) for number, incident in enumerate(MADE)
]
"""They are in no answer, though they look like the others."""


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    made = Lake(tmp_path_factory.mktemp("lake"), [*MADE, *DRILLS], [])
    yield made
    made.close()


def _recent(days: int):
    first = TODAY - timedelta(days=days)
    return [incident for incident in MADE if incident.occurred_at.date() >= first]


def _cost(jobs):
    known = [float(job.cost_usd) for job in jobs if job.cost_usd is not None]
    return round(math.fsum(known), 2) if known else None


def _nearest_rank(values, percent):
    return sorted(values)[math.ceil(percent * len(values) / 100) - 1]


def test_failures_by_category_and_week(lake):
    by_week = defaultdict(list)
    for incident in _recent(90):
        if incident.trigger in FAILURES:
            day = incident.occurred_at.date()
            by_week[day - timedelta(days=day.weekday()), incident.diagnosis.category].append(incident.job)
    of_week = defaultdict(int)
    for (week, _), jobs in by_week.items():
        of_week[week] += len(jobs)
    rows = lake.run("failures_by_category_and_week")
    assert {
        (row["week"], row["category"]): (row["jobs"], row["cost_usd"], row["jobs_without_cost"]) for row in rows
    } == {
        key: (len(jobs), pytest.approx(_cost(jobs)), sum(job.cost_usd is None for job in jobs))
        for key, jobs in by_week.items()
    }
    assert all(
        row["percent_of_week"] == pytest.approx(100 * row["jobs"] / of_week[row["week"]], abs=0.051) for row in rows
    )
    assert rows == sorted(rows, key=lambda row: (-row["week"].toordinal(), -row["jobs"], row["category"]))


def test_money_lost_by_team_counts_a_job_once_and_no_stop_that_a_person_asked_for(lake):
    teams = defaultdict(dict)
    for incident in _recent(30):
        stopped_by_rule = incident.trigger.is_rule and incident.outcome.action is Action.STOPPED
        if incident.trigger in FAILURES or stopped_by_rule:
            tags = {key.lower(): value for key, value in incident.job.tags.items()}
            jobs = teams[tags.get("team", "(no team)")]
            dearer = max([incident.job, jobs.get(incident.job.name, incident.job)], key=lambda job: job.cost_usd or 0)
            jobs[incident.job.name] = dearer
    rows = lake.run("money_lost_by_team")
    assert {row["team"]: (row["jobs"], row["cost_usd"], row["jobs_without_cost"]) for row in rows} == {
        team: (len(jobs), pytest.approx(_cost(jobs.values())), sum(job.cost_usd is None for job in jobs.values()))
        for team, jobs in teams.items()
    }
    assert {"nlp", "vision", "o'brien", "(no team)"} == {row["team"] for row in rows}
    nlp = next(row for row in rows if row["team"] == "nlp")
    dearest = max(teams["nlp"].values(), key=lambda job: job.cost_usd or 0)
    assert (nlp["dearest_job"], nlp["dearest_job_cost_usd"]) == (dearest.name, float(dearest.cost_usd))


def test_billable_hours_are_seconds_of_all_instances_over_3600(tmp_path):
    jobs = [
        a_job(name, tags={}, billable_instance_seconds=seconds)
        for name, seconds in {"a": 5400, "b": None, "c": 900}.items()
    ]
    lake = Lake(tmp_path, [an_incident(job.name, job=job) for job in jobs], [])
    assert lake.run("money_lost_by_team")[0]["billable_instance_hours"] == 1.75
    lake.close()


def test_time_to_alert(lake):
    groups = defaultdict(list)
    for incident in _recent(30):
        if incident.decision.alert:
            groups[incident.trigger, incident.origin].append(incident)
    rows = {(row["trigger"], row["origin"]): row for row in lake.run("time_to_alert")}
    assert rows.keys() == groups.keys()
    for key, incidents in groups.items():
        told = [incident for incident in incidents if incident.told_at]
        seconds = [(incident.told_at - incident.occurred_at).total_seconds() for incident in told]
        row = rows[key]
        assert (row["incidents"], row["told"]) == (len(incidents), len(told))
        if told:
            detect = [(incident.detected_at - incident.occurred_at).total_seconds() for incident in told]
            assert row["mean_seconds_to_detect"] == pytest.approx(fmean(detect), abs=0.001)
            assert row["mean_seconds_to_alert"] == pytest.approx(fmean(seconds), abs=0.001)
            assert row["p50_seconds_to_alert"] == _nearest_rank(seconds, 50)
            assert row["p95_seconds_to_alert"] == _nearest_rank(seconds, 95)
            assert row["max_seconds_to_alert"] == max(seconds)


def test_an_alert_that_nobody_got_has_no_seconds(lake):
    row = next(row for row in lake.run("time_to_alert") if row["trigger"] == "refused_submission")
    assert (row["incidents"], row["told"], row["p95_seconds_to_alert"], row["mean_seconds_to_detect"]) == (
        1,
        0,
        None,
        None,
    )


def test_top_signatures(lake):
    causes = defaultdict(list)
    for incident in _recent(30):
        if incident.trigger in FAILURES:
            causes[incident.diagnosis.signature or "(none)", incident.diagnosis.category].append(incident)
    wanted = {key: incidents for key, incidents in causes.items() if len(incidents) >= 5}
    rows = lake.run("top_signatures", at_least="5")
    assert 0 < len(wanted) < len(causes)
    assert {(row["signature"], row["category"]): (row["jobs"], row["cost_usd"], row["last_job"]) for row in rows} == {
        key: (
            len(incidents),
            pytest.approx(_cost([incident.job for incident in incidents])),
            max(incidents, key=lambda incident: incident.occurred_at).job.name,
        )
        for key, incidents in wanted.items()
    }
    assert [row["jobs"] for row in rows] == sorted((row["jobs"] for row in rows), reverse=True)


def test_who_silenced_acknowledged_and_resolved_is_told(tmp_path):
    handled = silenced_and_resolved()
    lake = Lake(tmp_path, [handled, an_incident()], [])
    (row,) = lake.run("who_handled", since="2026-09-01", until="2026-09-30")
    lake.close()
    assert (row["silence_id"], row["silence_reason"][:21]) == ("s-12", "the p4d reservation i")
    assert (row["acknowledged_by"][-4:], row["resolved_by"][-4:], row["notes"]) == ("dora", "dora", 4)
    assert row["minutes_to_acknowledge"] == pytest.approx(7.4667, abs=1e-3)
    assert row["resolution"] == "the reservation began"
    assert row["incident_id"] == handled.incident_id


def test_a_silenced_alert_does_not_count_as_one_that_is_late(tmp_path):
    lake = Lake(tmp_path, [silenced_and_resolved()], [])
    assert lake.run("time_to_alert", since="2026-09-01", until="2026-09-30") == []
    lake.close()


def test_stops_show_what_was_done_what_was_held_and_how_fast(lake):
    rows = lake.run("stops_by_trainstop", since="2026-01-15", until="2026-01-16")
    fields = ("job_name", "action", "stop_reason", "stop_rule", "seconds_to_detect", "seconds_to_stop", "rule_step")
    assert [tuple(row[field] for field in fields) for row in rows] == [
        ("held-1", "stop_held", "dry_run", "debugger-rules", -86396.0, None, 500),
        ("stopped-1", "stopped", "rule_says_stop", "debugger-rules", 3.5, 4.75, 500),
    ]


def test_the_incidents_of_one_job_in_time_order(lake):
    mine = [incident for incident in MADE if incident.job.name == "job-1"]
    rows = lake.run("incidents_of_job", job="job-1")
    assert [row["incident_id"] for row in rows] == [
        incident.incident_id for incident in sorted(mine, key=lambda incident: incident.occurred_at)
    ]
    assert len(rows) == 2


def test_the_span_is_by_day_with_both_ends(lake):
    days = {incident.occurred_at.date() for incident in MADE if incident.job.name == "stopped-1"}
    assert days == {date(2026, 1, 15)}
    found = {
        day: len(lake.run("incidents_of_job", job="stopped-1", since=day, until=day))
        for day in ("2026-01-14", "2026-01-15", "2026-01-16")
    }
    assert found == {"2026-01-14": 0, "2026-01-15": 1, "2026-01-16": 0}


def test_a_row_of_before_there_were_drills_is_no_drill(tmp_path):
    older = Lake(tmp_path, [an_incident("bert-1")], [], without={"drill"})
    assert len(older.run("incidents_of_job", job="bert-1")) == 1
    older.close()
