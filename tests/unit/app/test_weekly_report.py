"""The weekly report: which days it is of, where it is put, and what is noted of it."""

from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from tests.fakes import FakeClock, FakePages, FakeReports
from tests.unit.render.reported import NOTHING, a_line, some_facts
from tests.unit.render.samples import at
from trainstop.app.report import Origin, ReportDeps
from trainstop.app.weekly_report import WeeklyReportDeps, last_day_of, weekly_report
from trainstop.domain.report import Calls, Money
from trainstop.ports.archive import StoredObject

NOW = at("2026-01-19 05:00:00")
SUNDAY = date(2026, 1, 18)
KEY = "reports/2026-01-12_2026-01-18.html"
DAYS = [f"2026-01-{day}" for day in range(11, 21)]


class Parts:
    """The table's objects of some days."""

    fetched = ()

    def keys(self, prefix):
        return [f"{prefix}dt={day}/part-00001.parquet" for day in DAYS]

    def fetch(self, keys, folder):
        self.fetched = tuple(key[9:19] for key in keys)
        return [StoredObject(key, "", folder / "x.parquet") for key in keys]


def lake_of(lines, lost):
    """A lake that has these lines, and remembers the span that it was opened for."""
    totals = some_facts().totals._replace(lost=lost)
    lake = SimpleNamespace(
        facts=lambda: some_facts(totals=totals),
        total=lambda: len(lines),
        listed=lambda most: lines[:most],
        in_detail=lambda _first, _most: [],
        spans=[],
    )

    @contextmanager
    def opened(_paths, span):
        lake.spans.append(span)
        yield lake

    return lake, opened


def world(lines=(), lost=NOTHING):
    lake, opened = lake_of(lines, lost)
    calls = SimpleNamespace(of=lambda _: Calls({}, "the stack has no table cloudtrail"))
    making = ReportDeps(parts=Parts(), lake=opened, calls=calls, clock=FakeClock(NOW), progress=lambda _: None)
    origin = Origin("trainstop", "eu-west-1", "0.1.0")
    return lake, WeeklyReportDeps(making, FakePages(), FakeReports(), origin, "archive")


def test_it_is_of_the_seven_whole_days_before_today():
    lake, deps = world([a_line()])
    stored = weekly_report(deps, last_day_of(None, NOW))
    assert lake.spans == [(at("2026-01-12 00:00:00"), at("2026-01-19 00:00:00"))]
    assert deps.making.parts.fetched == tuple(DAYS[1:8])
    assert (stored.first_day, stored.last_day) == (date(2026, 1, 12), SUNDAY)


def test_the_page_is_put_under_its_days_and_noted_with_what_is_in_it():
    _, deps = world([a_line(1), a_line(2)], Money(12.345, 3))
    stored = weekly_report(deps, SUNDAY)
    (key,) = deps.pages.pages
    assert key == stored.key == KEY
    assert b"12 \xe2\x80\x93 18 January 2026" in deps.pages.pages[key]
    assert deps.reports.latest() == stored
    assert (stored.bucket, stored.region, stored.made_at) == ("archive", "eu-west-1", NOW)
    assert (stored.incidents, stored.cost_usd, stored.unknown_costs) == (2, Decimal("12.34"), 3)
    assert stored.calls_problem == "the stack has no table cloudtrail"


def test_made_again_it_takes_its_own_place():
    _, deps = world([a_line()])
    first = weekly_report(deps, SUNDAY)
    assert weekly_report(deps, SUNDAY) == first
    assert set(deps.pages.pages) == {KEY}


def test_a_week_that_is_made_again_later_is_put_and_does_not_become_the_newest():
    _, deps = world([a_line()])
    newest = weekly_report(deps, SUNDAY)
    older = weekly_report(deps, date(2026, 1, 11))
    assert older.key in deps.pages.pages
    assert deps.reports.latest() == newest


def test_a_week_without_incidents_has_a_page_that_says_so():
    _, deps = world()
    stored = weekly_report(deps, SUNDAY)
    assert stored.incidents == 0
    assert "No incident" in deps.pages.pages[stored.key].decode()


def test_a_page_that_cannot_be_put_is_not_noted():
    _, deps = world()
    deps.pages.pages = None
    with pytest.raises(TypeError):
        weekly_report(deps, SUNDAY)
    assert deps.reports.latest() is None


def test_a_day_is_asked_for_by_its_date_and_not_before_it_has_begun():
    assert last_day_of("2026-01-19", NOW) == date(2026, 1, 19)
    with pytest.raises(ValueError, match="after today"):
        last_day_of("2026-01-20", NOW)
    with pytest.raises(ValueError, match="isoformat"):
        last_day_of("last sunday", NOW)
