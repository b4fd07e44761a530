"""The part of docs/queries.md that query files tell; as a program, it writes that part anew."""

from collections.abc import Iterable, Iterator

from tests.queries.lake import QUERIES, a_query
from trainstop.records.query import Query

FILE = QUERIES.parent / "docs/queries.md"
ABOVE = "<!-- Made from queries/*.sql by: python -m tests.queries.docs -->\n\n"
BELOW = "## Adding a query\n"


def part() -> str:
    """A table of all questions, then a section for each."""
    queries = [a_query(path.stem) for path in sorted(QUERIES.glob("*.sql"))]
    return "\n".join([*_contents(queries), *(line for query in queries for line in _section(query))]) + "\n"


def renewed(document: str) -> str:
    """The document with that part made anew.

    Raises:
        ValueError: it lacks the lines that the part stands between.
    """
    before, rest = document.split(ABOVE)
    _, after = rest.split(BELOW)
    return f"{before}{ABOVE}{part()}{BELOW}{after}"


def _contents(queries: Iterable[Query]) -> Iterator[str]:
    yield from ("| query | question |", "| --- | --- |")
    yield from (f"| [{query.name}](#{query.name}) | {query.title} |" for query in queries)
    yield ""


def _section(query: Query) -> Iterator[str]:
    yield from (f"## `{query.name}`", "", " ".join(filter(None, [f"{query.title}.", query.description])), "")
    wanted = (
        f"`{each.name}` ({f'default `{each.default}`' if each.default else 'required'})" for each in query.parameters
    )
    yield from (f"Parameters: {', '.join(wanted)}.", "", "| column | meaning |", "| --- | --- |")
    yield from (f"| `{column.name}` | {column.meaning} |" for column in query.columns)
    yield from ("", "```text", query.example, "```", "")


if __name__ == "__main__":
    FILE.write_text(renewed(FILE.read_text(encoding="utf-8")), encoding="utf-8")
