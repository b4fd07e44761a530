"""The way of a query through Athena, with a fake that answers in Athena's shapes (FORMATS.md 7.3)."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from trainstop.adapters.athena import AthenaQueries, QueryError, QueryProgress
from trainstop.adapters.athena_values import cost_usd

TYPES = {"n": "bigint", "share": "double", "known": "boolean", "exact": "decimal", "at": "timestamp", "who": "varchar"}
ROW = ["3", "0.5", "true", "1.10", "2026-01-15 12:00:00.000", "alice"]
TYPED = (3, 0.5, True, Decimal("1.10"), "2026-01-15 12:00:00.000", "alice")


class InvalidRequestError(ClientError):
    pass


class FakeAthena:
    """Goes through ``states``, then answers ``rows`` in pages."""

    exceptions = SimpleNamespace(InvalidRequestException=InvalidRequestError)

    def __init__(self, rows, states=("SUCCEEDED",), types=TYPES, reason="SYNTAX_ERROR: line 1"):
        self.rows = [list(types), *rows]
        self.states = list(states)
        self.types = types
        self.reason = reason
        self.started = []
        self.stopped = []
        self.pages = 0

    def start_query_execution(self, **request):
        self.started.append(request)
        return {"QueryExecutionId": "q-1"}

    def get_query_execution(self, QueryExecutionId):  # noqa: N803 - boto3's name
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        status = {"State": state} | ({"StateChangeReason": self.reason} if state == "FAILED" else {})
        statistics = {"DataScannedInBytes": 12_000_001, "TotalExecutionTimeInMillis": 1500}
        return {"QueryExecution": {"QueryExecutionId": QueryExecutionId, "Status": status, "Statistics": statistics}}

    def get_query_results(self, QueryExecutionId, MaxResults, NextToken="0"):  # noqa: N803, ARG002 - boto3's names
        self.pages += 1
        start, end = int(NextToken), int(NextToken) + MaxResults
        page = [{"Data": [{} if v is None else {"VarCharValue": v} for v in row]} for row in self.rows[start:end]]
        fields = [{"Name": name, "Type": kind} for name, kind in self.types.items()]
        answer = {"ResultSet": {"Rows": page, "ResultSetMetadata": {"ColumnInfo": fields}}}
        return answer | ({"NextToken": str(end)} if end < len(self.rows) else {})

    def stop_query_execution(self, QueryExecutionId):  # noqa: N803 - boto3's name
        self.stopped.append(QueryExecutionId)


class Clock:
    def __init__(self):
        self.now = 0.0
        self.pauses = []

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.now += seconds

    def monotonic(self):
        return self.now


def _run(athena, *, literals=(), timeout_seconds=60, max_rows=100, clock=None):
    clock = clock or Clock()
    queries = AthenaQueries(athena, "group", "db", sleep=clock.sleep, monotonic=clock.monotonic)
    return queries.run("SELECT 1", literals, timeout_seconds=timeout_seconds, max_rows=max_rows)


def test_values_have_their_columns_types_and_the_header_row_is_no_data():
    result = _run(FakeAthena([ROW, [None] * 6]))
    assert result.columns == tuple(TYPES)
    assert result.rows == (TYPED, (None,) * 6)
    assert not result.truncated


def test_the_query_runs_in_its_workgroup_and_database_with_its_parameters():
    athena = FakeAthena([])
    _run(athena, literals=["'it''s'", "7"])
    assert athena.started == [
        {
            "QueryString": "SELECT 1",
            "QueryExecutionContext": {"Database": "db"},
            "WorkGroup": "group",
            "ExecutionParameters": ["'it''s'", "7"],
        }
    ]


def test_a_query_without_parameters_sends_none_because_athena_refuses_an_empty_list():
    athena = FakeAthena([])
    _run(athena)
    assert "ExecutionParameters" not in athena.started[0]


def test_waiting_backs_off_to_two_seconds():
    clock = Clock()
    _run(FakeAthena([], ["QUEUED", *["RUNNING"] * 9, "SUCCEEDED"]), clock=clock)
    assert clock.pauses[:3] == pytest.approx([0.1, 0.15, 0.225])
    assert clock.pauses[-1] == 2.0


def test_who_watches_hears_where_the_query_stands_until_it_is_done():
    heard, clock, athena = [], Clock(), FakeAthena([], ["QUEUED", "RUNNING", "SUCCEEDED"])
    queries = AthenaQueries(athena, "group", "db", sleep=clock.sleep, monotonic=clock.monotonic)
    queries.run("SELECT 1", [], timeout_seconds=60, max_rows=1, tell=heard.append)
    assert heard == [QueryProgress("QUEUED", 0.0, 12_000_001), QueryProgress("RUNNING", 0.1, 12_000_001)]


def test_a_query_that_takes_too_long_is_cancelled():
    athena, clock = FakeAthena([], ["RUNNING"]), Clock()
    with pytest.raises(QueryError, match=r"more than 5 s and was cancelled \(q-1\)"):
        _run(athena, timeout_seconds=5, clock=clock)
    assert athena.stopped == ["q-1"]
    assert clock.now <= 5


def test_a_query_whose_waiting_is_interrupted_is_cancelled():
    def interrupt(_):
        raise KeyboardInterrupt

    athena = FakeAthena([], ["RUNNING"])
    with pytest.raises(KeyboardInterrupt):
        AthenaQueries(athena, "g", "d", sleep=interrupt).run("SELECT 1", [], timeout_seconds=5, max_rows=1)
    assert athena.stopped == ["q-1"]


@pytest.mark.parametrize(
    ("state", "why"), [("FAILED", "SYNTAX_ERROR: line 1"), ("CANCELLED", "Athena gives no reason")]
)
def test_a_query_that_fails_says_why(state, why):
    athena = FakeAthena([], ["RUNNING", state])
    with pytest.raises(QueryError, match=f"the query {state.lower()}: {why}"):
        _run(athena)
    assert athena.stopped == []


def test_a_query_that_athena_does_not_take_says_why():
    athena = FakeAthena([])
    error = {"Error": {"Code": "InvalidRequestException", "Message": "Incorrect number of parameters"}}

    def refuse(**_):
        raise InvalidRequestError(error, "StartQueryExecution")

    athena.start_query_execution = refuse
    with pytest.raises(QueryError, match="Incorrect number of parameters"):
        _run(athena)


@pytest.mark.parametrize(
    ("count", "max_rows", "pages"), [(2500, 5000, 3), (2500, 1500, 2), (2500, 10, 1), (999, 999, 1)]
)
def test_pages_are_read_until_there_are_enough_rows(count, max_rows, pages):
    athena = FakeAthena([[str(number)] for number in range(count)], types={"n": "integer"})
    result = _run(athena, max_rows=max_rows)
    assert [row[0] for row in result.rows] == list(range(min(count, max_rows)))
    assert result.truncated is (count > max_rows)
    assert athena.pages == pages


def test_a_data_row_that_looks_like_the_header_is_kept():
    athena = FakeAthena([["who"], ["bob"]], types={"who": "varchar"})
    assert _run(athena).rows == (("who",), ("bob",))


@pytest.mark.parametrize(
    ("bytes_scanned", "usd"),
    [
        (0, "0.00005"),
        (10_000_000, "0.00005"),
        (10_000_001, "0.000055"),
        (1_000_000_000_000, "5"),
    ],
)
def test_a_query_costs_five_dollars_a_terabyte_and_ten_megabytes_at_least(bytes_scanned, usd):
    assert cost_usd(bytes_scanned) == Decimal(usd)


def test_the_result_tells_what_was_scanned_how_long_it_took_and_what_it_cost():
    result = _run(FakeAthena([]))
    assert (result.bytes_scanned, result.seconds, result.cost_usd) == (12_000_001, 1.5, Decimal("0.000065"))
