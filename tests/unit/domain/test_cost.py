from datetime import timedelta
from decimal import Decimal

import pytest

from tests.samples import STARTED, job, running
from trainstop.domain.cost import estimate_cost, price_table
from trainstop.domain.training_job import TrainingJob

NOW = STARTED + timedelta(hours=1)


def estimate(**changes):
    return estimate_cost(job(**changes), price_table(), NOW)


def test_cost_is_billable_hours_times_instances_times_the_rate():
    config = {"InstanceType": "ml.g5.2xlarge", "InstanceCount": 2, "VolumeSizeInGB": 50}
    cost = estimate(ResourceConfig=config, BillableTimeInSeconds=3600)
    assert cost.usd == Decimal("3.03")
    assert cost.formula == "3600 s billable / 3600 x 2 x 1.515 USD/h (ml.g5.2xlarge, us-east-1, 2026-08-20)"


def test_groups_of_instances_are_added_up():
    groups = [
        {"InstanceType": "ml.g5.2xlarge", "InstanceCount": 1, "InstanceGroupName": "gpu"},
        {"InstanceType": "ml.m5.large", "InstanceCount": 2, "InstanceGroupName": "cpu"},
    ]
    cost = estimate(ResourceConfig={"InstanceGroups": groups}, BillableTimeInSeconds=3600)
    assert cost.usd == Decimal("1.75")
    assert " + " in cost.formula


def test_without_billable_time_the_elapsed_time_counts_and_is_called_so():
    cost = estimate(BillableTimeInSeconds=None)
    assert cost.usd == Decimal("0.25")
    assert "600 s elapsed /" in cost.formula


def test_a_running_job_costs_up_to_now():
    cost = estimate_cost(TrainingJob.model_validate(running()), price_table(), NOW)
    assert cost.usd == Decimal("1.52")
    assert "3600 s elapsed so far" in cost.formula


def test_a_missing_rate_is_unknown_and_never_zero():
    cost = estimate(ResourceConfig={"InstanceType": "ml.zz9.large", "InstanceCount": 1})
    assert cost.usd is None
    assert cost.formula == "unknown: no rate for ml.zz9.large in the price table"


def test_one_missing_rate_among_groups_makes_the_whole_unknown():
    groups = [
        {"InstanceType": "ml.g5.2xlarge", "InstanceCount": 1, "InstanceGroupName": "a"},
        {"InstanceType": "ml.zz9.large", "InstanceCount": 1, "InstanceGroupName": "b"},
    ]
    assert estimate(ResourceConfig={"InstanceGroups": groups}).usd is None


def test_a_job_that_never_started_training_cost_nothing():
    cost = estimate(TrainingStartTime=None, BillableTimeInSeconds=None)
    assert cost.usd == 0
    assert "never started" in cost.formula


def test_no_instance_type_is_unknown():
    assert estimate(ResourceConfig=None).usd is None


def test_an_end_before_the_start_is_no_negative_cost():
    cost = estimate(BillableTimeInSeconds=None, TrainingEndTime=STARTED.replace(hour=1))
    assert cost.usd == 0


@pytest.mark.parametrize("rate", price_table().values(), ids=lambda rate: rate.instance_type)
def test_every_rate_has_a_positive_amount_a_region_a_date_and_a_source(rate):
    assert rate.usd_per_hour > 0
    assert rate.region in {"us-east-1", "us-west-2"}
    assert len(rate.as_of) == 10
    assert rate.source
