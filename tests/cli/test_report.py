"""``trainstop report`` on a bucket with a day of the table."""

import json
from types import SimpleNamespace

import pytest

from tests.aws.test_lake import START, write
from tests.cli.test_athena import FakeAthena
from tests.unit.render.reported import a_row

FIRST, LAST = "2026-01-08", "2026-01-15"


@pytest.fixture
def reported(cloud, tmp_path):
    row = a_row(1, occurred_at=START, detected_at=START, trigger="job_failed", category="quota", cost_usd=3.5)
    part = write(tmp_path / "part.parquet", [row])
    for day in ("2026-01-07", FIRST):
        key = f"table/dt={day}/part-00001.parquet"
        cloud.clients["s3"].put_object(Bucket=cloud.archive, Key=key, Body=part.read_bytes())
    cloud.clients["athena"] = FakeAthena([], types={"account": "varchar"})
    return SimpleNamespace(cloud=cloud, out=tmp_path / "report.html")


def test_a_report_is_written_and_says_what_is_in_it(trainstop, reported):
    result = trainstop("report", "--since", FIRST, "--until", LAST, "--out", str(reported.out))
    assert result.exit_code == 0, result.stderr
    assert "8 \u2013 14 January 2026 (7 days), 1 incident" in result.stdout
    assert "counting" in result.stderr
    assert reported.out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert [path.name for path in reported.out.parent.glob("*.html")] == ["report.html"]


def test_machines_get_the_counts(trainstop, reported):
    result = trainstop("report", "--since", FIRST, "--until", LAST, "--out", str(reported.out), "--json")
    told = json.loads(result.stdout)
    assert (told["incidents"], told["listed"], told["detailed"], told["calls_problem"]) == (1, 1, 1, "")
    assert told["bytes"] == reported.out.stat().st_size


def test_without_the_table_of_cloudtrail_there_is_a_report_all_the_same(trainstop, reported):
    reason = "TABLE_NOT_FOUND: line 1:1: Table 'db.cloudtrail' does not exist"
    reported.cloud.clients["athena"] = FakeAthena([], states=("FAILED",), reason=reason)
    result = trainstop("report", "--since", FIRST, "--until", LAST, "--out", str(reported.out))
    assert result.exit_code == 0
    assert "Without calls of CloudTrail: the stack has no table cloudtrail." in result.stdout
    assert "the stack has no table cloudtrail" in reported.out.read_text(encoding="utf-8")


def test_a_file_that_is_there_is_kept_unless_told_otherwise(trainstop, reported):
    reported.out.write_text("mine")
    arguments = ("report", "--since", FIRST, "--until", LAST, "--out", str(reported.out))
    refused = trainstop(*arguments)
    assert refused.exit_code == 2
    assert "give --force" in refused.stderr
    assert reported.out.read_text() == "mine"
    assert trainstop(*arguments, "--force").exit_code == 0
    assert reported.out.read_text(encoding="utf-8") != "mine"


@pytest.mark.usefixtures("reported")
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--since", LAST, "--until", FIRST), "is empty"),
        (("--since", "2024-01-01", "--until", LAST), "400 days at most"),
        (("--until", "soon"), "--until 'soon' is not a moment"),
        (("--since", FIRST, "--until", LAST, "--out", "/nowhere/report.html"), "cannot be written"),
    ],
)
def test_what_cannot_be_is_said(trainstop, options, words):
    result = trainstop("report", *options)
    assert result.exit_code == 2
    assert words in result.stderr
