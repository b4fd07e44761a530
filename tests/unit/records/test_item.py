import json

import pytest
from boto3.dynamodb.types import TypeDeserializer
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.records.made import a_diagnosis, a_refusal, a_stop, an_incident, at
from tests.unit.render.samples import silenced_and_resolved
from trainstop.domain.tags import OwnerSource
from trainstop.records.item import NotAnIncidentError, State, from_item, holds_incident, incident_key, to_item

MADE = [an_incident(), a_stop(), a_refusal()]


@pytest.mark.parametrize("incident", MADE, ids=lambda incident: incident.trigger)
def test_an_incident_survives_the_way_through_its_item(incident):
    assert from_item(to_item(incident)) == incident


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_survives(text):
    incident = an_incident(diagnosis=a_diagnosis(root_line=text))
    assert from_item(to_item(incident)).diagnosis.root_line == text


def test_an_item_has_what_the_indexes_need():
    values = {name: value["S"] for name, value in to_item(an_incident()).items()}
    values.pop("incident")
    assert values == {
        "pk": f"incident#{an_incident().incident_id}",
        "state": "recorded",
        "job_name": "bert-1",
        "day": "2026-01-15",
        "occurred_at": "2026-01-15T12:00:00.500Z",
        "category": "gpu_out_of_memory",
        "trigger": "job_failed",
    }


def test_times_sort_as_text_even_across_offsets_and_whole_seconds():
    moments = [at("2026-01-15 12:00:00"), at("2026-01-15 12:00:00.001"), at("2026-01-15 12:00:01")]
    written = [to_item(an_incident(occurred_at=moment))["occurred_at"]["S"] for moment in moments]
    assert written == sorted(written)
    assert {len(text) for text in written} == {24}


def test_an_item_is_in_the_form_that_dynamodb_takes():
    values = {name: TypeDeserializer().deserialize(value) for name, value in to_item(a_stop()).items()}
    assert json.loads(values["incident"])["rule"]["step"] == 500


def test_told_at_of_the_item_is_merged_in_and_never_kept_twice():
    told = an_incident(told_at=at("2026-01-15 12:00:09.125"))
    item = to_item(told)
    assert "told_at" not in json.loads(item["incident"]["S"])
    assert item["told_at"] == {"S": "2026-01-15T12:00:09.125Z"}
    assert from_item(item) == told


def test_a_stream_image_after_notify_gives_the_told_incident():
    image = to_item(an_incident()) | {"told_at": {"S": "2026-01-15T12:00:09Z"}, "later_field": {"N": "1"}}
    assert from_item(image).told_at == at("2026-01-15 12:00:09")


def test_what_people_did_is_merged_in_and_never_kept_twice():
    handled = silenced_and_resolved()
    item = to_item(handled)
    assert "handling" not in json.loads(item["incident"]["S"])
    assert len(item["handling"]["L"]) == 4
    assert from_item(item) == handled


def test_an_incident_of_before_there_was_handling_is_read():
    item = to_item(an_incident())
    assert "handling" not in item
    assert from_item(item).handling.entries == ()


@pytest.mark.parametrize(
    ("case", "item"),
    [
        ("a claim while a job is being stopped", incident_key("a1") | {"state": {"S": State.ACTING}}),
        ("an incident that is not final", to_item(an_incident(), State.ACTING)),
        ("the sweep's note", {"pk": {"S": "sweep#state"}, "incident": {"S": "{}"}, "state": {"S": "recorded"}}),
        ("an attribute of another type", incident_key("a1") | {"state": {"S": "recorded"}, "incident": {"NULL": True}}),
        ("nothing", {}),
    ],
)
def test_what_is_no_final_incident_is_told_apart(case, item):
    assert not holds_incident(item), case


def test_a_final_incident_is_recognised():
    assert holds_incident(to_item(an_incident()))


def test_reading_an_item_without_incident_names_the_item():
    with pytest.raises(NotAnIncidentError, match="sweep#state"):
        from_item({"pk": {"S": "sweep#state"}})


def test_an_attribute_without_a_value_is_left_out_for_dynamodb_refuses_empty_keys():
    refusal = a_refusal()
    nameless = refusal.model_copy(update={"job": refusal.job.model_copy(update={"name": ""})})
    assert "job_name" not in to_item(nameless)
    assert from_item(to_item(nameless)) == nameless


def test_an_incident_of_before_owners_has_those_that_its_tags_name():
    old = json.loads(to_item(an_incident())["incident"]["S"])
    for name in ("owner", "owner_source", "team"):
        del old["job"][name]
    del old["last_good"]
    loaded = from_item({"pk": {"S": "incident#1"}, "incident": {"S": json.dumps(old)}})
    assert (loaded.job.owner, loaded.job.owner_source, loaded.job.team) == ("alice", OwnerSource.TAG, "nlp")
    assert loaded.last_good is None
