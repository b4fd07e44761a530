"""Whether an incident still waits for somebody."""

import pytest

from tests.unit.records.made import a_stop, an_incident, at
from tests.unit.render.samples import SAMPLES
from trainstop.domain.handling import Handling, HandlingAction, HandlingEntry
from trainstop.domain.standing import Standing, standing

CAROL = "arn:aws:sts::111122223333:assumed-role/ml-engineer/carol"


def handled(*actions, incident=None):
    entries = (HandlingEntry(action=action, at=at("2026-01-15 13:00:00"), by=CAROL, text="x") for action in actions)
    return (incident or an_incident()).model_copy(update={"handling": Handling(entries=tuple(entries))})


@pytest.mark.parametrize(
    ("what", "incident", "stands"),
    [
        ("a failure that was told", an_incident(), Standing.OPEN),
        ("a job that was stopped", a_stop(), Standing.OPEN),
        ("a note changes nothing", handled(HandlingAction.NOTE), Standing.OPEN),
        ("an acknowledged one", handled(HandlingAction.ACKNOWLEDGE), Standing.ACKNOWLEDGED),
        ("a resolved one", handled(HandlingAction.RESOLVE, HandlingAction.ACKNOWLEDGE), Standing.RESOLVED),
        ("what a person did", SAMPLES["breaker_closed"](), Standing.NOTHING_TO_HANDLE),
        ("a retry that completed", SAMPLES["retry_completed"](), Standing.NOTHING_TO_HANDLE),
        ("a breaker that opened", SAMPLES["breaker_opened"](), Standing.OPEN),
        ("a silenced one", handled(incident=SAMPLES["silenced_and_resolved"]()), Standing.SILENCED),
    ],
)
def test_an_incident_stands(what, incident, stands):
    assert standing(incident) is stands, what


def test_what_nobody_was_to_be_told_waits_for_nobody():
    untold = an_incident().decision.model_copy(update={"alert": None})
    assert standing(an_incident().model_copy(update={"decision": untold})) is Standing.NOTHING_TO_HANDLE
