"""The columns of the Glue table of incidents, as the archive has them, written into the template; as a program."""

import json
import re

from tests.unit.stack.template import PROJECT
from trainstop.records.schema import COLUMNS, Column

TEMPLATE = PROJECT / "template.yaml"
_BLOCK = re.compile(r"(  IncidentsGlueTable:\n.*?\n          Columns:\n)(?:            - [^\n]*\n)+", re.DOTALL)


def _line(column: Column) -> str:
    name, kind, comment = column
    return f"            - {{Name: {name}, Type: {_scalar(kind)}, Comment: {_scalar(comment)}}}\n"


def _scalar(text: str) -> str:
    return json.dumps(text) if re.search(r"[:,#'{}\[\]]", text) else text


if __name__ == "__main__":
    source = TEMPLATE.read_text(encoding="utf-8")
    columns = "".join(map(_line, COLUMNS))
    TEMPLATE.write_text(_BLOCK.sub(lambda match: match[1] + columns, source, count=1), encoding="utf-8")
