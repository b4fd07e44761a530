"""The query that the report asks."""

from datetime import datetime

import pytest

from tests.queries.calls import ALICE, BOB, a_call
from tests.queries.lake import Lake
from tests.unit.records.made import ACCOUNT, REGION, a_stop, an_incident


@pytest.fixture
def lake(tmp_path):
    calls = [
        a_call("1", "CreateTrainingJob", "bert-1", ALICE, "2026-01-15T11:00:00Z"),
        a_call("1", "CreateTrainingJob", "bert-1", ALICE, "2026-01-15T11:00:00Z"),
        a_call("2", "StopTrainingJob", "bert-1", BOB, "2026-01-15T11:30:00Z", errorCode="AccessDenied"),
        a_call("3", "CreateTrainingJob", "resnet-7", BOB, "2026-01-14T11:00:00Z"),
        a_call("4", "CreateTrainingJob", "resnet-7", BOB, "2025-12-14T11:00:00Z"),
        a_call("5", "CreateTrainingJob", "bert-1", ALICE, "2026-01-15T10:00:00Z", awsRegion="eu-west-1"),
        a_call("6", "CreateTrainingJob", "no-incident", ALICE, "2026-01-15T11:00:00Z"),
        a_call("7", "DescribeTrainingJob", "bert-1", ALICE, "2026-01-15T11:10:00Z"),
    ]
    made = Lake(tmp_path, [an_incident("bert-1"), a_stop("resnet-7"), an_incident("drilled", drill=True)], calls)
    yield made
    made.close()


def test_calls_are_those_on_jobs_with_an_incident_each_once_oldest_first(lake):
    rows = lake.run("calls_of_incidents", since="2026-01-10", until="2026-01-16", calls_since="2026-01-03")
    assert [(row["job_name"], row["call"], row["who"], row["error_code"]) for row in rows] == [
        ("resnet-7", "CreateTrainingJob", "bob", None),
        ("bert-1", "CreateTrainingJob", "alice", None),
        ("bert-1", "StopTrainingJob", "bob", "AccessDenied"),
    ]
    assert rows[1]["called_at"] == datetime(2026, 1, 15, 11)  # noqa: DTZ001 - as DuckDB gives it
    assert {(row["account"], row["region"], row["source_ip"]) for row in rows} == {(ACCOUNT, REGION, "203.0.113.10")}
