import json
from typing import Any

import pytest

from tests.unit.stack.patterns import matches
from tests.unit.stack.template import properties
from trainstop.records.item import State


def record(**image: str) -> dict[str, Any]:
    return {"eventName": "MODIFY", "dynamodb": {"NewImage": {name: {"S": value} for name, value in image.items()}}}


@pytest.mark.parametrize("name", ["Notify", "Archive"])
@pytest.mark.parametrize(
    ("saying", "change", "taken"),
    [
        ("a recorded incident", record(pk="incident#1", state=State.RECORDED), True),
        ("an incident that was told", record(pk="incident#1", state=State.RECORDED, told_at="2026-01-15"), True),
        ("an incident whose job is being stopped", record(pk="incident#1", state=State.ACTING), False),
        ("a note of the sweep", record(pk="sweep#state", incident="recorded"), False),
        ("a deletion", {"eventName": "REMOVE", "dynamodb": {"Keys": {"pk": {"S": "incident#1"}}}}, False),
    ],
)
def test_a_stream_function_sees_recorded_incidents_alone(
    name: str, saying: str, change: dict[str, Any], *, taken: bool
) -> None:
    (only,) = properties(f"{name}Function")["Events"]["Incidents"]["Properties"]["FilterCriteria"]["Filters"]
    assert matches(json.loads(only["Pattern"]), change) is taken, saying
