import json
from pathlib import Path

import pytest

EVENTS = Path(__file__).parent.parent / "events"


@pytest.fixture
def sample_event():
    def load(name: str) -> dict:
        return json.loads((EVENTS / f"{name}.json").read_text())

    return load
