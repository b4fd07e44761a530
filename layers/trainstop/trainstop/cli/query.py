"""``trainstop query``: the questions that come with trainstop, asked of Athena."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from trainstop.adapters.athena import AthenaQueries, QueryError, QueryResult
from trainstop.adapters.query_files import NoQueriesError, queries
from trainstop.cli import output
from trainstop.cli.aws import deployment
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.query_progress import progress_of
from trainstop.cli.since import now_utc
from trainstop.records.literals import ParameterError
from trainstop.records.query import Query, arguments


def list_queries(*, as_json: bool) -> None:
    """Print what can be asked."""
    known = _known().values()
    if as_json:
        output.print_json([_described(query) for query in known])
    else:
        rows = ([query.name, query.title, ", ".join(_short(query))] for query in known)
        output.print_table(["name", "question", "parameters"], rows, whole={"name"})


def describe_query(name: str, *, as_json: bool) -> None:
    """Print what one query asks and answers."""
    query = _find(name)
    if as_json:
        output.print_json(_described(query))
        return
    facts = [(query.name, query.title), ("", query.description)]
    facts += [("", ""), *((f"--param {parameter}=", text) for parameter, text in _explained(query))]
    facts += [("", ""), *((column.name, column.meaning) for column in query.columns)]
    output.print_facts(facts)
    if query.example:
        output.print_text(f"\n{query.example}")


def run_query(
    name: str, parameters: Sequence[str], *, stack: str, timeout: float, max_rows: int, as_json: bool, as_csv: bool
) -> None:
    """Ask Athena and print the answer."""
    if as_json and as_csv:
        raise CliError(ExitCode.USAGE, "--json and --csv exclude each other")
    query = _find(name)
    literals = _literals(query, parameters, now_utc().date())
    with deployment(stack) as deployed:
        athena = AthenaQueries(
            deployed.client("athena"), deployed.output("QueryWorkGroupName"), deployed.output("GlueDatabaseName")
        )
        try:
            with progress_of(name) as tell:
                result = athena.run(query.sql, literals, timeout_seconds=timeout, max_rows=max_rows, tell=tell)
        except QueryError as error:
            raise CliError(ExitCode.AWS, f"{name}: {error}{_hint(query, str(error))}") from error
    _print(result, as_json=as_json, as_csv=as_csv)


def _known() -> dict[str, Query]:
    try:
        return dict(queries())
    except NoQueriesError as error:
        raise CliError(ExitCode.USAGE, str(error)) from error


def _find(name: str) -> Query:
    known = _known()
    if name not in known:
        raise CliError(ExitCode.USAGE, f"there is no query {name!r}; there are: {', '.join(known)}")
    return known[name]


def _literals(query: Query, parameters: Sequence[str], today: date) -> list[str]:
    values: dict[str, str] = {}
    for parameter in parameters:
        name, separator, value = parameter.partition("=")
        if not separator:
            raise CliError(ExitCode.USAGE, f"--param {parameter!r} is not of the form NAME=VALUE")
        values[name] = value
    try:
        return arguments(query, values, today)
    except ParameterError as error:
        raise CliError(ExitCode.USAGE, str(error)) from error


def _hint(query: Query, message: str) -> str:
    missing = "cloudtrail" in query.sql and "cloudtrail" in message.lower() and "does not exist" in message
    return " - without the parameter TrailBucket or CreateTrail the stack has no table cloudtrail" if missing else ""


def _short(query: Query) -> Iterable[str]:
    return (f"{parameter.name}={parameter.default or '?'}" for parameter in query.parameters)


def _explained(query: Query) -> Iterable[tuple[str, str]]:
    for parameter in query.parameters:
        needed = "required" if parameter.default is None else f"default {parameter.default}"
        yield parameter.name, f"{parameter.meaning} ({parameter.type.value}, {needed})"


def _described(query: Query) -> dict[str, Any]:
    return query.model_dump(mode="json", exclude={"placeholders"})


def _print(result: QueryResult, *, as_json: bool, as_csv: bool) -> None:
    if as_json:
        output.print_json(
            {
                "columns": result.columns,
                "rows": [dict(zip(result.columns, row, strict=True)) for row in result.rows],
                "truncated": result.truncated,
                "bytes_scanned": result.bytes_scanned,
                "cost_usd": float(result.cost_usd),
                "seconds": result.seconds,
                "query_execution_id": result.query_execution_id,
            }
        )
    elif as_csv:
        output.print_csv(result.columns, result.rows)
    elif result.rows:
        output.print_table(result.columns, result.rows)
    output.remark(_summary(result))


def _summary(result: QueryResult) -> str:
    count = f"first {len(result.rows)} rows, there are more" if result.truncated else f"{len(result.rows)} rows"
    scanned = output.megabytes(result.bytes_scanned)
    return f"{count}; {result.seconds:.1f} s, {scanned} scanned, about {result.cost_usd:.5f} USD"
