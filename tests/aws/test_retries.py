import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from botocore.stub import Stubber

from tests.samples import STARTED
from trainstop.adapters.retries import RetriesTable, Schedules
from trainstop.events import parse
from trainstop.ports import Retry, RetryRefusedError

RETRY = Retry(
    training_job_name="demo-retry-1",
    root="demo",
    predecessor="demo",
    attempt=1,
    due_at=STARTED + timedelta(seconds=300),
    thread="[trainstop] No ML capacity: demo",
    cost_usd=Decimal("1.27"),
    faults=("0123456789ab ml.g5.xlarge",),
    instance_type="ml.g6.xlarge",
)
SCHEDULES = Schedules(
    group_name="trainstop-retries",
    role_arn="arn:aws:iam::123456789012:role/remind",
    queue_arn="arn:aws:sqs:us-east-1:123456789012:watch",
)


@pytest.fixture
def retries(clients, incidents_table):
    clients.scheduler.create_schedule_group(Name=SCHEDULES.group_name)
    return RetriesTable(clients, incidents_table, SCHEDULES)


def test_a_plan_is_read_as_it_was_noted(retries):
    assert retries.load(RETRY.training_job_name) is None
    retries.plan(RETRY)
    assert retries.load(RETRY.training_job_name) == RETRY


def test_the_first_plan_stands(retries):
    retries.plan(RETRY)
    assert retries.plan(replace(RETRY, due_at=RETRY.due_at + timedelta(hours=1))) == RETRY


def test_an_unknown_cost_stays_unknown(retries):
    retries.plan(replace(RETRY, cost_usd=None))
    assert retries.load(RETRY.training_job_name).cost_usd is None


def test_it_is_brought_up_once_by_a_schedule_that_deletes_itself(clients, retries):
    retries.plan(RETRY)
    schedule = clients.scheduler.get_schedule(Name=RETRY.training_job_name, GroupName=SCHEDULES.group_name)
    assert schedule["ScheduleExpression"] == "at(2026-01-15T12:08:20)"
    assert schedule["ActionAfterCompletion"] == "DELETE"
    assert (schedule["Target"]["Arn"], schedule["Target"]["RoleArn"]) == (SCHEDULES.queue_arn, SCHEDULES.role_arn)
    assert parse(json.loads(schedule["Target"]["Input"])).training_job_name == RETRY.training_job_name


def test_a_submitted_retry_is_known_as_such(retries):
    retries.plan(RETRY)
    retries.mark_submitted(RETRY.training_job_name)
    assert retries.load(RETRY.training_job_name).submitted


def test_a_stack_without_permission_plans_nothing(clients, incidents_table):
    with pytest.raises(RetryRefusedError, match="ResubmitRoles"):
        RetriesTable(clients, incidents_table, None).plan(RETRY)


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "AccessDeniedException"])
def test_a_schedule_that_is_refused_for_good_says_why(clients, retries, code):
    with Stubber(clients.scheduler) as stub:
        stub.add_client_error("create_schedule", code)
        with pytest.raises(RetryRefusedError, match=code):
            retries.plan(RETRY)
