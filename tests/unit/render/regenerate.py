"""Write the golden files anew: ``python tests/unit/render/regenerate.py``; read the difference before you commit."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))  # run as a file, the repository's root is not on the path

from tests.unit.render.golden import CHANGE_SCHEMA_FILE, GOLDEN, as_text, change_schema_text, messages, schema_text


def main() -> None:
    wanted = {f"{name}.txt": as_text(message) for name, message in messages().items()}
    wanted["alert.schema.json"] = schema_text()
    for path in GOLDEN.iterdir():
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (GOLDEN / name).write_text(text, encoding="utf-8")
    CHANGE_SCHEMA_FILE.write_text(change_schema_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
