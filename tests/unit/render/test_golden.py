"""Every message as its reader gets it. ``python tests/unit/render/regenerate.py`` writes the files anew."""

import json

import pytest
from jsonschema import Draft202012Validator

from tests.unit.render.golden import ELSEWHERE, GOLDEN, as_text, messages, schema_text
from tests.unit.render.samples import SAMPLES
from tests.unit.render.tellings import TELLINGS
from trainstop.domain.finding import Trigger
from trainstop.render import alert_schema, render

VALIDATOR = Draft202012Validator(alert_schema())


@pytest.mark.parametrize("name", [*SAMPLES, *ELSEWHERE, *TELLINGS])
def test_a_message_reads_as_the_one_that_was_accepted(name):
    accepted = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")

    assert as_text(messages()[name]) == accepted


def test_every_golden_file_has_its_sample():
    assert {path.name for path in GOLDEN.iterdir()} == {"alert.schema.json", *(f"{name}.txt" for name in messages())}


def test_every_trigger_has_a_sample():
    assert {sample().trigger for sample in SAMPLES.values()} == set(Trigger)


def test_the_schema_of_the_machine_form_is_the_one_that_was_accepted():
    assert schema_text() == (GOLDEN / "alert.schema.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_machine_form_obeys_its_schema(name):
    alert = json.loads(render(SAMPLES[name]()).json)

    VALIDATOR.validate(alert)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_same_incident_gives_the_same_message(name):
    assert render(SAMPLES[name]()) == render(SAMPLES[name]())
