import re

import pytest

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
def test_every_table_is_read_through_its_partition(name):
    sql = a_query(name).sql
    filters = sql.count("dt BETWEEN ? /* since */ AND ? /* until */")
    trail_filters = sql.count(
        "\"timestamp\" BETWEEN replace(? /* since */, '-', '/') AND replace(? /* until */, '-', '/')"
    )
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
