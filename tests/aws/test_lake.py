"""The numbers of a report, from Parquet files by DuckDB, against the same ones by plain Python."""

import json
import random
import statistics
from collections import defaultdict
from datetime import datetime, timedelta
from types import SimpleNamespace

import duckdb
import pytest

from tests.unit.render.reported import SINCE, SPAN, a_row
from trainstop.adapters.athena import QueryError
from trainstop.adapters.job_calls import AthenaJobCalls
from trainstop.adapters.lake import opened
from trainstop.domain.report import Call, Money, Span
from trainstop.records.hive import duckdb_type
from trainstop.records.schema import COLUMNS

START = SINCE.replace(tzinfo=None)
FAILURES = ("job_failed", "runtime_limit")


def write(path, rows, without=()):
    lines = path.with_suffix(".ndjson")
    lines.write_text("".join(json.dumps(row, default=str) + "\n" for row in rows), encoding="utf-8")
    types = {column.name: duckdb_type(column.type) for column in COLUMNS if column.name not in without}
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in types.items())
    with duckdb.connect() as database:
        database.execute(f"COPY (FROM read_json('{lines}', columns = {{{columns}}})) TO '{path}' (FORMAT parquet)")
    return path


def a_made_row(dice, number):
    job = dice.randrange(200)
    at = START + timedelta(seconds=dice.uniform(-86400, 8 * 86400))
    trigger = dice.choice((*FAILURES, "debugger_rule", "job_stopped", "operator", "refused_submission"))
    action = dice.choice(("none", "stopped", "already_stopped", "stop_held", "stop_failed"))
    return a_row(
        number,
        job_name=f"job-{job}",
        job_arn=None if trigger == "refused_submission" else f"arn:{job}",
        trigger=trigger,
        category=dice.choice(("user_code", "quota", "capacity")),
        rule_name="Overfit" if trigger == "debugger_rule" else None,
        operator_command="stop" if trigger == "operator" else None,
        origin=dice.choice(("event", "sweep", "backfill")),
        severity=dice.choice(("info", "warning", "high", "critical")),
        action=action,
        occurred_at=at,
        detected_at=at + timedelta(milliseconds=dice.randrange(20_000)),
        acted_at=at + timedelta(seconds=30) if action == "stopped" else None,
        told_at=at + timedelta(seconds=40),
        told_as=dice.choice(("published", "grouped")),
        job_started_at=dice.choice((None, at - timedelta(hours=2))),
        max_runtime_seconds=dice.choice((None, 3600, 86400)),
        usd_per_hour=dice.choice((None, 2.5)),
        cost_usd=dice.choice((None, dice.uniform(1, 90))),
        team=f"team-{job % 3}" if job % 4 else None,
        alert_rule=dice.choice((None, "failures")),
        resolved_at=dice.choice((None, at)),
        fingerprint=dice.choice((None, "f1", "f2", "f3")),
        advice="Mend it.",
        root_line="boom",
        drill=dice.random() < 0.1,
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    dice = random.Random(6)  # noqa: S311 - made data
    rows = [a_made_row(dice, number) for number in range(900)]
    folder = tmp_path_factory.mktemp("parts")
    paths = [write(folder / "a.parquet", rows[:500]), write(folder / "b.parquet", rows[500:])]
    kept = [row for row in rows if START <= row["occurred_at"] < START + timedelta(days=7) and not row["drill"]]
    with opened(paths, SPAN) as lake:
        yield SimpleNamespace(lake=lake, facts=lake.facts(), rows=kept)


def job_of(row):
    return row["job_arn"] or row["incident_id"]


def why(row):
    return row["operator_command"] or row["rule_name"] or row["category"]


def lost_jobs(rows):
    """By job: its latest incident that lost it, and the highest cost seen in those."""
    found = defaultdict(list)
    for row in rows:
        stopped = row["trigger"] not in {"job_stopped", "operator"} and row["action"] in {"stopped", "already_stopped"}
        if row["trigger"] in FAILURES or stopped:
            found[job_of(row)].append(row)
    for several in found.values():
        latest = max(several, key=lambda row: row["occurred_at"])
        yield latest, max((row["cost_usd"] for row in several if row["cost_usd"] is not None), default=None)


def money(costs):
    return Money(pytest.approx(sum(cost for cost in costs if cost is not None)), sum(cost is None for cost in costs))


def test_totals(made):
    rows, totals = made.rows, made.facts.totals
    troubles = [row for row in rows if row["trigger"] != "operator"]
    lost = list(lost_jobs(rows))
    assert totals.incidents == len(troubles)
    assert totals.own_records == len(rows) - len(troubles) > 0
    assert totals.jobs == len({job_of(row) for row in troubles})
    assert totals.failed_jobs == len({job_of(row) for row in rows if row["trigger"] in FAILURES})
    assert totals.lost_jobs == len(lost)
    assert totals.lost == money([cost for _, cost in lost])
    assert totals.lost.unknown > 0
    assert totals.stops_held == len({job_of(row) for row in troubles if row["action"] == "stop_held"})
    assert totals.refused == sum(row["trigger"] == "refused_submission" for row in rows)
    open_rows = [row for row in troubles if row["resolved_at"] is None and row["alert_rule"]]
    assert totals.open == len(open_rows)


def test_what_stops_saved_is_a_bound_and_unknown_where_a_part_of_it_is(made):
    first = {}
    for row in sorted(made.rows, key=lambda row: (row["acted_at"] or datetime.max, row["incident_id"])):  # noqa: DTZ901 - naive, as DuckDB gives it
        if row["action"] == "stopped":
            first.setdefault(job_of(row), row)
    saved = []
    for row in first.values():
        if row["max_runtime_seconds"] is None or row["usd_per_hour"] is None:
            saved.append(None)
            continue
        ran = (row["acted_at"] - row["job_started_at"]).total_seconds() if row["job_started_at"] else 0
        saved.append(max(0, row["max_runtime_seconds"] - ran) / 3600 * row["usd_per_hour"])
    assert made.facts.totals.stopped == len(saved)
    assert made.facts.totals.saved == money(saved)
    known = sorted((each for each in saved if each is not None), reverse=True)
    assert [stop.saved_usd for stop in made.facts.stops] == pytest.approx(known[:10])


@pytest.mark.parametrize(("shares", "name"), [("causes", why), ("teams", lambda row: row["team"] or "")])
def test_shares_of_the_lost_jobs(made, shares, name):
    expected = defaultdict(list)
    for row, cost in lost_jobs(made.rows):
        expected[name(row)].append(cost)
    found = {share.name: (share.jobs, share.cost) for share in getattr(made.facts, shares)}
    assert found == {key: (len(costs), money(costs)) for key, costs in expected.items()}


def test_trends_add_up(made):
    troubles = [row for row in made.rows if row["trigger"] != "operator"]
    expected = defaultdict(int)
    for row in troubles:
        expected[row["occurred_at"].date(), why(row)] += 1
    assert {(count.at.date(), count.why): count.incidents for count in made.facts.counts} == expected
    assert sum(loss.jobs for loss in made.facts.losses) == made.facts.totals.lost_jobs
    assert sum(loss.cost.usd for loss in made.facts.losses) == pytest.approx(made.facts.totals.lost.usd)


def test_speeds_leave_out_backfilled_jobs_and_grouped_alerts(made):
    measured = [row for row in made.rows if row["trigger"] != "operator" and row["origin"] != "backfill"]
    notice = [(row["detected_at"] - row["occurred_at"]).total_seconds() for row in measured]
    speeds = made.facts.speeds
    assert speeds.notice.measured == len(notice)
    assert speeds.notice.p50 == pytest.approx(statistics.median(notice), abs=0.01)
    assert speeds.notice.slowest == pytest.approx(max(notice), abs=0.01)
    assert speeds.alert.measured == sum(row["told_as"] == "published" for row in measured)
    assert [slow.notice_seconds for slow in made.facts.slowest] == pytest.approx(
        sorted(notice, reverse=True)[:10], abs=0.01
    )


def test_faults_count_jobs_once_and_speak_of_the_newest(made):
    for fault in made.facts.faults:
        struck = [row for row in made.rows if row["fingerprint"] == fault.fingerprint and row["trigger"] != "operator"]
        newest = max(struck, key=lambda row: row["occurred_at"])
        assert fault.incidents == len(struck)
        assert fault.jobs == len({job_of(row) for row in struck})
        assert fault.incident_id == newest["incident_id"]
        assert (fault.first_at.replace(tzinfo=None), fault.advice) == (
            min(row["occurred_at"] for row in struck),
            "Mend it.",
        )


def test_the_list_is_newest_first_and_details_are_most_important_first(made):
    newest = sorted(made.rows, key=lambda row: row["occurred_at"], reverse=True)
    assert [line.incident_id for line in made.lake.listed(50)] == [row["incident_id"] for row in newest[:50]]
    assert made.lake.total() == len(made.rows)
    wanted = newest[-1]["incident_id"]
    details = made.lake.in_detail([wanted], 20)
    assert details[0]["incident_id"] == wanted
    assert {row["severity"] for row in details[1:]} == {"critical"}
    costs = [row["cost_usd"] for row in details[1:]]
    assert costs == sorted(costs, reverse=True)


def test_parts_of_before_a_column_was_added_are_read_with_nulls(tmp_path):
    row = a_row(1, occurred_at=START, detected_at=START, trigger="job_failed", category="quota")
    later = {"state_number", "history", "usd_per_hour", "drill", "fingerprint", "told_as"}
    old = write(tmp_path / "old.parquet", [{name: row[name] for name in row if name not in later}], without=later)
    with opened([old], SPAN) as lake:
        assert lake.facts().totals.lost == Money(0.0, 1)
        assert lake.in_detail([], 5)[0]["history"] is None


def test_no_parts_are_no_incidents():
    with opened([], Span(SINCE, SINCE + timedelta(days=1))) as lake:
        assert lake.facts().totals.incidents == 0
        assert (list(lake.listed(5)), lake.in_detail([], 5)) == ([], [])


class FakeAthena:
    def __init__(self, rows=(), error=None):
        self.rows, self.error = rows, error

    def run(self, sql, literals, **bounds):
        self.asked = (sql, literals, bounds)
        if self.error:
            raise QueryError(self.error)
        return SimpleNamespace(rows=self.rows, truncated=False)


def test_calls_come_by_job_and_are_read_from_a_week_before():
    row = ("111122223333", "us-east-1", "bert-1", "2026-01-15 11:00:00.000", "CreateTrainingJob", "ana", None, None)
    athena = FakeAthena([row])
    calls = AthenaJobCalls(athena).of(SPAN)
    call = Call("2026-01-15 11:00:00", "CreateTrainingJob", "ana", "", "")
    assert calls.by_job == {("111122223333", "us-east-1", "bert-1"): (call,)}
    assert set(athena.asked[1]) == {"'2026-01-08'", "'2026-01-14'", "'2026-01-01'"}


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        ("line 3:10: Table 'db.cloudtrail' does not exist", "the stack has no table cloudtrail"),
        ("the query took more than 120 s", "the query took more than 120 s"),
    ],
)
def test_that_calls_cannot_be_had_is_said_and_no_reason_for_no_report(error, problem):
    calls = AthenaJobCalls(FakeAthena(error=error)).of(SPAN)
    assert (calls.by_job, calls.problem) == ({}, problem)
