"""``trainstop classify JOB_NAME`` with nothing deployed."""

import json
import time

import pytest
from moto.sagemaker.models import sagemaker_backends
from typer.testing import CliRunner

from trainstop.adapters.logs import LOG_GROUP
from trainstop.cli.main import app

ACCOUNT = "123456789012"


@pytest.fixture
def job(clients):
    clients.sagemaker.create_training_job(
        TrainingJobName="bert-1",
        AlgorithmSpecification={"TrainingImage": "image", "TrainingInputMode": "File"},
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/training",
        OutputDataConfig={"S3OutputPath": "s3://demo-bucket/out"},
        ResourceConfig={"InstanceType": "ml.g5.2xlarge", "InstanceCount": 1, "VolumeSizeInGB": 50},
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
    )
    return sagemaker_backends[ACCOUNT]["us-east-1"].training_jobs["bert-1"]


def run(*arguments):
    return CliRunner().invoke(app, ["classify", *arguments])


def fail(job, reason="AlgorithmError: , exit code: 1"):
    job.training_job_status = job.secondary_status = "Failed"
    job.failure_reason = reason


def test_a_live_job_is_explained_from_its_description_and_its_log(clients, job):
    fail(job)
    clients.logs.create_log_group(logGroupName=LOG_GROUP)
    clients.logs.create_log_stream(logGroupName=LOG_GROUP, logStreamName="bert-1/algo-1-1")
    clients.logs.put_log_events(
        logGroupName=LOG_GROUP,
        logStreamName="bert-1/algo-1-1",
        logEvents=[{"timestamp": int(time.time() * 1000), "message": "torch.OutOfMemoryError: CUDA out of memory."}],
    )
    answer = run("bert-1", "--json")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["category"] == "gpu_out_of_memory"


def test_a_job_without_a_log_is_explained_by_its_reason(job):
    fail(job, "CapacityError: Unable to provision requested ML compute capacity.")
    assert "capacity" in run("bert-1").stdout


@pytest.mark.usefixtures("job")
def test_a_job_with_nothing_wrong_says_so():
    answer = run("bert-1")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "nothing is wrong with bert-1: it is Completed" in answer.stderr


@pytest.mark.usefixtures("clients")
def test_what_is_neither_a_file_nor_a_job_says_so():
    answer = run("nobody")
    assert answer.exit_code == 1
    assert "no file and no training job is named nobody" in answer.stderr


def test_a_file_goes_before_a_job_of_its_name(tmp_path, monkeypatch, job):
    fail(job, "CapacityError: Unable to provision requested ML compute capacity.")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bert-1").write_text("ModuleNotFoundError: No module named 'flash_attn'\n")
    assert json.loads(run("bert-1", "--json").stdout)["category"] == "dependency"
