"""Orders of drills, as the command sends them."""

import json
from pathlib import Path
from typing import Any

from trainstop.domain.incident import Incident
from trainstop.domain.signal import Drill

EVENTS = Path(__file__).parents[1] / "events"
DRILL_ID = "7f3a9c21"


def drill_event(scenario: str = "gpu-out-of-memory", **detail: Any) -> dict[str, Any]:
    """The event as watch gets it; ``detail`` replaces what it asks for."""
    event = json.loads((EVENTS / "drill.json").read_text(encoding="utf-8"))
    return event | {"detail": event["detail"] | {"Scenario": scenario} | detail}


def a_drill(scenario: str = "gpu-out-of-memory", **changes: Any) -> Drill:
    """The drill of that event; ``changes`` replace fields."""
    facts = {"drill_id": DRILL_ID, "scenario": scenario, "account": "111122223333", "region": "us-east-1"}
    return Drill.model_validate(facts | changes)


def drilled(results: Any) -> Incident:
    """The one incident of a drill."""
    (incident,) = results
    assert isinstance(incident, Incident)
    assert incident.drill
    return incident
