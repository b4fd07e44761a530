"""Runs queries by Athena: waits for them in bounded time, reads a bounded result, tells what they cost."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from trainstop.adapters.athena_values import Value, cost_usd, texts, typed
from trainstop.adapters.errors import message_of

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_athena.type_defs import QueryExecutionTypeDef

Rows = list[tuple[Value, ...]]

_FIRST_WAIT_SECONDS: Final = 0.1
_LONGEST_WAIT_SECONDS: Final = 2.0
_PAGE_ROWS: Final = 1000
"""GetQueryResults' maximum (FORMATS.md 7.3)."""


class QueryError(RuntimeError):
    """The query did not come to a result; the text says why, for a person."""


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What a query answered.

    Attributes:
        rows: Values by the columns' types: int, float, bool, Decimal, text for all else, None for NULL.
        truncated: True where the query has more rows than were asked for.
        cost_usd: Estimated from the bytes scanned; without S3 requests and the Glue catalog.
        seconds: Queueing and execution by Athena's count.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    truncated: bool
    bytes_scanned: int
    cost_usd: Decimal
    seconds: float
    query_execution_id: str


@dataclass(frozen=True, slots=True)
class QueryProgress:
    """Where a query stands that is not done.

    Attributes:
        state: QUEUED or RUNNING.
        seconds: Since it was asked.
        bytes_scanned: So far; None where Athena does not tell yet.
    """

    state: str
    seconds: float
    bytes_scanned: int | None


def _untold(_: QueryProgress) -> None:
    """For callers that do not watch."""


class AthenaQueries:
    """Queries in one workgroup on one Glue database. The workgroup says where results go and how much may be read."""

    def __init__(
        self,
        athena: "AthenaClient",
        workgroup: str,
        database: str,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._athena = athena
        self._workgroup = workgroup
        self._database = database
        self._sleep = sleep
        self._monotonic = monotonic

    def run(
        self,
        sql: str,
        literals: Sequence[str],
        *,
        timeout_seconds: float,
        max_rows: int,
        tell: Callable[[QueryProgress], None] = _untold,
    ) -> QueryResult:
        """Run a query with its execution parameters and read at most ``max_rows`` rows.

        ``tell`` hears where the query stands each time that it is looked at and not done.

        A query that is not done in time is cancelled, and so is one whose waiting a person interrupts: Athena goes
        on, and bills, otherwise.

        Raises:
            QueryError: Athena refused or failed the query, or it took too long.
            botocore.exceptions.ClientError: Athena may not be called.
        """
        identity = self._start(sql, literals)
        try:
            execution = self._wait(identity, timeout_seconds, tell)
        except (TimeoutError, KeyboardInterrupt) as error:
            self._athena.stop_query_execution(QueryExecutionId=identity)
            if isinstance(error, KeyboardInterrupt):
                raise
            raise QueryError(
                f"the query took more than {timeout_seconds:g} s and was cancelled ({identity})"
            ) from error
        columns, rows = self._read(identity, max_rows)
        statistics = execution.get("Statistics", {})
        bytes_scanned = statistics.get("DataScannedInBytes", 0)
        return QueryResult(
            columns=columns,
            rows=tuple(rows[:max_rows]),
            truncated=len(rows) > max_rows,
            bytes_scanned=bytes_scanned,
            cost_usd=cost_usd(bytes_scanned),
            seconds=statistics.get("TotalExecutionTimeInMillis", 0) / 1000,
            query_execution_id=identity,
        )

    def _start(self, sql: str, literals: Sequence[str]) -> str:
        parameters: dict[str, Any] = {"ExecutionParameters": list(literals)} if literals else {}
        try:
            answer = self._athena.start_query_execution(
                QueryString=sql,
                QueryExecutionContext={"Database": self._database},
                WorkGroup=self._workgroup,
                **parameters,
            )
        except self._athena.exceptions.InvalidRequestException as error:
            raise QueryError(f"Athena does not take the query: {message_of(error)}") from error
        return answer["QueryExecutionId"]

    def _wait(
        self, identity: str, timeout_seconds: float, tell: Callable[[QueryProgress], None]
    ) -> "QueryExecutionTypeDef":
        asked_at = self._monotonic()
        for wait in _waits():
            execution = self._athena.get_query_execution(QueryExecutionId=identity)["QueryExecution"]
            status = execution["Status"]
            match status["State"]:
                case "SUCCEEDED":
                    return execution
                case "FAILED" | "CANCELLED" as state:
                    reason = status.get("StateChangeReason") or "Athena gives no reason"
                    raise QueryError(f"the query {state.lower()}: {reason} ({identity})")
            seconds = self._monotonic() - asked_at
            tell(QueryProgress(status["State"], seconds, execution.get("Statistics", {}).get("DataScannedInBytes")))
            if seconds + wait > timeout_seconds:
                break
            self._sleep(wait)
        raise TimeoutError

    def _read(self, identity: str, max_rows: int) -> tuple[tuple[str, ...], Rows]:
        """The columns, and one row more than wanted where there are more."""
        columns: tuple[str, ...] | None = None
        rows: Rows = []
        for page in self._pages(identity, max_rows):
            fields = page["ResultSetMetadata"]["ColumnInfo"]
            values = texts(page["Rows"])
            if columns is None:
                columns = tuple(field["Name"] for field in fields)
                # The first row of the first page repeats the names, for SELECT (FORMATS.md 7.3).
                values = values[1:] if values and tuple(values[0]) == columns else values
            rows += (typed(row, [field["Type"] for field in fields]) for row in values)
            if len(rows) > max_rows:
                break
        return columns or (), rows

    def _pages(self, identity: str, max_rows: int) -> Iterator[dict[str, Any]]:
        # One row for the names, one to know whether there are more.
        request: dict[str, Any] = {"QueryExecutionId": identity, "MaxResults": min(_PAGE_ROWS, max_rows + 2)}
        while True:
            try:
                answer = self._athena.get_query_results(**request)
            except ClientError as error:
                raise QueryError(f"the result cannot be read: {message_of(error)} ({identity})") from error
            yield dict(answer["ResultSet"])
            if "NextToken" not in answer:
                return
            request["NextToken"] = answer["NextToken"]


def _waits() -> Iterator[float]:
    wait = _FIRST_WAIT_SECONDS
    while True:
        yield wait
        wait = min(wait * 1.5, _LONGEST_WAIT_SECONDS)
