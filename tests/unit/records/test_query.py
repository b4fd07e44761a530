from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainstop.records.literals import MAX_LITERAL_CHARACTERS, ParameterError, ParameterType, literal
from trainstop.records.query import QueryFileError, arguments, parse_query

TODAY = date(2026, 3, 1)
FILE = """\
-- A title
--
-- What it tells,
-- in two lines.
--
-- Parameters:
--   since (date, default 30d): First day.
--   job (string): The job,
--     by name.
-- Columns:
--   n: Jobs.
-- Example:
--    n
--   12
SELECT count(*) AS n FROM incidents WHERE dt >= ? /* since */ AND job_name = ? /* job */ OR dt = ? /* since */
"""


def test_a_query_file_tells_what_it_is():
    query = parse_query("q", FILE)
    assert (query.title, query.description) == ("A title", "What it tells, in two lines.")
    assert [(p.name, p.type, p.default, p.meaning) for p in query.parameters] == [
        ("since", "date", "30d", "First day."),
        ("job", "string", None, "The job, by name."),
    ]
    assert [(column.name, column.meaning) for column in query.columns] == [("n", "Jobs.")]
    assert query.example == " n\n12"
    assert query.sql.startswith("SELECT count(*)")


def test_a_query_file_may_lack_an_example():
    without = FILE.replace("-- Example:\n--    n\n--   12\n", "")
    assert parse_query("q", without).model_copy(update={"example": " n\n12"}) == parse_query("q", FILE)


def test_literals_come_in_the_order_of_the_placeholders():
    assert arguments(parse_query("q", FILE), {"job": "it's"}, TODAY) == ["'2026-01-30'", "'it''s'", "'2026-01-30'"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "the parameter job is missing: The job, by name"),
        ({"jobb": "x"}, "q has no parameter jobb; it has: since, job"),
        ({"job": "x", "since": "soon"}, "since: 'soon' is not a date"),
    ],
)
def test_what_is_wrong_with_the_values_is_said(values, message):
    with pytest.raises(ParameterError, match=message):
        arguments(parse_query("q", FILE), values, TODAY)


FAULTY = {
    "no header": "SELECT 1",
    "no SQL": "-- Title\n",
    "a parameter that the SQL lacks": FILE.replace("? /* job */", "'x'"),
    "a placeholder that the header lacks": FILE.replace("--   since (date, default 30d): First day.\n", ""),
    "a placeholder without a name": FILE.replace(" /* job */", ""),
    "an unknown type": FILE.replace("(string)", "(text)"),
    "a column without a meaning": FILE.replace("n: Jobs.", "n"),
    "a parameter named twice": FILE.replace("--   job", "--   since (int): Again.\n--   job"),
}


@pytest.mark.parametrize("text", FAULTY.values(), ids=FAULTY)
def test_a_file_that_is_not_of_the_form_is_refused(text):
    with pytest.raises(QueryFileError, match=r"^q: "):
        parse_query("q", text)


@pytest.mark.parametrize(
    ("kind", "value", "made"),
    [
        (ParameterType.STRING, "", "''"),
        (ParameterType.STRING, "'; DROP TABLE x --", "'''; DROP TABLE x --'"),
        (ParameterType.STRING, "back\\slash é", "'back\\slash é'"),
        (ParameterType.DATE, "today", "'2026-03-01'"),
        (ParameterType.DATE, "1d", "'2026-02-28'"),
        (ParameterType.DATE, "2024-02-29", "'2024-02-29'"),
        (ParameterType.INT, "-007", "-7"),
        (ParameterType.TIMESTAMP, "2026-01-15 12:00:00.5", "TIMESTAMP '2026-01-15 12:00:00.500'"),
        (ParameterType.TIMESTAMP, "2026-01-15", "TIMESTAMP '2026-01-15 00:00:00.000'"),
    ],
)
def test_literals(kind, value, made):
    assert literal(kind, value, TODAY) == made


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (ParameterType.STRING, "a\nb"),
        (ParameterType.STRING, "\x00"),
        (ParameterType.STRING, "x" * (MAX_LITERAL_CHARACTERS - 1)),
        (ParameterType.DATE, "2026-02-30"),
        (ParameterType.DATE, "2026-01-01' OR '1'='1"),
        (ParameterType.DATE, "-3d"),
        (ParameterType.INT, "1; SELECT 2"),
        (ParameterType.INT, "1.5"),
        (ParameterType.INT, "٣"),
        (ParameterType.INT, ""),
        (ParameterType.TIMESTAMP, "now"),
        (ParameterType.TIMESTAMP, "2026-01-15T12:00:00+01:00"),
    ],
)
def test_what_is_not_of_its_kind_is_refused(kind, value):
    with pytest.raises(ParameterError):
        literal(kind, value, TODAY)


@settings(max_examples=50)
@given(st.text(alphabet=st.sampled_from("'\\ab;-é"), max_size=50))
def test_no_text_breaks_out_of_its_literal(text):
    try:
        made = literal(ParameterType.STRING, text, TODAY)
    except ParameterError:
        return
    assert made[0] == made[-1] == "'"
    assert made[1:-1].replace("''", "") == text.replace("'", "")
    assert "'" not in made[1:-1].replace("''", "")
