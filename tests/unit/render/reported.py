"""A report's rows and facts for tests: the table's columns by name, all null but what a test says."""

from datetime import UTC, datetime, timedelta

from trainstop.domain.report import Calls, Facts, Listed, Money, Span, Speed, Speeds, Totals
from trainstop.records.schema import COLUMNS
from trainstop.render.report import Content, Made, report_page

SINCE = datetime(2026, 1, 8, tzinfo=UTC)
SPAN = Span(SINCE, SINCE + timedelta(days=7))
MADE = Made("trainstop", "us-east-1", datetime(2026, 1, 15, 6, tzinfo=UTC), "0.1.0")
NOTHING = Money(0.0, 0)
NOT_MEASURED = Speed(0, None, None, None)


def a_row(number=1, **values):
    row = dict.fromkeys(column.name for column in COLUMNS)
    return row | {"incident_id": f"{number:020x}", "origin": "event", "job_name": f"bert-{number}"} | values


def a_line(number=1, **values):
    line = Listed(
        incident_id=f"{number:020x}",
        occurred_second=int(SINCE.timestamp()) + 600 * number,
        job_name=f"bert-{number}",
        why="gpu_out_of_memory",
        category="gpu_out_of_memory",
        title="GPU memory ran out",
        severity="high",
        trigger="job_failed",
        action="none",
        standing="open",
        team="vision",
        owner="ana",
        instances="1 x ml.g5.2xlarge",
        status="Failed",
        place="111122223333 us-east-1",
        cost_cents=number * 100,
        notice_seconds=3,
        alert_seconds=5,
    )
    return line._replace(**values)


def some_facts(**values):
    totals = Totals(0, 0, 0, 0, 0, NOTHING, 0, 0, 0, 0, NOTHING, 0, 0, 0)
    empty = Facts(totals, Speeds(NOT_MEASURED, NOT_MEASURED, NOT_MEASURED), (), (), (), (), (), (), (), ())
    return empty._replace(**values)


def a_report(lines=(), details=(), facts=None, calls=None):
    content = Content(facts or some_facts(), len(lines), lines, details, calls or Calls({}))
    return report_page(content, SPAN, MADE)
