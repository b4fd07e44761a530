"""Which changes of an incident a record of the table's stream stands for."""

from datetime import timedelta

import pytest

from tests.fakes import FakeChanges
from tests.unit.records.made import an_incident, at
from trainstop.app.changes import publish_changes
from trainstop.domain.change import Change
from trainstop.domain.handling import Handling, HandlingAction, HandlingEntry
from trainstop.records.item import to_item

NOTICED, TOLD = at("2026-01-15 12:00:04.700"), at("2026-01-15 12:00:09")


def record(incident, **attributes):
    image = to_item(incident) | {name: {"S": value} for name, value in attributes.items()}
    return {"eventName": "MODIFY", "dynamodb": {"NewImage": image}}


@pytest.mark.parametrize(
    ("rule", "told_at", "attributes", "stands_for"),
    [
        ("it was just recorded", None, {}, [(Change.RECORDED, NOTICED)]),
        ("it was told", TOLD, {}, [(Change.TOLD, TOLD)]),
        ("offered again before it was told", None, {"offered_again_at": "x"}, [(Change.RECORDED, NOTICED)]),
        (
            "offered again after it was told",
            TOLD,
            {"offered_again_at": "x"},
            [(Change.RECORDED, NOTICED), (Change.TOLD, TOLD)],
        ),
    ],
)
def test_a_record_stands_for_what_it_shows(rule, told_at, attributes, stands_for):
    incident, changes = an_incident(detected_at=NOTICED, told_at=told_at), FakeChanges()
    published = publish_changes(incident, record(incident, **attributes), changes)
    assert published == tuple(change for change, _ in stands_for), rule
    assert changes.published == [(change, incident.incident_id, moment) for change, moment in stands_for]


def test_what_people_did_is_a_change_each():
    entries = tuple(
        HandlingEntry(action=action, at=TOLD + timedelta(minutes=number), by="arn:aws:iam::111122223333:user/carol")
        for number, action in enumerate(HandlingAction, start=1)
    )
    for number, change in enumerate((Change.ACKNOWLEDGED, Change.RESOLVED, Change.NOTED), start=1):
        incident = an_incident(detected_at=NOTICED, told_at=TOLD, handling=Handling(entries=entries[:number]))
        changes = FakeChanges()
        assert publish_changes(incident, record(incident), changes) == (change,)
        assert changes.published[0][2] == entries[number - 1].at


def test_an_incident_that_nobody_is_told_of_is_published_all_the_same():
    quiet = an_incident()
    quiet = quiet.model_copy(update={"decision": quiet.decision.model_copy(update={"alert": None})})
    assert publish_changes(quiet, record(quiet), FakeChanges()) == (Change.RECORDED,)
