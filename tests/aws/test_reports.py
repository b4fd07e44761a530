"""Weekly reports in S3 and in the incidents table."""

from datetime import date

import pytest

from tests.unit.render.tellings import a_stored_report
from trainstop.adapters.reports import ReportsTable, S3ReportPages

BUCKET = "archive"


@pytest.fixture
def reports(clients, incidents_table):
    return ReportsTable(clients, incidents_table)


def test_what_was_noted_is_read_as_it_was(reports):
    assert reports.latest() is None
    assert reports.note(noted := a_stored_report(unknown_costs=2, calls_problem="größer"))
    assert reports.latest() == noted


@pytest.mark.parametrize(("last_day", "kept"), [(27, False), (20, False), (13, True)])
def test_one_of_later_days_stays_and_the_same_days_are_noted_anew(reports, last_day, kept):
    reports.note(first := a_stored_report())
    other = a_stored_report(last_day=date(2026, 9, last_day), incidents=99)
    assert reports.note(other) is not kept
    assert reports.latest() == (first if kept else other)


def test_a_page_is_put_as_html_and_in_the_place_of_its_older_self(clients):
    clients.s3.create_bucket(Bucket=BUCKET)
    pages = S3ReportPages(clients, BUCKET)
    for page in (b"<p>1</p>", "<p>ü</p>".encode()):
        pages.put("reports/a.html", page)
    stored = clients.s3.get_object(Bucket=BUCKET, Key="reports/a.html")
    assert stored["ContentType"] == "text/html; charset=utf-8"
    assert stored["Body"].read().decode() == "<p>ü</p>"
