from datetime import timedelta

import pytest

from tests.fakes import FakeClock
from tests.samples import STARTED
from tests.worlds import one, world
from trainstop.adapters.handling import HandlingTable
from trainstop.adapters.table import IncidentsTable
from trainstop.app.watch import watch
from trainstop.domain.handling import MOST_ENTRIES, HandlingAction, HandlingEntry, Resolution
from trainstop.records.fault import fault_key, resolution_of
from trainstop.records.item import from_item, holds_incident, incident_key

NOW = STARTED + timedelta(minutes=11)
CAROL = "arn:aws:sts::111122223333:assumed-role/ml-engineer/carol"


@pytest.fixture
def handled(clients, incidents_table):
    return HandlingTable(clients, incidents_table)


@pytest.fixture
def incident(clients, incidents_table, sample_event):
    made = one(watch(sample_event("training-job-failed"), world(clock=FakeClock(NOW))))
    IncidentsTable(clients, incidents_table).record(made)
    return made


def an_entry(number=0, action=HandlingAction.NOTE):
    return HandlingEntry(action=action, at=NOW, by=CAROL, text=f"{number}")


def stored(clients, key):
    return clients.dynamodb.get_item(TableName="incidents", Key=key)["Item"]


def test_entries_are_appended_and_read_with_the_incident(handled, clients, incident):
    entries = (an_entry(1, HandlingAction.ACKNOWLEDGE), an_entry(2))
    assert [handled.append(incident.incident_id, each) for each in entries] == [True, True]
    item = stored(clients, incident_key(incident.incident_id))
    assert holds_incident(item)
    assert from_item(item).handling.entries == entries


def test_an_alert_that_is_told_later_stays_beside_them(handled, clients, incident):
    handled.append(incident.incident_id, an_entry())
    IncidentsTable(clients, "incidents").mark_told(incident.incident_id, NOW, "published")
    read = from_item(stored(clients, incident_key(incident.incident_id)))
    assert (read.told_at, read.handling.entries) == (NOW, (an_entry(),))


def test_a_list_that_is_full_takes_no_more(handled, incident):
    assert all(handled.append(incident.incident_id, an_entry(number)) for number in range(MOST_ENTRIES))
    assert not handled.append(incident.incident_id, an_entry())


def test_an_incident_that_is_not_there_or_not_final_gets_no_entry(handled, clients):
    IncidentsTable(clients, "incidents").claim("a" * 20, NOW)
    assert not handled.append("0" * 20, an_entry())
    assert not handled.append("a" * 20, an_entry())
    assert "Item" not in clients.dynamodb.get_item(TableName="incidents", Key=incident_key("0" * 20))


def test_how_a_fault_ended_leaves_what_others_keep_of_it(handled, clients):
    key = fault_key("0f1e2d3c4b5a6978")
    clients.dynamodb.put_item(TableName="incidents", Item=key | {"times": {"N": "7"}})
    assert resolution_of(stored(clients, key)) is None
    for text in ("restarted", "half the batch size"):
        resolution = Resolution(text=text, at=NOW, by=CAROL, incident_id="a" * 20)
        handled.resolve_fault("0f1e2d3c4b5a6978", resolution)
    item = stored(clients, key)
    assert resolution_of(item) == resolution
    assert item["times"] == {"N": "7"}
    assert not holds_incident(item)
