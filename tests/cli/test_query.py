import csv
import io
import json
from datetime import UTC, datetime

import pytest

from tests.cli.conftest import FakeCloudFormation
from tests.cli.test_athena import FakeAthena
from trainstop.adapters.query_files import queries
from trainstop.cli import aws
from trainstop.cli import query as command

OUTPUTS = {"QueryWorkGroupName": "trainstop-queries", "GlueDatabaseName": "trainstop"}
TYPES = {"team": "varchar", "jobs": "bigint", "cost_usd": "double"}


@pytest.fixture
def athena(monkeypatch):
    fake = FakeAthena([["nlp", "3", "12.5"], ["[red]x[/red]\x1b[31m", "1", None]], types=TYPES)
    stack = FakeCloudFormation(OUTPUTS)
    monkeypatch.setattr(aws, "client", {"athena": fake, "cloudformation": stack}.__getitem__)
    monkeypatch.setattr(command, "now_utc", lambda: datetime(2026, 1, 31, 23, tzinfo=UTC))
    return fake


def test_all_queries_are_listed_when_none_is_named(trainstop):
    listed = json.loads(trainstop("query", "--json").stdout)
    assert [query["name"] for query in listed] == sorted(queries())
    assert len(listed) >= 5
    assert all(name in trainstop("query", "--list").stdout for name in queries())


def test_a_named_query_is_explained_without_asking_athena(trainstop):
    shown = trainstop("query", "top_signatures", "--list").stdout
    assert "--param at_least=" in shown
    assert "(int, default 1)" in shown
    assert "last_root_line" in shown
    assert shown.endswith(f"\n\n{queries()['top_signatures'].example}\n")


def test_an_answer_is_a_table_and_the_price_a_remark(trainstop, athena):
    result = trainstop("query", "money_lost_by_team")
    lines = [line.split() for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert (lines[0], lines[1], lines[2]) == (["team", "jobs", "cost_usd"], ["nlp", "3", "12.5"], ["[red]x[/red]", "1"])
    assert result.stderr == "2 rows; 1.5 s, 12.0 MB scanned, about 0.00006 USD\n"
    assert athena.started[0]["WorkGroup"] == "trainstop-queries"


def test_on_a_terminal_it_is_shown_what_athena_is_doing(trainstop, athena, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    athena.states = ["QUEUED", "RUNNING", "SUCCEEDED"]
    result = trainstop("query", "money_lost_by_team", "--csv")
    assert "money_lost_by_team: running, 0 s, 12.0 MB scanned so far" in result.stderr
    assert result.stderr.endswith("about 0.00006 USD\n")
    assert result.stdout.startswith("team,jobs,cost_usd\n")


def test_values_become_literals_in_the_order_of_the_placeholders(trainstop, athena):
    trainstop("query", "incidents_of_job", "--param", "job=it's=1", "--param", "since=7d")
    assert athena.started[0]["ExecutionParameters"] == ["'2026-01-24'", "'2026-01-31'", "'it''s=1'"]
    assert athena.started[0]["QueryString"] == queries()["incidents_of_job"].sql


def test_an_answer_as_json(trainstop, athena):
    answer = json.loads(trainstop("query", "money_lost_by_team", "--json").stdout)
    assert answer["rows"][0] == {"team": "nlp", "jobs": 3, "cost_usd": 12.5}
    assert answer["rows"][1]["cost_usd"] is None
    assert (answer["bytes_scanned"], answer["cost_usd"], answer["truncated"]) == (12_000_001, 0.000065, False)
    assert athena.stopped == []


@pytest.mark.usefixtures("athena")
def test_an_answer_as_csv(trainstop):
    rows = list(csv.reader(io.StringIO(trainstop("query", "money_lost_by_team", "--csv").stdout)))
    assert rows == [["team", "jobs", "cost_usd"], ["nlp", "3", "12.5"], ["[red]x[/red]", "1", ""]]


@pytest.mark.usefixtures("athena")
def test_an_answer_that_is_cut_off_says_so(trainstop):
    result = trainstop("query", "money_lost_by_team", "--max-rows", "1", "--csv")
    assert len(result.stdout.splitlines()) == 2
    assert result.stderr.startswith("first 1 rows, there are more")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none_such"], "there is no query 'none_such'; there are: alerts_per_person_and_week, "),
        (["incidents_of_job"], "the parameter job is missing"),
        (["money_lost_by_team", "--param", "until"], "'until' is not of the form NAME=VALUE"),
        (["money_lost_by_team", "--param", "team=x"], "has no parameter team; it has: since, until"),
        (["money_lost_by_team", "--param", "since=yesterday"], "since: 'yesterday' is not a date"),
        (["money_lost_by_team", "--json", "--csv"], "--json and --csv exclude each other"),
    ],
)
def test_wrong_usage_is_said_before_athena_is_asked(trainstop, athena, arguments, message):
    result = trainstop("query", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert athena.started == []


def test_a_stack_without_a_trail_is_named_as_the_reason(trainstop, athena):
    athena.states, athena.reason = ["FAILED"], "TABLE_NOT_FOUND: line 1: Table 'db.cloudtrail' does not exist"
    result = trainstop("query", "refused_submissions")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "without the parameter TrailBucket or CreateTrail the stack has no table cloudtrail" in result.stderr
