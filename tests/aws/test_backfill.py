"""Jobs at a pace, and how far a backfill came."""

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from tests.fakes import FakeClock
from tests.samples import ARN, STARTED, describe_answer
from trainstop.adapters.backfill import KEPT, BackfillTable, PacedJobs
from trainstop.adapters.clients import PATIENT_CONFIG
from trainstop.domain.backfill import Backfilled, Tally, Unread
from trainstop.ports import JobUnreadableError

NAME = "demo-cnn-20260115"
BACKFILLED = Backfilled(
    until=STARTED,
    reached=STARTED - timedelta(days=2),
    tally=Tally(listed_count=7, recorded_count=2, lost_usd="12.30"),
    unread=(Unread(training_job_name="a", reason="ThrottlingException: Rate exceeded"),),
)


class Waiting:
    """A clock that goes on only while somebody sleeps, or takes ``seconds`` himself."""

    def __init__(self):
        self.now, self.slept = 100.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def waiting():
    return Waiting()


@pytest.fixture
def jobs(clients, waiting):
    return PacedJobs(clients, waiting, waiting.sleep, seconds_between_jobs=0.25)


@pytest.fixture
def stub(clients):
    with Stubber(clients.sagemaker) as stubber:
        yield stubber


def test_jobs_are_described_at_a_pace_and_time_that_passed_anyway_is_not_waited_for(jobs, stub, waiting):
    whole = describe_answer(ModelArtifacts={"S3ModelArtifacts": "s3://demo-bucket/out"})
    for _ in range(4):
        stub.add_response("describe_training_job", whole)
    assert jobs.describe(NAME).training_job_name == NAME
    waiting.now += 0.1
    jobs.describe(NAME)
    waiting.now += 5
    jobs.describe(NAME)
    jobs.describe(NAME)
    assert waiting.slept == [0.15, 0.25]


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", "InternalFailure"])
def test_what_concerns_one_job_is_said_of_that_job(jobs, stub, code):
    stub.add_client_error("describe_training_job", code, "no")
    with pytest.raises(JobUnreadableError, match=f"{code}: no"):
        jobs.describe(NAME)


def test_a_description_of_another_form_is_said_of_that_job(clients, waiting, monkeypatch):
    answer = describe_answer(TrainingStartTime="soon")
    monkeypatch.setattr(clients.sagemaker, "describe_training_job", lambda **_: answer)
    with pytest.raises(JobUnreadableError, match="another form: 1 faults"):
        PacedJobs(clients, waiting, waiting.sleep).describe(NAME)


def test_expired_credentials_end_the_backfill(jobs, stub):
    stub.add_client_error("describe_training_job", "ExpiredTokenException", "expired")
    stub.add_client_error("list_tags", "ExpiredTokenException", "expired")
    with pytest.raises(ClientError):
        jobs.describe(NAME)
    with pytest.raises(ClientError):
        jobs.tags(ARN)


def test_tags_that_are_throttled_are_said_of_the_job_and_those_denied_are_none(jobs, stub):
    stub.add_client_error("list_tags", "ThrottlingException", "Rate exceeded")
    stub.add_client_error("list_tags", "AccessDeniedException", "no")
    with pytest.raises(JobUnreadableError):
        jobs.tags(ARN)
    assert jobs.tags(ARN) is None


def test_a_backfill_is_noted_and_found_by_its_end_and_kind(clients, incidents_table):
    table = BackfillTable(clients, incidents_table, completed=True, now=FakeClock(STARTED))
    assert table.load(STARTED) is None
    table.save(BACKFILLED)
    assert table.load(STARTED) == BACKFILLED
    assert table.load(STARTED + timedelta(seconds=1)) is None
    assert BackfillTable(clients, incidents_table, completed=False, now=FakeClock(STARTED)).load(STARTED) is None


def test_a_note_that_has_lapsed_or_is_of_another_form_is_none(clients, incidents_table):
    clock = FakeClock(STARTED)
    table = BackfillTable(clients, incidents_table, completed=True, now=clock)
    table.save(BACKFILLED)
    clock.now = STARTED + KEPT + timedelta(seconds=1)
    assert table.load(STARTED) is None
    clock.now = STARTED
    (item,) = clients.dynamodb.scan(TableName=incidents_table)["Items"]
    clients.dynamodb.put_item(TableName=incidents_table, Item=item | {"backfilled": {"S": '{"version": 9}'}})
    assert table.load(STARTED) is None


def test_its_clients_slow_down_where_aws_throttles():
    assert PATIENT_CONFIG.retries == {"mode": "adaptive", "total_max_attempts": 10}
    assert PATIENT_CONFIG.read_timeout == 15
