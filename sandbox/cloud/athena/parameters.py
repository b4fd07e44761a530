"""Execution parameters: the values of a query's `?` placeholders, which in Athena are SQL literals."""

import re
from collections.abc import Iterator, Sequence

# One token of SQL in which a question mark is no placeholder, or a placeholder.
_TOKEN = re.compile(
    r"""
      '(?:[^']|'')*'      # text
    | "(?:[^"]|"")*"      # a quoted name
    | --[^\n]*            # a comment to the end of the line
    | /\*.*?\*/           # a block comment
    | (?P<placeholder>\?)
    """,
    re.VERBOSE | re.DOTALL,
)
_LITERAL = re.compile(
    r"""\s*(?:
      (?:(?:DATE|TIME|TIMESTAMP|DECIMAL)\s+)?'(?:[^']|'')*'
    | [+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?
    | TRUE | FALSE | NULL
    )\s*""",
    re.VERBOSE | re.IGNORECASE,
)


class ParameterError(ValueError):
    """The execution parameters do not fit the query; the message is for the caller."""


def placeholders(query: str) -> Iterator[re.Match[str]]:
    """Yields the `?` of a query that stand for values: not those in text, quoted names or comments."""
    return (token for token in _TOKEN.finditer(query) if token["placeholder"])


def bind(query: str, parameters: Sequence[str]) -> str:
    """Puts each parameter, a SQL literal such as `'abc'` or `7`, in the place of its `?`.

    Raises:
        ParameterError: their numbers differ, or a parameter is not one literal.
    """
    places = list(placeholders(query))
    if len(places) != len(parameters):
        raise ParameterError(f"Incorrect number of parameters: expected {len(places)} but found {len(parameters)}")
    for position, value in enumerate(parameters, start=1):
        if not _LITERAL.fullmatch(value):
            raise ParameterError(f"Parameter {position} is not a SQL literal: {value!r} (text needs single quotes)")
    pieces, end = [], 0
    for place, value in zip(places, parameters, strict=True):
        pieces += [query[end : place.start()], value.strip()]
        end = place.end()
    return "".join([*pieces, query[end:]])
