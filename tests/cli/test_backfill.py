"""``trainstop backfill`` on moto's DynamoDB and logs, with a SageMaker of its own."""

import json
import time
from datetime import timedelta

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.cli.conftest import CREATED, REGION
from tests.samples import describe_answer
from trainstop.adapters.logs import LOG_GROUP
from trainstop.cli import backfill
from trainstop.records.item import from_item, holds_incident

ENDED = CREATED - timedelta(hours=3)
NOW = CREATED + timedelta(days=30)
ARN = "arn:aws:sagemaker:us-east-1:111122223333:training-job/{}"


class FakeSageMaker:
    """Answers of DescribeTrainingJob by name, listed in pages of two."""

    def __init__(self):
        self.jobs, self.denied, self.listings, self.interrupt_after = {}, set(), 0, None

    def add(self, name, status="Failed", ended=ENDED, **changes):
        named = {"TrainingJobName": name, "TrainingJobArn": ARN.format(name)}
        times = {"TrainingStartTime": ended - timedelta(hours=1), "TrainingEndTime": ended, "LastModifiedTime": ended}
        self.jobs[name] = describe_answer(**named, **times, TrainingJobStatus=status, SecondaryStatus=status) | changes

    def list_training_jobs(self, *, LastModifiedTimeAfter, LastModifiedTimeBefore, **request):  # noqa: N803 - boto3's names
        self.listings += 1
        if self.interrupt_after is not None and self.listings > self.interrupt_after:
            raise KeyboardInterrupt
        found = [
            job
            for job in self.jobs.values()
            if LastModifiedTimeAfter <= job["LastModifiedTime"] < LastModifiedTimeBefore
        ]
        start = int(request.get("NextToken", 0))
        more = {"NextToken": str(start + 2)} if start + 2 < len(found) else {}
        return {"TrainingJobSummaries": found[start : start + 2], **more}

    def describe_training_job(self, TrainingJobName):  # noqa: N803 - boto3's name
        if TrainingJobName in self.denied:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "DescribeTrainingJob")
        return self.jobs[TrainingJobName]

    def list_tags(self, ResourceArn):  # noqa: ARG002, N803 - boto3's name
        return {"Tags": [{"Key": "team", "Value": "vision"}]}


@pytest.fixture
def sagemaker(cloud, clients, monkeypatch):
    clients.setdefault("logs", boto3.client("logs", region_name=REGION))
    made = FakeSageMaker()
    by_name = clients | {"sagemaker": made}
    monkeypatch.setattr(backfill, "patient_client", by_name.__getitem__)
    monkeypatch.setattr(backfill, "now_utc", lambda: NOW)
    monkeypatch.setattr(backfill.time, "sleep", lambda _: None)
    cloud.sagemaker = made
    return made


def incidents(cloud):
    items = cloud.clients["dynamodb"].scan(TableName=cloud.table)["Items"]
    return sorted((from_item(item) for item in items if holds_incident(item)), key=lambda each: each.job.name)


def test_what_ended_before_the_stack_was_there_is_recorded_and_told(trainstop, cloud, clients, sagemaker):
    logs, stream = clients["logs"], "bert-1/algo-1-1768470000"
    logs.create_log_group(logGroupName=LOG_GROUP)
    logs.create_log_stream(logGroupName=LOG_GROUP, logStreamName=stream)
    line = {"timestamp": int(time.time() * 1000), "message": "torch.OutOfMemoryError: CUDA out of memory."}
    logs.put_log_events(logGroupName=LOG_GROUP, logStreamName=stream, logEvents=[line])
    sagemaker.add("bert-1", FailureReason="AlgorithmError: , exit code: 1")
    sagemaker.add("bert-2", ended=ENDED - timedelta(days=1))
    sagemaker.add("bert-3", status="Completed")
    sagemaker.add("later-1", ended=CREATED + timedelta(hours=1))
    result = trainstop("backfill", "--since", "2026-01-13")
    assert result.exit_code == 0
    first, second = incidents(cloud)
    assert (first.job.name, first.diagnosis.category.value) == ("bert-1", "gpu_out_of_memory")
    assert (first.origin.value, first.occurred_at, first.detected_at) == ("backfill", ENDED, NOW)
    assert (second.job.name, second.job.team) == ("bert-2", "vision")
    assert result.stdout == (
        "Looked at    2026-01-13 00:00 to 2026-01-15 12:00 UTC, of 2026-01-13 00:00 on\n"
        "Jobs         3 listed, 1 of them completed\n"
        "Recorded     2 incidents; 0 were there before\n"
        "Without log  1 jobs: explained by SageMaker's reason alone\n"
        "Good runs    1 kept\n"
        f"Lost         {first.job.cost_usd + second.job.cost_usd} USD by jobs that failed or ran into a limit\n"
    )
    assert result.stderr.splitlines() == [
        "2026-01-15: 2 jobs, 1 incidents",
        "2026-01-14: 3 jobs, 2 incidents",
        "2026-01-13: 3 jobs, 2 incidents",
    ]


def test_an_incident_of_a_backfill_is_listed_and_shown_as_one(trainstop, cloud, sagemaker):
    sagemaker.add("bert-1")
    trainstop("backfill", "--since", "2026-01-15")
    (incident,) = incidents(cloud)
    shown = " ".join(trainstop("incidents", "show", incident.incident_id).stdout.split())
    for fact in (
        "Noticed 2026-02-14 12:00:00 UTC, 30 d 03 h later (by backfill)",
        "Told nobody: a backfill tells nobody",
        "Policy not asked",
        "Stop backfill (rule: none)",
    ):
        assert fact in shown
    listed = ("incidents", "list", "--since", "2026-01-01", "--job", "bert-1", "--json")
    assert [each["origin"] for each in json.loads(trainstop(*listed).stdout)] == ["backfill"]
    assert json.loads(trainstop(*listed, "--open").stdout) == []


def test_an_interrupted_backfill_goes_on_by_the_same_command(trainstop, cloud, sagemaker):
    sagemaker.add("bert-1")
    sagemaker.add("bert-2", ended=ENDED - timedelta(days=1))
    sagemaker.interrupt_after = 1
    result = trainstop("backfill", "--since", "2026-01-13")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        "trainstop: interrupted; the same command goes on from 2026-01-15 00:00 UTC"
    )
    assert [each.job.name for each in incidents(cloud)] == ["bert-1"]
    sagemaker.interrupt_after, sagemaker.listings = None, 0
    result = trainstop("backfill", "--since", "2026-01-13", "--json")
    assert sagemaker.listings == 2
    shown = json.loads(result.stdout)
    assert (shown["tally"]["listed_count"], shown["tally"]["recorded_count"]) == (2, 2)
    assert (shown["reached"], shown["unread"]) == ("2026-01-13T00:00:00Z", [])


def test_a_limit_says_that_there_is_more(trainstop, cloud, sagemaker):
    for number in range(3):
        sagemaker.add(f"bert-{number}")
    result = trainstop("backfill", "--limit", "2")
    assert (result.exit_code, len(incidents(cloud))) == (0, 2)
    assert result.stderr == "ended by --limit; the same command goes on from 2026-01-15 12:00 UTC\n"


def test_jobs_that_cannot_be_described_are_named(trainstop, cloud, sagemaker):
    sagemaker.add("bert-1")
    sagemaker.add("bert-2")
    sagemaker.denied.add("bert-1")
    result = trainstop("backfill", "--since", "2026-01-15")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "Not described  bert-1: AccessDeniedException: no"
    assert "1 jobs could not be described; the same command tries them once more" in result.stderr
    sagemaker.denied.clear()
    assert trainstop("backfill", "--since", "2026-01-15").exit_code == 0
    assert [each.job.name for each in incidents(cloud)] == ["bert-1", "bert-2"]


def test_a_dry_run_counts_and_writes_nothing(trainstop, cloud, sagemaker):
    sagemaker.add("bert-1")
    sagemaker.add("bert-2", status="Completed")
    result = trainstop("backfill", "--since", "2026-01-15", "--dry-run")
    assert result.stdout == (
        "Looked at     2026-01-15 00:00 to 2026-01-15 12:00 UTC, of 2026-01-15 00:00 on\n"
        "Jobs          2 listed, 1 of them completed\n"
        "Would record  1 incidents, and those of rules; 0 are there\n"
    )
    assert cloud.clients["dynamodb"].scan(TableName=cloud.table)["Items"] == []


@pytest.mark.usefixtures("cloud")
def test_what_ended_after_the_deployment_is_asked_for_by_name_and_warned_of(trainstop, sagemaker):
    sagemaker.add("later-1", ended=CREATED + timedelta(hours=1))
    result = trainstop("backfill", "--since", "2026-01-15", "--until", "2026-01-16")
    assert "Recorded     1 incidents" in result.stdout
    assert result.stderr.startswith("trainstop was deployed at 2026-01-15 12:00 UTC: what it missed since then is told")


@pytest.mark.usefixtures("sagemaker")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--since", "1d"],
            "nothing lies between 2026-02-13 12:00 and 2026-01-15 12:00 UTC: give an earlier --since, or",
        ),
        (["--since", "soon"], "--since 'soon' is not a moment"),
        (["--until", "soon"], "--until 'soon' is not a moment"),
        (["--since", "1d", "--until", "2d"], "UTC: give an earlier --since\n"),
    ],
)
def test_an_order_that_cannot_be_right_is_wrong_usage(trainstop, options, said):
    result = trainstop("backfill", *options)
    assert result.exit_code == 2
    assert said in result.stderr


def test_text_of_a_job_cannot_steer_the_terminal(trainstop, sagemaker, monkeypatch):
    sagemaker.add("bert-1")

    def refuse(**_):
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "\x1b[31m[bold]no"}}, "DescribeTrainingJob")

    monkeypatch.setattr(sagemaker, "describe_training_job", refuse)
    result = trainstop("backfill", "--since", "2026-01-15")
    assert "\x1b" not in result.output
    assert "[bold]no" in result.stdout


@pytest.mark.usefixtures("cloud")
def test_on_a_terminal_there_is_a_bar(trainstop, sagemaker, monkeypatch):
    sagemaker.add("bert-1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    result = trainstop("backfill", "--since", "2026-01-15")
    assert "━" in result.stderr
    assert "1 jobs, 1 incidents" in result.stderr
    assert "━" not in result.stdout
