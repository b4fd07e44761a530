"""The event of an incident's change: its form, its schema, its limits."""

import json

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from tests.unit.render.golden import CHANGE_SCHEMA_FILE, change_schema_text
from tests.unit.render.samples import SAMPLES, at, gpu_out_of_memory_on_two_hosts
from tests.unit.render.test_limits import dearest_incident, incidents
from trainstop.domain.change import Change, change_id
from trainstop.render import change_json, change_schema, render

EVENTBRIDGE_BYTES = 256 * 1024
"""Of a whole entry: source, detail type, resources and detail (FORMATS.md 12.1)."""
ENVELOPE_BYTES = 4096


def test_a_change_carries_the_alert_as_machines_get_it():
    incident = gpu_out_of_memory_on_two_hosts()
    change = json.loads(change_json(Change.TOLD, incident, at("04:00:00")))
    assert change == {
        "schema": "trainstop.incident-change/1",
        "change_id": f"{incident.incident_id}.told",
        "change": "told",
        "changed_at": "2026-09-14T04:00:00Z",
        "incident": json.loads(render(incident).json),
    }


@pytest.mark.parametrize("name", SAMPLES)
def test_every_change_obeys_the_schema(name):
    validator = Draft202012Validator(change_schema())
    for change in Change:
        validator.validate(json.loads(change_json(change, SAMPLES[name](), at("04:00:00"))))


def test_the_schema_is_the_one_that_was_accepted():
    assert change_schema_text() == CHANGE_SCHEMA_FILE.read_text(encoding="utf-8")


@settings(max_examples=20, deadline=None)
@given(incidents())
def test_any_incident_fits_into_an_event(incident):
    detail = change_json(Change.RECORDED, incident, incident.detected_at)
    assert len(detail.encode()) + ENVELOPE_BYTES < EVENTBRIDGE_BYTES


def test_an_incident_of_nothing_but_the_dearest_characters_fits_into_an_event():
    detail = change_json(Change.NOTED, dearest_incident(), at("04:00:00"))
    assert len(detail.encode()) + ENVELOPE_BYTES < EVENTBRIDGE_BYTES


def test_what_happens_once_is_told_apart_by_its_kind_and_the_rest_by_its_moment_too():
    assert change_id("4b1f", Change.RECORDED, at("04:00:00")) == change_id("4b1f", Change.RECORDED, at("05:00:00"))
    assert change_id("4b1f", Change.NOTED, at("04:00:00")) == "4b1f.noted.2026-09-14T04:00:00.000000Z"
    assert change_id("4b1f", Change.NOTED, at("05:00:00")) != change_id("4b1f", Change.NOTED, at("04:00:00"))
