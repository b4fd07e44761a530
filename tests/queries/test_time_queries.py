"""How fast trainstop detects and stops, and how long stalled jobs ran on."""

import re
from collections import Counter
from statistics import fmean

import pytest

from tests.queries.lake import Lake, a_query
from tests.queries.made_archive import ALARMS, RULES, as_sql, by_job, grouped, nearest_rank, recent, total
from tests.unit.records.made import a_job, a_stop, an_incident, at
from trainstop.classify.debugger_rules import rule_meanings
from trainstop.domain.decision import Action
from trainstop.domain.finding import Trigger
from trainstop.domain.signal import Origin

STALLS = {name for name, title in RULES.items() if name != "Overfit" and title}


def _seconds(incident, moment):
    return (moment - incident.occurred_at).total_seconds()


def _check(rows, groups, count, what):
    assert {(row["trigger"], row["origin"]) for row in rows} == groups.keys()
    for row in rows:
        seconds = groups[row["trigger"], row["origin"]]
        ranks = {f"p{p}_seconds_to_{what}": nearest_rank(seconds, p) for p in (50, 90, 95, 99)}
        assert row == {
            "trigger": row["trigger"],
            "origin": row["origin"],
            count: len(seconds),
            f"mean_seconds_to_{what}": pytest.approx(fmean(seconds), abs=0.0006),
            **ranks,
            f"max_seconds_to_{what}": max(seconds),
        }
    assert [row[count] for row in rows] == sorted((row[count] for row in rows), reverse=True)


def _by_origin(incidents, moment):
    groups = grouped(incidents, lambda each: (each.trigger.value, each.origin.value))
    return {key: [_seconds(each, moment(each)) for each in mine] for key, mine in groups.items()}


def test_time_to_detect_has_exact_percentiles_and_no_backfilled_incident(made_lake):
    noticed = [incident for incident in recent(30) if incident.origin is not Origin.BACKFILL]
    rows = made_lake.run("time_to_detect")
    _check(rows, _by_origin(noticed, lambda each: each.detected_at), "incidents", "detect")
    assert any(len({value for name, value in row.items() if re.match(r"p\d", name)}) == 4 for row in rows)


def test_time_to_stop_is_that_of_stops_that_sagemaker_took(made_lake):
    stopped = [incident for incident in recent(30) if incident.outcome.action is Action.STOPPED]
    rows = made_lake.run("time_to_stop")
    _check(rows, _by_origin(stopped, lambda each: each.outcome.acted_at), "stops", "stop")


def _is_stall(incident):
    if incident.trigger is Trigger.ALARM:
        return incident.subject in {"idle-gpu", "Training-HANGS"}
    return incident.trigger.is_rule and incident.subject in STALLS


def _stalled(incidents):
    """What the query is to say of a job, None for one that did not stall."""
    first = next((each for each in incidents if _is_stall(each)), None)
    if first is None:
        return None
    stopped = min((each.outcome.acted_at for each in incidents if each.outcome.action is Action.STOPPED), default=None)
    ended = max((each.job.ended_at for each in incidents if each.job.ended_at), default=None)
    end = ended or stopped
    hours = end and max(0, (end - first.occurred_at).total_seconds()) / 3600
    price = first.job.usd_per_hour
    usd = hours * float(price) if end and price is not None else None
    by = "stop by trainstop" if stopped else "end of the job" if ended else "unknown"
    return {"first": first, "end": end, "by": by, "hours": hours, "usd": usd, "team": first.job.team or "(no team)"}


def test_stalled_hours_go_from_the_first_finding_to_the_end_or_the_stop(made_lake):
    jobs = {arn: found for arn, mine in by_job(recent(30)).items() if (found := _stalled(mine))}
    rows = made_lake.run("stalled_hours")
    teams = grouped(jobs.values(), lambda job: job["team"])
    wanted = {job["first"].job.name: job for job in jobs.values()}
    assert Counter(row["job_name"] for row in rows) == Counter(wanted.keys())
    for row in rows:
        job = wanted[row["job_name"]]
        mine = teams[job["team"]]
        assert row == {
            "job_name": row["job_name"],
            "team": job["team"],
            "owner": job["first"].job.owner or None,
            "found_by": job["first"].subject,
            "found_at": as_sql(job["first"].occurred_at),
            "ended_at": job["end"] and as_sql(job["end"]),
            "ended_by": job["by"],
            "stalled_hours": _approx(job["hours"]),
            "stalled_usd": _approx(job["usd"]),
            "team_stalled_hours": _approx(total(each["hours"] for each in mine)),
            "team_stalled_usd": _approx(total(each["usd"] for each in mine)),
        }
    assert {row["ended_by"] for row in rows} == {"stop by trainstop", "end of the job", "unknown"}
    assert 0.0 in {row["stalled_hours"] for row in rows}


def _approx(value):
    return None if value is None else pytest.approx(value, abs=0.0051)


def test_a_stall_of_two_hours_at_ten_dollars_cost_twenty(tmp_path):
    job = a_job("gpt-1", usd_per_hour="10", ended_at=None)
    title = rule_meanings()["StalledTrainingRule"].title
    stall = a_stop("gpt-1", "MyStall", job=job, occurred_at=at("2026-01-15 10:00:00"))
    stall = stall.model_copy(
        update={
            "diagnosis": stall.diagnosis.model_copy(update={"title": title}),
            "outcome": stall.outcome.model_copy(update={"acted_at": at("2026-01-15 12:00:00")}),
        }
    )
    lake = Lake(tmp_path, [stall, an_incident("other-1")], [])
    [row] = lake.run("stalled_hours")
    lake.close()
    assert (row["found_by"], row["stalled_hours"], row["stalled_usd"]) == ("MyStall", 2.0, 20.0)


def test_the_titles_of_stalls_are_those_of_the_rules():
    sql = a_query("stalled_hours").sql
    titles = {title for title in (meaning.title for meaning in rule_meanings().values()) if f"'{title}'" in sql}
    assert titles == {title for name, title in RULES.items() if name in STALLS}
    assert sql.count("title IN (") == 1
    assert len(re.findall(r"'[A-Z][^']+'", sql)) == len(titles)
    assert len(ALARMS) == 3
