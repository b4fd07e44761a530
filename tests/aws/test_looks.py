from datetime import timedelta

from tests.samples import STARTED
from trainstop.adapters.looks import LooksTable

DAY = timedelta(days=1)


def test_the_first_look_is_kept(clients, incidents_table):
    looks = LooksTable(clients, incidents_table)
    assert looks.first_seen("1", STARTED, DAY).is_new
    again = looks.first_seen("1", STARTED + timedelta(minutes=5), DAY)
    assert (again.first_seen_at, again.is_new) == (STARTED, False)


def test_a_look_that_lapsed_begins_anew(clients, incidents_table):
    looks = LooksTable(clients, incidents_table)
    looks.first_seen("1", STARTED, DAY)
    later = STARTED + timedelta(days=2)
    assert looks.first_seen("1", later, DAY).first_seen_at == later
