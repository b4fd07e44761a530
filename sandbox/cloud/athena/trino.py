"""Functions of Trino that DuckDB lacks or spells otherwise, as macros."""

import duckdb

# MySQL's letters, which Trino's date_format takes, in strftime's. %M goes first: it is another letter's meaning.
_FORMAT = "replace(replace(replace(replace(pattern, '%M', '%B'), '%i', '%M'), '%s', '%S'), '%T', '%H:%M:%S')"

_MACROS = (
    "json_extract_scalar(document, path) AS json_extract_string(document, path)",
    "json_parse(document) AS CAST(document AS JSON)",
    "json_format(document) AS CAST(document AS VARCHAR)",
    "json_size(document, path) AS coalesce(json_array_length(document, path), len(json_keys(document, path)))",
    "from_iso8601_timestamp(moment) AS CAST(moment AS TIMESTAMPTZ)",
    "from_iso8601_date(day) AS CAST(day AS DATE)",
    "to_iso8601(moment) AS strftime(CAST(moment AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%gZ')",
    f"date_format(moment, pattern) AS strftime(moment, {_FORMAT})",
    "from_unixtime(seconds) AS to_timestamp(seconds)",
    "to_unixtime(moment) AS epoch(moment)",
    (
        "date_add(unit, value, moment) AS moment + to_microseconds(CAST(value AS BIGINT) * CASE unit"
        " WHEN 'millisecond' THEN 1000 WHEN 'second' THEN 1000000 WHEN 'minute' THEN 60000000"
        " WHEN 'hour' THEN 3600000000 WHEN 'day' THEN 86400000000 WHEN 'week' THEN 604800000000 END)"
    ),
    "day_of_week(moment) AS isodow(moment)",
    "day_of_year(moment) AS dayofyear(moment)",
    "week_of_year(moment) AS week(moment)",
    "year_of_week(moment) AS isoyear(moment)",
    "regexp_like(value, pattern) AS regexp_matches(value, pattern)",
    "array_join(items, separator) AS array_to_string(items, separator)",
    "approx_percentile(value, fraction) AS quantile_cont(value, fraction)",
    "approx_distinct(value) AS approx_count_distinct(value)",
    "arbitrary(value) AS any_value(value)",
    "url_extract_host(url) AS regexp_extract(url, '^[a-z]+://([^/:?#]+)', 1)",
    (
        "cardinality(items) AS CASE json_type(to_json(items)) WHEN 'ARRAY' THEN json_array_length(to_json(items))"
        " ELSE len(json_keys(to_json(items))) END"
    ),
    "element_at(items, key) AS items[key]",
    "sequence(first, last) AS generate_series(first, last)",
    "truncate(value) AS trunc(value)",
)


def define(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes Trino's functions known to a connection's database, and its division of integers to the connection."""
    divide(connection)
    for macro in _MACROS:
        connection.execute(f"CREATE OR REPLACE MACRO {macro}")


def divide(connection: duckdb.DuckDBPyConnection) -> None:
    """Has a connection divide integers as Trino does."""
    connection.execute("SET integer_division = true")
