"""The weekly report on the deployed stack, the digest that links to it, and the report that a person asks for."""

import base64
import gzip
import json
import re
from importlib.metadata import version

import pytest

from trainstop.adapters.groups import DUE
from trainstop.records.times import iso

JOB = "e2e-report-1"
TRAINING = {"do": "status", "at_seconds": 0.2, "status": "Training"}
FAILED = {"do": "status", "at_seconds": 1, "status": "Failed", "failure_reason": "AlgorithmError: x, exit code: 1"}


@pytest.fixture(scope="module")
def failed(stack, wait, tmp_path_factory):
    """A job whose failure is in the archive's table."""
    stack.play(tmp_path_factory.mktemp("report"), jobs=[{"name": JOB, "timeline": [TRAINING, FAILED]}])
    wait(lambda: [each for each in stack.incidents(JOB) if each["told_at"]])
    wait(lambda: stack.rows("incidents_of_job", job=JOB))
    return JOB


def invoked(stack, **event):
    """What report answers; it did not fail."""
    name = stack.outputs()["ReportFunctionName"]
    answer = stack.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
    payload = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, payload
    return payload


def list_of(page):
    """What a page's script unpacks as the list, as text."""
    (packed,) = re.findall(r'id="list-data">([^<]+)<', page)
    return gzip.decompress(base64.b64decode(packed)).decode()


def test_the_report_of_a_week_is_stored_and_its_digest_links_to_it(stack, wait, failed):
    today = stack.clock().date()
    stored = invoked(stack, last_day=str(today))
    assert stored["key"] == f"reports/{stored['first_day']}_{today}.html"
    assert stored["incidents"] >= 1
    s3, bucket = stack.client("s3"), stack.outputs()["ArchiveBucketName"]
    put = s3.get_object(Bucket=bucket, Key=stored["key"])
    assert put["ContentType"] == "text/html; charset=utf-8"
    page = put["Body"].read().decode()
    assert failed in list_of(page)
    assert f"by trainstop {version('trainstop')}" in page
    assert stored["calls_problem"] == ""
    assert invoked(stack, last_day=str(today))["key"] == stored["key"]

    due = {"pk": {"S": "digest#weekly"}, "due": {"S": DUE}, "due_at": {"S": iso(stack.clock())}}
    stack.client("dynamodb").put_item(TableName=stack.outputs()["IncidentsTableName"], Item=due)
    stack.client("lambda").invoke(FunctionName=stack.outputs()["FollowupFunctionName"], Payload=b"{}")
    link = f"/s3/object/{bucket}?region={stored['region']}&prefix={stored['key']}"
    (week,) = wait(lambda: [each for each in stack.inbox(channels=("email",)) if link in each["text"]])
    assert "Week to" in week["subject"]


def test_without_a_word_it_is_of_the_seven_days_before_today(stack):
    stored = invoked(stack)
    today = stack.clock().date()
    assert str(today) not in {stored["first_day"], stored["last_day"]}
    assert stored["last_day"] > stored["first_day"]
    page = stack.client("s3").get_object(Bucket=stored["bucket"], Key=stored["key"])["Body"].read().decode()
    assert page.startswith("<!DOCTYPE html>")


def test_a_person_makes_the_report_of_a_day(stack, failed, tmp_path):
    out = tmp_path / "day.html"
    said = stack.trainstop("report", "--days", "1", "--out", out).stdout
    assert "incident" in said
    assert failed in list_of(out.read_text(encoding="utf-8"))
