from datetime import timedelta

from tests.samples import STARTED
from trainstop.adapters.families import KEPT, FamiliesTable
from trainstop.domain.run import Run

RUN = Run(
    training_job_name="demo-1",
    ended_at=STARTED,
    image="repo/train:1",
    instances="1 x ml.g5.2xlarge",
    data={"train": "s3://example/v1/"},
    hyperparameters={"lr": "0.1"},
)
KEY = "0123456789abcdef0123"


def later(**delta):
    return RUN.model_copy(update={"training_job_name": "demo-2", "ended_at": STARTED + timedelta(**delta)})


def test_a_run_is_read_as_it_was_kept(clients, incidents_table):
    families = FamiliesTable(clients, incidents_table)
    assert families.last_good(KEY) is None
    assert families.keep(KEY, RUN, STARTED)
    assert families.last_good(KEY) == RUN
    assert families.last_good("another") is None


def test_a_newer_run_takes_the_place_and_an_older_one_or_a_repeat_does_not(clients, incidents_table):
    families = FamiliesTable(clients, incidents_table)
    assert families.keep(KEY, RUN, STARTED)
    assert families.keep(KEY, later(milliseconds=5), STARTED)
    assert not families.keep(KEY, later(milliseconds=5), STARTED)
    assert not families.keep(KEY, RUN, STARTED)
    assert families.last_good(KEY).training_job_name == "demo-2"


def test_a_run_expires_half_a_year_later(clients, incidents_table):
    FamiliesTable(clients, incidents_table).keep(KEY, RUN, STARTED)
    (item,) = clients.dynamodb.scan(TableName=incidents_table)["Items"]
    assert item["pk"]["S"] == f"family#{KEY}"
    assert int(item["expires_at"]["N"]) == int((STARTED + KEPT).timestamp())
    assert timedelta(days=180) == KEPT


def test_a_run_of_a_form_of_another_version_is_none(clients, incidents_table):
    item = {"pk": {"S": f"family#{KEY}"}, "run": {"S": '{"shape": "new"}'}}
    clients.dynamodb.put_item(TableName=incidents_table, Item=item)
    assert FamiliesTable(clients, incidents_table).last_good(KEY) is None
