"""Hive's column types, as Glue stores them, and DuckDB's names for them."""

import re
from dataclasses import dataclass

_SCALARS = {
    "string": "VARCHAR",
    "varchar": "VARCHAR",
    "char": "VARCHAR",
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INTEGER",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "binary": "BLOB",
}
_DECIMAL_DEFAULT = "DECIMAL(10,0)"
_WORD = re.compile(r"\s*([A-Za-z_][\w$-]*)\s*")
_SIZE = re.compile(r"\s*\(([\d,\s]+)\)\s*")


@dataclass(frozen=True)
class HiveType:
    """A column's type: a scalar's ``name``, or array, map or struct with what it holds in ``fields``, by name."""

    name: str
    fields: tuple[tuple[str, "HiveType"], ...] = ()
    size: str = ""

    @property
    def duckdb(self) -> str:
        """The same type in DuckDB's SQL."""
        if self.name == "array":
            return f"{self.fields[0][1].duckdb}[]"
        if self.name == "map":
            return f"MAP({self.fields[0][1].duckdb}, {self.fields[1][1].duckdb})"
        if self.name == "struct":
            return "STRUCT(" + ", ".join(f"{quoted(name)} {kind.duckdb}" for name, kind in self.fields) + ")"
        if self.name == "decimal":
            return f"DECIMAL({self.size})" if self.size else _DECIMAL_DEFAULT
        return _SCALARS[self.name]


def quoted(name: str) -> str:
    """A name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A value as a SQL text literal."""
    return "'" + value.replace("'", "''") + "'"


def duckdb_type(declaration: str) -> str:
    """A column's type, such as ``array<string>``, in DuckDB's SQL.

    Raises:
        ValueError: it is no type that Athena's tables know.
    """
    return parse(declaration).duckdb


def parse(declaration: str) -> HiveType:
    """Read a type such as ``struct<a:int,b:array<string>>``.

    Raises:
        ValueError: it is no type that Athena's tables know.
    """
    parsed, rest = _type(declaration)
    if rest.strip():
        raise ValueError(f"not a Hive type: {declaration!r} (stopped at {rest!r})")
    return parsed


def _type(source: str) -> tuple[HiveType, str]:
    word = _WORD.match(source)
    if not word:
        raise ValueError(f"a Hive type is expected at {source!r}")
    name, rest = word[1].lower(), source[word.end() :]
    if name == "array":
        held, rest = _held(rest, named=False)
        return HiveType(name, held), rest
    if name in {"map", "struct"}:
        held, rest = _held(rest, named=name == "struct")
        return HiveType(name, held), rest
    size = _SIZE.match(rest)
    if size:
        rest = rest[size.end() :]
    if name != "decimal" and name not in _SCALARS:
        raise ValueError(f"unknown Hive type {name!r}")
    return HiveType(name, size=size[1] if size else ""), rest


def _held(source: str, *, named: bool) -> tuple[tuple[tuple[str, HiveType], ...], str]:
    rest = _after(source, "<")
    held: list[tuple[str, HiveType]] = []
    while True:
        name = ""
        if named:
            word = _WORD.match(rest)
            if not word:
                raise ValueError(f"a field's name is expected at {rest!r}")
            name, rest = word[1].lower(), _after(rest[word.end() :], ":")
        kind, rest = _type(rest)
        held.append((name, kind))
        if not rest.startswith(","):
            return tuple(held), _after(rest, ">")
        rest = rest[1:]


def _after(source: str, mark: str) -> str:
    if not source.startswith(mark):
        raise ValueError(f"{mark!r} is expected at {source!r}")
    return source[len(mark) :].lstrip()
