"""The player against the simulator's HTTP API."""

import pytest

from sandbox.home import State
from sandbox.player import Player
from sandbox.scenario import Scenario
from tests.sandbox.simulated import ACCOUNT, create, status, wait_for

TRAINING = {"do": "status", "at_seconds": 0, "status": "Training"}
FAILED = {"do": "status", "at_seconds": 0.1, "status": "Failed", "failure_reason": "AlgorithmError: x"}


@pytest.fixture
def play(url, control):  # noqa: ARG001 - the pace is set first
    def played(suffix="", speed=1.0, **members):
        state = State(cloud_url=url, sagemaker_url=url, inbox_url=url, stack="none", trail_bucket="none")
        told = []
        Player(state, speed, suffix, told.append).play(Scenario.model_validate({"title": "t"} | members))
        return told

    return played


def described(sagemaker, name):
    return sagemaker.describe_training_job(TrainingJobName=name)


def test_a_job_has_what_the_scenario_says(play, sagemaker, account):
    job = {
        "name": "rich-1",
        "network_isolation": True,
        "vpc": True,
        "checkpoints": "s3://demo-bucket/checkpoints",
        "retry_attempts": 3,
        "tuning_job": "rich",
        "timeline": [TRAINING],
    }
    play(jobs=[job])
    held = described(sagemaker, "rich-1")
    assert held["EnableNetworkIsolation"] is True
    assert (len(held["VpcConfig"]["Subnets"]), len(held["VpcConfig"]["SecurityGroupIds"])) == (1, 1)
    assert held["CheckpointConfig"] == {"S3Uri": "s3://demo-bucket/checkpoints"}
    assert held["RetryStrategy"] == {"MaximumRetryAttempts": 3}
    arn = f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:hyper-parameter-tuning-job/rich"
    assert held["TuningJobArn"] == arn
    changes = [e["detail"] for e in account.events if e["detail-type"] == "SageMaker Training Job State Change"]
    assert {change.get("TuningJobArn") for change in changes} == {arn}


def test_a_job_has_none_of_it_unless_the_scenario_says_so(play, sagemaker):
    play(jobs=[{"name": "plain-1", "timeline": [TRAINING]}])
    held = described(sagemaker, "plain-1")
    assert held["EnableNetworkIsolation"] is False
    assert {"VpcConfig", "CheckpointConfig", "RetryStrategy", "TuningJobArn"}.isdisjoint(held)


def test_a_job_that_somebody_else_creates_later_lives_as_awaited(play, sagemaker):
    play(
        jobs=[{"name": "again-1", "timeline": [TRAINING, FAILED]}],
        awaited=[{"name": "again-1-r1", "timeline": [TRAINING, FAILED]}],
    )
    create(sagemaker, "again-1-r1")
    wait_for(lambda: status(sagemaker, "again-1-r1") == "Failed")
    create(sagemaker, "again-1-r2")
    wait_for(lambda: status(sagemaker, "again-1-r2") == "Completed")


def test_an_awaited_job_has_the_suffix_where_the_job_before_it_has_it(play, sagemaker):
    play(
        suffix="-b",
        jobs=[{"name": "stem-1", "timeline": [TRAINING]}],
        awaited=[{"name": name, "timeline": [TRAINING, FAILED]} for name in ("stem-1-r1", "alone-1")],
    )
    for name in ("stem-1-b-r1", "alone-1-b"):
        create(sagemaker, name)
        wait_for(lambda name=name: status(sagemaker, name) == "Failed")


def test_the_time_of_an_awaited_job_passes_at_the_speed_of_the_scenario(play, sagemaker):
    play(speed=100, awaited=[{"name": "fast-1", "timeline": [TRAINING, FAILED | {"at_seconds": 10}]}])
    create(sagemaker, "fast-1")
    wait_for(lambda: status(sagemaker, "fast-1") == "Failed", patience_seconds=5)


def test_the_events_of_an_awaited_job_are_delivered_as_the_scenario_says(play, sagemaker, account, control):
    play(delivery={"lost": ["*"]}, awaited=[{"name": "silent-1", "timeline": [TRAINING, FAILED]}])
    create(sagemaker, "silent-1")
    wait_for(lambda: status(sagemaker, "silent-1") == "Failed" and control("GET", "pending")["pending"] == 0)
    assert not [e for e in account.events if e["detail"].get("TrainingJobName") == "silent-1"]
