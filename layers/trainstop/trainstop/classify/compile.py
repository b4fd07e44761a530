"""``python -m trainstop.classify.compile``: writes the signatures in the form that a function loads fast."""

import json
import sys
from pathlib import Path

from trainstop.classify.load import COMPILED, FIELDS, source_rows
from trainstop.classify.table import STRUCTURE, words_of


def compiled() -> bytes:
    """The signatures without their evidence, as JSON, the same bytes for the same sources."""
    rows = [
        {"family": family} | {key: row[key] for key in sorted(row.keys() & FIELDS)} for family, row in source_rows()
    ]
    words = {pattern: words_of(pattern) for pattern in (*(str(row["pattern"]) for row in rows), *STRUCTURE)}
    return json.dumps({"signatures": rows, "words": words}, ensure_ascii=False, separators=(",", ":")).encode()


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else COMPILED
    target.write_bytes(compiled())
