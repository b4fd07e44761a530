"""Named Athena queries: what a query file says of itself, and the literals that fill its placeholders.

A query file opens with comments: the title, what it tells, ``Parameters:`` with ``name (type, default X): meaning``,
``Columns:`` as ``name: meaning`` and ``Example:`` with some rows of a result, aligned under some of the columns' names.
In the SQL every placeholder names its parameter: ``? /* since */``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import takewhile
from textwrap import dedent

from trainstop.domain.base import Frozen
from trainstop.records.literals import ParameterError, ParameterType, literal

_PLACEHOLDER = re.compile(r"\?(?: /\* (\w+) \*/)?")
_PARAMETER = re.compile(r"(\w+) \((\w+)(?:, default ([^)]+))?\): (.+)")
_COLUMN = re.compile(r"(\w+): (.+)")


class QueryFileError(ValueError):
    """A query file that is not of the form; the message names the file and the place."""


class Parameter(Frozen):
    """One parameter of a query.

    Attributes:
        default: As a person would give it (``30d``, ``today``, ``1``); None where a value has to be given.
    """

    name: str
    type: ParameterType
    default: str | None
    meaning: str


class ResultColumn(Frozen):
    """One column of a query's result, its unit in its meaning."""

    name: str
    meaning: str


class Query(Frozen):
    """A query as its file tells it.

    Attributes:
        example: Rows of a made result as an aligned table, in lines; "" where the file has none.
        placeholders: The parameters' names in the order of the placeholders; a name may come more than once.
    """

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    columns: tuple[ResultColumn, ...]
    example: str
    placeholders: tuple[str, ...]
    sql: str


def parse_query(name: str, text: str) -> Query:
    """Read a query file.

    Raises:
        QueryFileError: the header or the placeholders are not of the form.
    """
    lines = text.splitlines()
    header = [
        line.removeprefix("--").removeprefix(" ") for line in takewhile(lambda line: line.startswith("--"), lines)
    ]
    sql = "\n".join(lines[len(header) :]).strip()
    sections = _sections(header)
    intro = sections.get("", [])
    if not intro or not sql:
        raise QueryFileError(f"{name}: a query file needs a title and SQL")
    parameters = tuple(_parameter(name, entry) for entry in _entries(sections.get("Parameters", [])))
    columns = tuple(_column(name, entry) for entry in _entries(sections.get("Columns", [])))
    placeholders = tuple(match[1] or "" for match in _PLACEHOLDER.finditer(sql))
    declared = [parameter.name for parameter in parameters]
    if set(placeholders) != set(declared) or len(declared) != len(set(declared)):
        raise QueryFileError(f"{name}: placeholders {sorted(set(placeholders))} but parameters {sorted(declared)}")
    return Query(
        name=name,
        title=intro[0],
        description=" ".join(line for line in intro[1:] if line),
        parameters=parameters,
        columns=columns,
        example=dedent("\n".join(sections.get("Example", []))).strip("\n"),
        placeholders=placeholders,
        sql=sql,
    )


def arguments(query: Query, values: Mapping[str, str], today: date) -> list[str]:
    """The SQL literals for the query's placeholders, in their order, as Athena's ExecutionParameters want them.

    Raises:
        ParameterError: a parameter is unknown or missing, or its value is not of its type.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    if unknown := sorted(values.keys() - known.keys()):
        raise ParameterError(f"{query.name} has no parameter {unknown[0]}; it has: {', '.join(known) or 'none'}")
    literals = {name: _argument(parameter, values.get(name), today) for name, parameter in known.items()}
    return [literals[name] for name in query.placeholders]


def _argument(parameter: Parameter, value: str | None, today: date) -> str:
    chosen = parameter.default if value is None else value
    if chosen is None:
        raise ParameterError(f"the parameter {parameter.name} is missing: {parameter.meaning}")
    try:
        return literal(parameter.type, chosen, today)
    except ParameterError as error:
        raise ParameterError(f"{parameter.name}: {error}") from error


def _sections(header: Iterable[str]) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {"": []}
    current = ""
    for line in header:
        if line in {"Parameters:", "Columns:", "Example:"}:
            current = line[:-1]
            sections[current] = []
        else:
            sections[current].append(line)
    return sections


def _entries(lines: Iterable[str]) -> Iterator[str]:
    """The indented entries of a section; a line that is indented further continues the one before."""
    entry = ""
    for line in lines:
        if line.startswith("    "):
            entry += " " + line.strip()
            continue
        if entry:
            yield entry
        entry = line.strip()
    if entry:
        yield entry


def _parameter(name: str, entry: str) -> Parameter:
    match = _PARAMETER.fullmatch(entry)
    if match is None or match[2] not in set(ParameterType):
        raise QueryFileError(f"{name}: not a parameter: {entry!r}")
    return Parameter(name=match[1], type=ParameterType(match[2]), default=match[3], meaning=match[4])


def _column(name: str, entry: str) -> ResultColumn:
    match = _COLUMN.fullmatch(entry)
    if match is None:
        raise QueryFileError(f"{name}: not a column: {entry!r}")
    return ResultColumn(name=match[1], meaning=match[2])
