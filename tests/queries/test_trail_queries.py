"""The queries that read CloudTrail: who created, who stopped, who was refused, whose jobs fail."""

from datetime import datetime
from decimal import Decimal

import pytest

from tests.queries.calls import ALICE, BOB, LIMIT_MESSAGE, WATCH, a_call, refused
from tests.queries.lake import Lake
from tests.unit.records.made import a_job, a_stop, an_incident, at
from trainstop.domain.finding import Trigger

CREATE, STOP = "CreateTrainingJob", "StopTrainingJob"
STOPPED = a_stop(occurred_at=at("2026-01-15 12:00:00.500"))
SERVICE = {"type": "AWSService", "invokedBy": "sagemaker.amazonaws.com"}

CALLS = [
    a_call("e1", CREATE, "resnet-7", ALICE, "2026-01-15T11:00:00Z"),
    a_call("e1", CREATE, "resnet-7", ALICE, "2026-01-15T11:00:00Z"),
    a_call("e2", STOP, "resnet-7", BOB, "2026-01-15T11:59:00Z", errorCode="AccessDenied"),
    a_call("e3", STOP, "resnet-7", WATCH, "2026-01-15T12:00:05Z"),
    a_call("e4", "DescribeTrainingJob", "resnet-7", BOB, "2026-01-15T11:30:00Z"),
    a_call("e5", CREATE, "resnet-70", BOB, "2026-01-15T11:30:00Z"),
    a_call("e6", STOP, "resnet-7", BOB, "2026-01-15T11:45:00Z", awsRegion="eu-west-1"),
    a_call("e7", STOP, "resnet-7", BOB, "2025-12-01T11:45:00Z"),
    a_call("e8", CREATE, "bert-1", ALICE, "2026-01-14T09:00:00Z"),
    a_call("e9", CREATE, "gpt-1", SERVICE, "2026-01-14T09:00:00Z"),
    a_call("e10", CREATE, "bert-3", BOB, "2026-01-16T09:00:00Z"),
    refused("r1", ALICE, "2026-01-10T08:00:00Z", "ResourceLimitExceeded", LIMIT_MESSAGE),
    refused("r2", ALICE, "2026-01-10T09:00:00Z", "ResourceLimitExceededException", "the later message"),
    refused("r2", ALICE, "2026-01-10T09:00:00Z", "ResourceLimitExceededException", "the later message"),
    refused("r3", ALICE, "2026-01-11T09:00:00Z", "AccessDeniedException", "... with an explicit deny in a policy"),
    refused("r4", BOB, "2026-01-11T10:00:00Z", "AccessDenied", "... because no identity-based policy allows"),
    refused("r5", BOB, "2026-01-11T11:00:00Z", "ServiceUnavailable", None),
    refused("r6", BOB, "2025-11-01T11:00:00Z", "ServiceUnavailable", None),
    refused("r7", BOB, "2026-01-12T11:00:00Z", "ThrottlingException", "Rate exceeded")
    | {"eventSource": "ec2.amazonaws.com"},
]

INCIDENTS = [
    STOPPED,
    an_incident("bert-1"),
    an_incident("bert-3", Trigger.RUNTIME_LIMIT, job=a_job("bert-3", cost_usd=Decimal("10.25"))),
    an_incident("bert-3", Trigger.DEBUGGER_RULE, "Overfit", job=a_job("bert-3", cost_usd=Decimal("9.00"))),
    an_incident("unseen-1"),
]


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    made = Lake(tmp_path_factory.mktemp("lake"), INCIDENTS, CALLS)
    yield made
    made.close()


def test_the_calls_for_an_incidents_job_come_once_each_and_in_time_order(lake):
    rows = lake.run("who_created_and_stopped", incident=STOPPED.incident_id)
    assert [(row["call"], row["who"], row["error_code"]) for row in rows] == [
        (CREATE, "alice", None),
        (STOP, "bob", "AccessDenied"),
        (STOP, "trainstop-watch", None),
    ]


def test_the_time_from_call_to_incident_is_in_seconds_and_signed(lake):
    rows = lake.run("who_created_and_stopped", incident=STOPPED.incident_id)
    assert [row["seconds_to_incident"] for row in rows] == [3600.5, 60.5, -4.5]
    assert rows[0]["called_at"] == datetime(2026, 1, 15, 11)  # noqa: DTZ001 - Athena's timestamps have no zone
    assert rows[0]["role_arn"].endswith(":role/ml-engineer")
    assert rows[1]["role_arn"] is None


def test_an_older_span_shows_the_older_call(lake):
    rows = lake.run("who_created_and_stopped", incident=STOPPED.incident_id, since="2025-11-30")
    assert [row["who"] for row in rows] == ["bob", "alice", "bob", "trainstop-watch"]


def test_a_job_that_nobody_was_seen_creating_gives_one_row_without_a_call(lake):
    [row] = lake.run("who_created_and_stopped", incident=INCIDENTS[-1].incident_id)
    assert (row["job_name"], row["call"], row["who"]) == ("unseen-1", None, None)


@pytest.mark.parametrize("incident", ["none-such", "' OR 1 = 1 --", "'' OR ''''=''"])
def test_an_id_that_does_not_exist_gives_nothing_even_if_it_looks_like_sql(lake, incident):
    assert lake.run("who_created_and_stopped", incident=incident) == []


def test_refusals_are_counted_once_by_principal_and_reason(lake):
    rows = lake.run("refused_submissions")
    assert [(row["who"], row["reason"], row["calls"], row["last_message"]) for row in rows] == [
        ("alice", "quota", 2, "the later message"),
        ("bob", "ServiceUnavailable", 1, None),
        ("bob", "no permission", 1, "... because no identity-based policy allows"),
        ("alice", "explicit deny", 1, "... with an explicit deny in a policy"),
    ]


def test_refusals_show_their_first_and_last_time(lake):
    row = lake.run("refused_submissions")[0]
    assert (row["first_at"].hour, row["last_at"].hour) == (8, 9)
    assert row["principal"] == ALICE["arn"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("ResourceInUse", "name already used"),
        ("ValidationException", "invalid request"),
        ("ThrottlingException", "throttled"),
        ("AccessDenied", "no permission"),
    ],
)
def test_each_error_code_has_its_reason_in_words(tmp_path, code, reason):
    lake = Lake(tmp_path, [an_incident()], [refused("r1", BOB, "2026-01-20T00:00:00Z", code, None)])
    assert [row["reason"] for row in lake.run("refused_submissions")] == [reason]
    lake.close()


def test_the_failure_rate_counts_each_job_once_and_knows_services(lake):
    rows = lake.run("failure_rate_by_creator")
    fields = ("who", "jobs", "failed_jobs", "failed_percent", "cost_usd")
    assert [tuple(row[field] for field in fields) for row in rows] == [
        ("bob", 2, 1, 50.0, 10.25),
        ("alice", 2, 1, 50.0, 2.78),
        ("sagemaker.amazonaws.com", 1, 0, 0.0, None),
    ]


def test_the_last_day_of_the_span_is_read_and_the_next_is_not(lake):
    rows = lake.run("failure_rate_by_creator", since="2026-01-14", until="2026-01-15")
    assert {row["who"]: row["jobs"] for row in rows} == {"alice": 2, "bob": 1, "sagemaker.amazonaws.com": 1}
