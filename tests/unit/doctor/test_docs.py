"""docs/doctor.md says what the checks are and what they need."""

import json
import re
from pathlib import Path

from trainstop.app.doctor.checks import CHECKS

DOCUMENT = (Path(__file__).parents[3] / "docs/doctor.md").read_text(encoding="utf-8")


def test_every_check_is_in_the_table_with_what_it_asks_and_needs():
    rows = re.findall(r"^\| `([\w-]+)` \| (.+) \| (.+) \|$", DOCUMENT, flags=re.MULTILINE)
    assert rows == [(each.name, each.asks, ", ".join(f"`{action}`" for action in each.needs)) for each in CHECKS]


def test_the_policy_allows_what_the_checks_need_and_no_more():
    (text,) = re.findall(r"^```json\n(.*?)^```", DOCUMENT, flags=re.MULTILINE | re.DOTALL)
    (statement,) = json.loads(text)["Statement"]
    assert set(statement["Action"]) == {action for each in CHECKS for action in each.needs}


def test_nothing_that_changes_anything_is_needed():
    reading = ("Check", "Describe", "Get", "List", "Query", "Receive", "Scan", "Simulate")
    assert {action for each in CHECKS for action in each.needs if not action.split(":")[1].startswith(reading)} == set()
