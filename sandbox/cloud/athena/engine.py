"""Runs a query on DuckDB, with Trino's functions, Athena's result texts and the bytes that it scans."""

import asyncio
import json
import shutil
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from typing import Any

import duckdb
from ministack.core.responses import error_response_json
from ministack.services import athena

from sandbox.cloud.athena import parameters, tables, trino, values
from sandbox.cloud.athena.scanned import scanned_bytes

# The bytes that the running query scanned, for the execution's statistics.
_scanned: ContextVar[list[int]] = ContextVar("scanned")


async def run(query: str, database: str, catalog: str | None = None) -> dict[str, Any]:
    """Stands for the emulator's `_run_duckdb`: the same answer, with what the module's docstring names."""
    read: list[list[tables.ReadFile]] = []
    tables.tables_read.set(read)
    sql, _, workdirs = await athena._rewrite_data_paths(query, database, catalog)  # noqa: SLF001 - an extension
    try:
        return await asyncio.to_thread(_execute, sql, read)
    finally:
        for workdir in workdirs:
            shutil.rmtree(workdir, ignore_errors=True)


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """For the emulator's life, so that a Parquet file's footer is read once."""
    database = duckdb.connect(":memory:")
    database.execute("SET GLOBAL parquet_metadata_cache = true")
    trino.define(database)
    return database


def _execute(sql: str, read: list[list[tables.ReadFile]]) -> dict[str, Any]:
    with _database().cursor() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        trino.divide(connection)
        _scanned.get([]).append(scanned_bytes(connection, sql, read))
        result = connection.sql(sql)
        if result is None:
            return {"columns": [], "column_types": [], "rows": []}
        return {
            "columns": result.columns,
            "column_types": [values.type_name(kind) for kind in result.types],
            "rows": values.texts(result),
        }


def with_parameters(original: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    """StartQueryExecution that puts ExecutionParameters into the query and tells both as they were given."""

    def start(data: dict[str, Any]) -> Any:  # noqa: ANN401 - the emulator's response triple
        given = data.get("ExecutionParameters") or []
        query = data.get("QueryString", "")
        try:
            bound = parameters.bind(query, given)
        except parameters.ParameterError as refusal:
            return error_response_json("InvalidRequestException", str(refusal), 400)
        response = original({**data, "QueryString": bound})
        started = json.loads(response[2]).get("QueryExecutionId")
        if started and given:
            athena._executions[started] |= {"Query": query, "ExecutionParameters": given}  # noqa: SLF001 - an extension
        return response

    return start


def with_statistics(original: Callable[..., Any]) -> Callable[..., Any]:
    """The execution of a query, with the bytes scanned and AWS's form of an error in its record."""

    async def execute(query_id: str, query: str, database: str, ddl: object, catalog: str | None = None) -> None:
        scanned: list[int] = []
        _scanned.set(scanned)
        await original(query_id, query, database, ddl, catalog)
        execution = athena._executions.get(query_id)  # noqa: SLF001 - an extension
        if not execution:
            return
        execution["Statistics"]["DataScannedInBytes"] = sum(scanned)
        if execution["Status"]["State"] == "FAILED":
            reason = execution["Status"]["StateChangeReason"]
            execution["Status"]["AthenaError"] = {"ErrorCategory": 2, "Retryable": False, "ErrorMessage": reason}

    return execute


def with_glue_types(typed: Callable[..., str]) -> Callable[[Callable[..., str]], Callable[..., str]]:
    """Wraps one of the emulator's relations: Parquet and JSON tables are read by `typed`, others as before."""

    def wrap(original: Callable[..., str]) -> Callable[..., str]:
        def relation(table_data: dict[str, Any], *rest: Any) -> str:  # noqa: ANN401 - the files, if there are any
            return (typed if tables.is_typed(table_data) else original)(table_data, *rest)

        return relation

    return wrap
