"""The questions of ``queries/`` as named queries of the template's workgroup; as a program, it writes them anew."""

import re

from tests.unit.stack.template import PROJECT, resource
from trainstop.records.query import Query, parse_query

FILE = PROJECT / "template.yaml"
QUERIES = PROJECT / "queries"
ABOVE = "  # The questions of queries/, written by: python -m tests.unit.stack.named_queries\n"
BELOW = "  # The end of the questions of queries/.\n"

_BLOCK = re.compile(re.escape(ABOVE) + r"(?P<block>.*?)" + f"^{BELOW}", re.DOTALL | re.MULTILINE)


def block() -> str:
    """The resources, in the order of their names."""
    return "".join(_resource(path.stem, path.read_text(encoding="utf-8")) for path in sorted(QUERIES.glob("*.sql")))


def written(template: str) -> str:
    """The block as it stands in the text of a template.

    Raises:
        ValueError: the lines that it stands between are not there.
    """
    return _found(template)["block"]


def renewed(template: str) -> str:
    """The text of a template with the block made anew."""
    start, end = _found(template).span("block")
    return template[:start] + block() + template[end:]


def _found(template: str) -> re.Match[str]:
    if match := _BLOCK.search(template):
        return match
    raise ValueError(f"{FILE.name} lacks the lines {ABOVE.strip()!r} and {BELOW.strip()!r}")


def _resource(name: str, text: str) -> str:
    query = parse_query(name, text)
    lines = [
        f"  {''.join(word.title() for word in name.split('_'))}NamedQuery:",
        "    Type: AWS::Athena::NamedQuery",
        *_condition(query),
        "    Properties:",
        f"      Name: {name}",
        f"      Description: {query.title}",
        "      Database: !Ref GlueDatabase",
        "      WorkGroup: !Ref QueryWorkGroup",
        "      QueryString: |",
        *(f"        {line}".rstrip() for line in text.splitlines()),
        "",
    ]
    return "\n".join(lines) + "\n"


def _condition(query: Query) -> list[str]:
    """What reads CloudTrail is there where its table is."""
    if re.search(r"\bFROM cloudtrail\b", query.sql) is None:
        return []
    return [f"    Condition: {resource('CloudTrailGlueTable')['Condition']}"]


if __name__ == "__main__":
    FILE.write_text(renewed(FILE.read_text(encoding="utf-8")), encoding="utf-8")
