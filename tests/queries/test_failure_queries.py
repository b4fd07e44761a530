"""Failures by team, image and instance type, faults, and spot: each against the same numbers computed in Python."""

from collections import Counter

import pytest

from tests.queries.lake import Lake
from tests.queries.made_archive import FAILURES, as_sql, by_job, grouped, highest_cost, monday, recent, total
from tests.unit.records.made import a_diagnosis, a_job, an_incident, at
from trainstop.domain.category import Category
from trainstop.domain.finding import Trigger

GROUPS = {
    "failures_by_team": ("team", lambda job: job.team or "(no team)"),
    "failures_by_image": ("image", lambda job: job.image or "(unknown)"),
    "failures_by_instance_type": ("instance_type", lambda job: job.instance_type or "(several or unknown)"),
}


def _failures(days):
    return [incident for incident in recent(days) if incident.trigger in FAILURES]


def _approx(value, digits=2):
    return None if value is None else pytest.approx(value, abs=0.51 * 10**-digits)


@pytest.mark.parametrize("name", GROUPS)
def test_failed_jobs_are_counted_once_with_their_share_cost_and_commonest_category(made_lake, name):
    column, of = GROUPS[name]
    everything, rows = _failures(30), made_lake.run(name)
    groups = grouped(everything, lambda incident: of(incident.job))
    assert {row[column] for row in rows} == groups.keys()
    for row in rows:
        mine = groups[row[column]]
        categories = Counter(incident.diagnosis.category.value for incident in mine)
        commonest = min(categories, key=lambda category: (-categories[category], category))
        assert row == {
            column: row[column],
            "jobs": len(mine),
            "percent": _approx(100 * len(mine) / len(everything), 1),
            "cost_usd": _approx(total(highest_cost([each]) for each in mine)),
            "jobs_without_cost": sum(each.job.cost_usd is None for each in mine),
            "top_category": commonest,
            "top_category_jobs": categories[commonest],
            "last_at": as_sql(max(each.occurred_at for each in mine)),
        }
    assert rows == sorted(rows, key=lambda row: (-row["jobs"], row[column]))


def test_a_job_with_two_failures_counts_once_with_the_dearer_one(tmp_path):
    made = [
        an_incident("bert-1", job=a_job(cost_usd="2.00")),
        an_incident("bert-1", Trigger.RUNTIME_LIMIT, job=a_job(cost_usd="3.00"), occurred_at=at("2026-01-15 13:00:00")),
    ]
    lake = Lake(tmp_path, made, [])
    [row] = lake.run("failures_by_team")
    lake.close()
    assert (row["team"], row["jobs"], row["percent"], row["cost_usd"]) == ("nlp", 1, 100.0, 3.0)


@pytest.mark.parametrize("name", GROUPS)
def test_of_two_categories_as_common_the_first_by_name_is_shown(tmp_path, name):
    categories = [Category.USER_CODE, Category.CAPACITY, Category.IMAGE]
    made = [an_incident(f"job-{each}", diagnosis=a_diagnosis(each)) for each in categories]
    lake = Lake(tmp_path, made, [])
    [row] = lake.run(name)
    lake.close()
    assert (row["top_category"], row["top_category_jobs"], row["jobs"]) == ("capacity", 1, 3)


def test_top_fingerprints(made_lake):
    faults = grouped(
        [incident for incident in _failures(365) if incident.diagnosis.fingerprint],
        lambda incident: incident.diagnosis.fingerprint,
    )
    wanted = {key: mine for key, mine in faults.items() if len(mine) >= 8}
    rows = made_lake.run("top_fingerprints", at_least="8")
    assert 0 < len(rows) < len(faults)
    assert {row["fingerprint"] for row in rows} == wanted.keys()
    for row in rows:
        mine = wanted[row["fingerprint"]]
        told = max(filter(None, (each.handling.resolved for each in mine)), key=lambda entry: entry.at, default=None)
        assert row == {
            "fingerprint": row["fingerprint"],
            "category": mine[-1].diagnosis.category.value,
            "title": mine[-1].diagnosis.title,
            "jobs": len(mine),
            "owners": len({each.job.owner for each in mine} - {""}),
            "cost_usd": _approx(total(highest_cost([each]) for each in mine)),
            "jobs_without_cost": sum(each.job.cost_usd is None for each in mine),
            "first_seen_at": as_sql(mine[0].occurred_at),
            "first_job": mine[0].job.name,
            "last_seen_at": as_sql(mine[-1].occurred_at),
            "last_job": mine[-1].job.name,
            "last_resolution": told and told.text,
            "last_resolved_at": told and as_sql(told.at),
        }
    assert any(row["last_resolution"] for row in rows)
    assert rows == sorted(rows, key=lambda row: (-row["jobs"], row["fingerprint"]))


def _interruptions(incidents):
    return max(sum(each.status == "Interrupted" for each in incident.job.transitions) for incident in incidents)


def _failed_of_it(jobs):
    return sum(
        any(
            each.trigger is Trigger.JOB_FAILED and each.diagnosis.category is Category.SPOT_INTERRUPTION
            for each in incidents
        )
        for incidents in jobs
    )


def _spot_jobs():
    return by_job(incident for incident in recent(90) if incident.job.spot).values()


def test_spot_savings_are_training_time_that_was_not_billed(made_lake):
    types = grouped(_spot_jobs(), lambda incidents: incidents[0].job.instance_type or "(several or unknown)")
    rows = made_lake.run("spot_savings")
    assert {row["instance_type"] for row in rows} == types.keys()
    for row in rows:
        jobs = types[row["instance_type"]]
        facts = [incidents[0].job for incidents in jobs]
        known = [job for job in facts if job.duration_seconds and job.billable_instance_seconds]
        trained = sum(job.duration_seconds * job.instance_count for job in known) / 3600
        billed = sum(job.billable_instance_seconds for job in known) / 3600
        saved = total(
            (job.duration_seconds - job.billable_instance_seconds / job.instance_count) / 3600 * float(job.usd_per_hour)
            for job in known
            if job.usd_per_hour is not None
        )
        assert row == {
            "instance_type": row["instance_type"],
            "jobs": len(jobs),
            "jobs_with_savings": len(known),
            "training_instance_hours": _approx(trained),
            "billable_instance_hours": _approx(billed),
            "saved_percent": _approx(100 * (1 - billed / trained), 1),
            "saved_usd": _approx(saved),
            "interrupted_jobs": sum(_interruptions(incidents) > 0 for incidents in jobs),
            "interruptions": sum(map(_interruptions, jobs)),
            "failed_of_interruption": _failed_of_it(jobs),
            "ran_into_wait_limit": sum(any(each.trigger is Trigger.WAIT_LIMIT for each in job) for job in jobs),
        }
        assert 0 < row["jobs_with_savings"] < row["jobs"]


def test_spot_interruptions_are_counted_once_a_job_in_the_week_of_its_last_incident(made_lake):
    places = grouped(
        _spot_jobs(),
        lambda job: (monday(job[-1].occurred_at), job[0].job.region, job[0].job.instance_type),
    )
    rows = made_lake.run("spot_interruptions")
    found = {(row["week"], row["region"], row["instance_type"]): row for row in rows}
    assert len(found) == len(places)
    for (week, region, instance_type), jobs in places.items():
        hit = [incidents for incidents in jobs if _interruptions(incidents)]
        row = found[week, region, instance_type or "(several or unknown)"]
        assert (row["spot_jobs"], row["interrupted_jobs"]) == (len(jobs), len(hit))
        assert row["interrupted_percent"] == _approx(100 * len(hit) / len(jobs), 1)
        assert row["interruptions"] == sum(map(_interruptions, jobs))
        assert row["failed_of_interruption"] == _failed_of_it(jobs)
        assert row["cost_usd"] == _approx(total(map(highest_cost, hit)))
    assert sum(row["failed_of_interruption"] for row in rows) > 0
