from datetime import timedelta

from tests.samples import ARN, STARTED
from trainstop.adapters.creators import KEPT, CreatorsTable


def test_who_started_a_job_is_read_by_its_arn_whatever_its_case(clients, incidents_table):
    creators = CreatorsTable(clients, incidents_table)
    assert creators.creator_of(ARN) == ""
    creators.note(ARN, "alice", STARTED)
    assert creators.creator_of(ARN.replace("demo-cnn", "Demo-CNN")) == "alice"


def test_the_first_note_stands(clients, incidents_table):
    creators = CreatorsTable(clients, incidents_table)
    creators.note(ARN, "alice", STARTED)
    creators.note(ARN, "mallory", STARTED + timedelta(days=1))
    assert creators.creator_of(ARN) == "alice"


def test_a_note_outlives_the_longest_job_and_is_then_written_over(clients, incidents_table):
    creators = CreatorsTable(clients, incidents_table)
    creators.note(ARN, "alice", STARTED)
    creators.note(ARN, "bob", STARTED + KEPT + timedelta(seconds=1))
    assert creators.creator_of(ARN) == "bob"
    assert timedelta(days=28) < KEPT
