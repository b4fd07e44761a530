"""Alerts a person, silences, and incidents that nobody took up."""

from tests.queries.made_archive import as_sql, by_job, grouped, highest_cost, monday, recent, total
from tests.queries.test_failure_queries import _approx
from trainstop.domain.decision import Audience, Severity


def _for(incidents, audience):
    return sum(
        incident.told_as == "published" and audience in incident.decision.alert.audience for incident in incidents
    )


def test_alerts_per_person_and_week(made_lake):
    ordered = [incident for incident in recent(90) if incident.decision.alert]
    people = grouped(ordered, lambda each: (each.job.owner or "(unknown)", monday(each.occurred_at)))
    rows = made_lake.run("alerts_per_person_and_week")
    assert [(row["week"], row["published"]) for row in rows] == sorted(
        ((row["week"], row["published"]) for row in rows), reverse=True
    )
    assert {(row["owner"], row["week"]) for row in rows} == people.keys()
    for row in rows:
        mine = people[row["owner"], row["week"]]
        untold = [each for each in mine if each.told_at is None]
        silenced = sum(each.decision.silence is not None for each in untold)
        assert row == {
            "owner": row["owner"],
            "week": row["week"],
            "incidents": len(mine),
            "published": sum(each.told_as == "published" for each in mine),
            "grouped": sum(each.told_as == "grouped" for each in mine),
            "silenced": silenced,
            "not_told": len(untold) - silenced,
            "for_owner": _for(mine, Audience.OWNER),
            "for_team": _for(mine, Audience.TEAM),
            "for_platform": _for(mine, Audience.PLATFORM),
            "jobs": len({each.job.name for each in mine}),
        }
    for column in ("published", "grouped", "silenced", "not_told", "for_owner", "for_team", "for_platform"):
        assert sum(row[column] for row in rows) > 10


def test_silences_show_what_they_kept_untold(made_lake):
    kept = [incident for incident in recent(30) if incident.decision.silence]
    silences = grouped(kept, lambda incident: incident.decision.silence.silence_id)
    rows = made_lake.run("silenced_alerts")
    assert {row["silence_id"] for row in rows} == silences.keys() == {"s-0", "s-1", "s-2"}
    for row in rows:
        mine = silences[row["silence_id"]]
        facts, jobs = mine[0].decision.silence, by_job(mine)
        assert row == {
            "silence_id": facts.silence_id,
            "silenced_by": facts.author,
            "silence_reason": facts.reason,
            "silenced_until": as_sql(facts.until),
            "incidents": len(mine),
            "urgent_incidents": sum(each.severity in {Severity.HIGH, Severity.CRITICAL} for each in mine),
            "jobs": len(jobs),
            "jobs_cost_usd": _approx(total(map(highest_cost, jobs.values()))),
            "first_at": as_sql(mine[0].occurred_at),
            "last_at": as_sql(mine[-1].occurred_at),
        }
    assert any(row["jobs"] < row["incidents"] for row in rows)


def test_incidents_that_nobody_took_up_come_most_urgent_first(made_lake):
    told = [incident for incident in recent(7) if incident.told_at]
    left = [each for each in told if each.handling.acknowledged is None and each.handling.resolved is None]
    left.sort(key=lambda each: (-each.severity.rank, each.occurred_at))
    assert 0 < len(left) < len(told)
    assert any(incident.handling.entries for incident in left), "a note alone does not take an incident up"
    assert made_lake.run("unhandled_incidents") == [
        {
            "severity": incident.severity.value,
            "occurred_at": as_sql(incident.occurred_at),
            "told_at": as_sql(incident.told_at),
            "job_name": incident.job.name,
            "team": incident.job.team or "(no team)",
            "owner": incident.job.owner or None,
            "actor": incident.diagnosis.actor.value,
            "category": incident.diagnosis.category.value,
            "advice": incident.diagnosis.advice,
            "cost_usd": highest_cost([incident]),
            "incident_id": incident.incident_id,
        }
        for incident in left
    ]
