import re

import pytest

from tests.queries.docs import FILE, renewed
from tests.queries.lake import QUERIES, TODAY, Lake, a_query
from tests.unit.records.made import an_incident
from trainstop.records.query import arguments

NAMES = sorted(path.stem for path in QUERIES.glob("*.sql"))
VALUES = {"incident": "abc", "job": "bert-1"}


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    made = Lake(tmp_path_factory.mktemp("lake"), [an_incident()], [])
    yield made
    made.close()


@pytest.mark.parametrize("name", NAMES)
def test_the_header_names_exactly_the_columns_of_the_result(lake, name):
    query = a_query(name)
    given = {p.name: VALUES[p.name] for p in query.parameters if p.default is None}
    assert lake.columns(name, **given) == [column.name for column in query.columns]


@pytest.mark.parametrize("name", NAMES)
def test_the_example_is_a_table_of_some_of_the_columns_that_fits_on_a_page(name):
    query = a_query(name)
    head, *rows = query.example.splitlines()
    shown = head.split()
    assert len(shown) > 1
    assert [column.name for column in query.columns if column.name in shown] == shown
    assert rows
    starts = [match.start() for match in re.finditer(r"\S+", head)]
    for row in rows:
        cells = re.split(r"\s{2,}", row.strip())
        assert len(cells) <= len(shown)
        assert len(row.rstrip()) > starts[0]
    comments = [line for line in (QUERIES / f"{name}.sql").read_text(encoding="utf-8").splitlines() if line[:2] == "--"]
    assert max(len(line.removeprefix("-- ")) for line in comments[comments.index("-- Example:") :]) <= 80


@pytest.mark.parametrize("name", NAMES)
def test_every_table_is_read_through_its_partition(name):
    sql = a_query(name).sql
    filters = sql.count("dt BETWEEN ? /* since */ AND ? /* until */")
    # A job's calls may be older than its incident, so that a query may let them begin earlier.
    begins = r"replace\(\? /\* (?:calls_)?since \*/, '-', '/'\)"
    trail_filters = len(re.findall(rf""""timestamp" BETWEEN {begins} AND replace\(\? /\* until \*/, '-', '/'\)""", sql))
    assert filters == len(re.findall(r"FROM incidents\b", sql))
    assert trail_filters == len(re.findall(r"FROM cloudtrail\b", sql))
    assert filters + trail_filters > 0


@pytest.mark.parametrize("name", NAMES)
def test_drills_are_left_out_wherever_incidents_are_read(name):
    sql = a_query(name).sql
    assert sql.count("AND NOT coalesce(drill, false)") == len(re.findall(r"FROM incidents\b", sql))


@pytest.mark.parametrize("name", NAMES)
def test_values_enter_as_placeholders_and_every_placeholder_is_named(name):
    sql = a_query(name).sql
    assert sql.count("?") == len(a_query(name).placeholders)
    assert "" not in a_query(name).placeholders
    assert len(sql) < 262_144


@pytest.mark.parametrize("name", NAMES)
def test_dates_have_defaults_so_that_a_query_can_be_tried_at_once(name):
    query = a_query(name)
    required = {p.name for p in query.parameters if p.default is None}
    assert required <= {"incident", "job"}
    assert arguments(query, {name: VALUES[name] for name in required}, TODAY)


def test_the_page_of_queries_is_made_from_the_files():
    """After a change of a header: python -m tests.queries.docs."""
    assert FILE.read_text(encoding="utf-8") == renewed(FILE.read_text(encoding="utf-8"))


def test_there_are_the_questions_that_teams_ask():
    assert len(NAMES) >= 24
