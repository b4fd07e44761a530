"""``trainstop ack``, ``resolve`` and ``note``."""

import json
from datetime import timedelta

import pytest

from tests.unit.records.made import a_stop, an_incident, at
from trainstop.cli import handle as command
from trainstop.cli import incidents
from trainstop.records.fault import fault_key, resolution_of

NOW = at("2026-01-16 09:00:00")
FAILED = an_incident()
ID = FAILED.incident_id


@pytest.fixture(autouse=True)
def _at_a_fixed_time(monkeypatch):
    monkeypatch.setattr(command, "now_utc", lambda: NOW)
    monkeypatch.setattr(incidents, "now_utc", lambda: NOW + timedelta(minutes=1))


def handling(cloud):
    return [json.loads(entry["S"]) for entry in cloud.item(FAILED)["handling"]["L"]]


def test_an_incident_is_acknowledged_noted_and_resolved(trainstop, cloud):
    cloud.keep(FAILED)
    for words, said in (
        (("ack", ID, "--note", "on it"), "is acknowledged"),
        (("note", "bert-1", "the batch was doubled"), "has your note"),
        (("resolve", ID[:8], "--note", "batch size back to 8"), "is resolved"),
    ):
        result = trainstop(*words)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout == f"{ID} {said}: {FAILED.diagnosis.title} of job bert-1\n"
    assert [each["action"] for each in handling(cloud)] == ["acknowledge", "note", "resolve"]
    assert all(each["by"].startswith("arn:aws:sts::123456789012:") for each in handling(cloud))
    shown = trainstop("incidents", "show", ID).stdout
    assert "batch size back to 8" in shown
    assert trainstop("incidents", "list").stdout.splitlines()[-1].split()[-2] == "resolved"


def test_how_the_fault_ended_is_kept(trainstop, cloud):
    cloud.keep(FAILED)
    trainstop("resolve", ID, "--note", "batch size back to 8")
    key = fault_key(FAILED.diagnosis.fingerprint)
    item = cloud.clients["dynamodb"].get_item(TableName=cloud.table, Key=key)["Item"]
    assert (resolution_of(item).text, resolution_of(item).incident_id) == ("batch size back to 8", ID)


def test_a_repeat_says_so_and_keeps_one_entry(trainstop, cloud):
    cloud.keep(FAILED)
    trainstop("ack", ID)
    assert "is acknowledged, as you said before" in trainstop("ack", ID).stdout
    assert len(handling(cloud)) == 1


def test_json_is_the_incident_with_what_was_done(trainstop, cloud):
    cloud.keep(FAILED)
    shown = json.loads(trainstop("note", ID, "seen before", "--json").stdout)
    assert shown["handling"]["entries"][0]["text"] == "seen before"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ack", "0" * 20), "there is no incident, and no job with one, named 00000000000000000000"),
        (("ack", "bert-1"), "the job bert-1 has 2 open incidents, give an id"),
        (("note", ID, " "), "say what: the text is empty"),
    ],
)
def test_what_cannot_be_done_is_a_negative_answer(trainstop, cloud, words, said):
    cloud.keep(FAILED, a_stop("bert-1"))
    result = trainstop(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.usefixtures("cloud")
def test_a_resolution_needs_its_words(trainstop):
    assert trainstop("resolve", ID).exit_code == 2
