"""docs/debugger-actions.md names tests that exist, and every test of declared actions is named there."""

import re

from tests.unit.stack.template import PROJECT

DOCUMENT = (PROJECT / "docs/debugger-actions.md").read_text(encoding="utf-8")


def names_in(place):
    return {
        name
        for path in (PROJECT / "tests" / place).rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    }


def test_every_test_that_is_named_exists():
    named = set(re.findall(r"`(test_\w+)`", DOCUMENT))
    of_units = set(re.findall(r"unit: `(test_\w+)`", DOCUMENT))
    assert named - of_units <= names_in("e2e")
    assert of_units <= names_in("unit")


def test_every_test_of_declared_actions_is_named():
    text = (PROJECT / "tests/e2e/test_debugger_actions.py").read_text(encoding="utf-8")
    assert set(re.findall(r"^def (test_\w+)\(", text, flags=re.MULTILINE)) <= set(re.findall(r"`(test_\w+)`", DOCUMENT))
