"""CloudTrail's calls on the jobs of incidents, by one query of Athena."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Final

from trainstop.adapters.athena import AthenaQueries, QueryError
from trainstop.adapters.athena_values import Value
from trainstop.adapters.query_files import queries
from trainstop.domain.report import Call, Calls, Span
from trainstop.records.query import arguments

_QUERY: Final = "calls_of_incidents"
_BEFORE: Final = timedelta(days=7)
"""Jobs begin before they fail; how long before is their owner's to say, and each day more is read and paid for."""

_MOST_CALLS: Final = 20_000
_TIMEOUT_SECONDS: Final = 120
_NO_TABLE: Final = "the stack has no table cloudtrail"


class AthenaJobCalls:
    """The calls of a span; that they cannot be had is no reason to make no report."""

    def __init__(self, athena: AthenaQueries) -> None:
        self._athena = athena

    def of(self, span: Span) -> Calls:
        """The calls on jobs with an incident in the span; where they cannot be had, why.

        Raises:
            botocore.exceptions.ClientError: Athena may not be called.
        """
        query = queries()[_QUERY]
        first, last = span.days[0], span.days[-1]
        calls_since = date.fromisoformat(first) - _BEFORE
        values = {"since": first, "until": last, "calls_since": str(calls_since)}
        literals = arguments(query, values, date.fromisoformat(last))
        try:
            result = self._athena.run(query.sql, literals, timeout_seconds=_TIMEOUT_SECONDS, max_rows=_MOST_CALLS)
        except QueryError as error:
            return Calls({}, _problem(str(error)))
        by_job: dict[tuple[str, str, str], list[Call]] = defaultdict(list)
        for account, region, job_name, *call in (map(_text, row) for row in result.rows):
            by_job[account, region, job_name].append(_call(*call))
        problem = f"all after the first {_MOST_CALLS:,}, which is as many as are read" if result.truncated else ""
        return Calls({job: tuple(calls) for job, calls in by_job.items()}, problem)


class NoJobCalls:
    """A stack without a trail."""

    def of(self, span: Span) -> Calls:  # noqa: ARG002 - whatever the span is
        """None, and why."""
        return Calls({}, _NO_TABLE)


def _call(called_at: str, name: str, who: str, source_ip: str, error_code: str) -> Call:
    return Call(called_at[:19], name, who, source_ip, error_code)


def _problem(message: str) -> str:
    if "cloudtrail" in message.lower() and "does not exist" in message:
        return _NO_TABLE
    return message


def _text(value: Value) -> str:
    return "" if value is None else str(value)
