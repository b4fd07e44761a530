from datetime import timedelta

import pytest
from botocore.stub import Stubber

from tests.fakes import FakeClock
from tests.samples import STARTED
from tests.worlds import one, world
from trainstop.adapters.table import CLAIM_LEASE, IncidentsTable
from trainstop.app.watch import watch
from trainstop.records.item import from_item, incident_key

NOW = STARTED + timedelta(minutes=11)


@pytest.fixture
def table(clients, incidents_table):
    return IncidentsTable(clients, incidents_table)


@pytest.fixture
def incident(sample_event):
    return one(watch(sample_event("training-job-failed"), world(clock=FakeClock(NOW))))


def stored(clients, incident):
    return clients.dynamodb.get_item(TableName="incidents", Key=incident_key(incident.incident_id))["Item"]


def test_an_incident_is_recorded_once(table, clients, incident):
    assert table.record(incident)
    assert not table.record(incident)
    assert from_item(stored(clients, incident)) == incident
    assert table.is_recorded(incident.incident_id)


def test_a_refusal_without_a_job_name_fits_the_index_by_job(table, incident):
    nameless = incident.model_copy(update={"job": incident.job.model_copy(update={"name": ""})})
    assert table.record(nameless)


def test_an_unknown_incident_is_not_recorded(table):
    assert not table.is_recorded("0" * 20)


def test_only_one_worker_gets_the_claim(table):
    assert table.claim("a", NOW)
    assert not table.claim("a", NOW + timedelta(seconds=1))


def test_a_lapsed_claim_can_be_taken_over(table):
    table.claim("a", NOW)
    assert table.claim("a", NOW + CLAIM_LEASE + timedelta(seconds=1))


def test_a_claim_is_no_record_and_is_replaced_by_one(table, incident):
    table.claim(incident.incident_id, NOW)
    assert not table.is_recorded(incident.incident_id)
    assert table.record(incident)
    assert table.is_recorded(incident.incident_id)


def test_a_recorded_incident_cannot_be_claimed(table, incident):
    table.record(incident)
    assert not table.claim(incident.incident_id, NOW + timedelta(days=1))


def test_the_first_time_of_telling_stands(table, clients, incident):
    table.record(incident)
    assert not table.is_told(incident.incident_id)
    table.mark_told(incident.incident_id, NOW, "published")
    table.mark_told(incident.incident_id, NOW + timedelta(hours=1), "grouped")
    assert from_item(stored(clients, incident)).told_at == NOW


def test_telling_of_an_unknown_incident_makes_no_item(table):
    table.mark_told("0" * 20, NOW, "published")
    assert not table.is_told("0" * 20)


def test_the_sweep_remembers_how_far_it_came(table):
    assert table.load() is None
    table.save(NOW)
    assert table.load() == NOW


def test_the_last_good_policy_is_kept(table):
    assert table.load_last_good_policy() is None
    table.save_last_good_policy("v1", "version: 1")
    assert table.load_last_good_policy() == ("v1", "version: 1")


def test_an_unexpected_error_is_not_swallowed(clients, incident):
    with Stubber(clients.dynamodb) as stub:
        stub.add_client_error("put_item", "InternalServerError")
        with pytest.raises(clients.dynamodb.exceptions.InternalServerError):
            IncidentsTable(clients, "incidents").record(incident)
