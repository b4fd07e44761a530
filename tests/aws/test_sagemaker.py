from datetime import timedelta

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from tests.samples import ARN, STARTED, describe_answer
from trainstop.adapters.sagemaker import SageMakerJobList, SageMakerJobs
from trainstop.ports import StopAnswer, StopRefusedError, SubmissionRefusedError

NAME = "demo-cnn-20260115"
REQUEST = {
    "TrainingJobName": NAME,
    "RoleArn": "arn:aws:iam::111122223333:role/demo-training-role",
    "OutputDataConfig": {"S3OutputPath": "s3://demo-bucket/out"},
}


@pytest.fixture
def stub(clients):
    with Stubber(clients.sagemaker) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def full(**changes):
    return describe_answer(ModelArtifacts={"S3ModelArtifacts": "s3://demo-bucket/out"}, **changes)


def test_a_job_is_described_whole(clients, stub):
    stub.add_response("describe_training_job", full(), {"TrainingJobName": NAME})
    job = SageMakerJobs(clients).describe(NAME)
    assert (job.training_job_name, job.duration_seconds) == (NAME, 600)


@pytest.mark.parametrize("text", ["Requested resource not found.", "Could not find training job 'arn:x'."])
def test_an_unknown_job_is_none(clients, stub, text):
    stub.add_client_error("describe_training_job", "ValidationException", text)
    assert SageMakerJobs(clients).describe(NAME) is None


def test_another_validation_error_is_not_taken_for_an_unknown_job(clients, stub):
    stub.add_client_error("describe_training_job", "ValidationException", "1 validation error detected")
    with pytest.raises(ClientError):
        SageMakerJobs(clients).describe(NAME)


def test_a_stop_that_is_accepted(clients, stub):
    stub.add_response("stop_training_job", {}, {"TrainingJobName": NAME})
    assert SageMakerJobs(clients).stop(NAME) is StopAnswer.ACCEPTED


@pytest.mark.parametrize("status", ["Stopping", "Stopped", "Failed", "Completed"])
def test_stopping_a_job_that_does_not_run_is_success(clients, stub, status):
    text = f"The request was rejected because the training job is in status {status}."
    stub.add_client_error("stop_training_job", "ValidationException", text)
    assert SageMakerJobs(clients).stop(NAME) is StopAnswer.NOT_RUNNING


@pytest.mark.parametrize("code", ["AccessDeniedException", "AccessDenied", "ValidationException", "ResourceNotFound"])
def test_a_stop_that_is_refused_for_good_says_why(clients, stub, code):
    stub.add_client_error("stop_training_job", code, "no")
    with pytest.raises(StopRefusedError, match=f"{code}: no"):
        SageMakerJobs(clients).stop(NAME)


def test_a_stop_that_is_throttled_is_worth_a_retry(clients, stub):
    stub.add_client_error("stop_training_job", "ThrottlingException", "Rate exceeded")
    with pytest.raises(ClientError, match="Throttling"):
        SageMakerJobs(clients).stop(NAME)


def test_tags_are_read_page_by_page(clients, stub):
    stub.add_response(
        "list_tags", {"Tags": [{"Key": "team", "Value": "vision"}], "NextToken": "t"}, {"ResourceArn": ARN}
    )
    stub.add_response(
        "list_tags", {"Tags": [{"Key": "owner", "Value": "alice"}]}, {"ResourceArn": ARN, "NextToken": "t"}
    )
    assert SageMakerJobs(clients).tags(ARN) == {"team": "vision", "owner": "alice"}


def test_tags_that_may_not_be_read_are_unknown_not_empty(clients, stub):
    stub.add_client_error("list_tags", "AccessDeniedException")
    assert SageMakerJobs(clients).tags(ARN) is None


def listed(*names):
    row = {"TrainingJobArn": ARN, "CreationTime": STARTED, "TrainingJobStatus": "InProgress"}
    return {"TrainingJobSummaries": [row | {"TrainingJobName": name} for name in names]}


RUNNING = {"StatusEquals": "InProgress", "SortBy": "CreationTime", "SortOrder": "Descending", "MaxResults": 100}


def test_running_jobs_are_found_by_their_prefix(clients, stub):
    stub.add_response("list_training_jobs", listed("demo-1", "not-demo-2"), RUNNING | {"NameContains": "demo-"})
    assert SageMakerJobs(clients).running("demo-") == ("demo-1",)


def test_a_prefix_that_lost_its_capitals_still_finds_its_jobs(clients, stub):
    stub.add_response("list_training_jobs", listed(), RUNNING | {"NameContains": "demo-"})
    stub.add_response("list_training_jobs", listed("Demo-1", "other"), RUNNING)
    assert SageMakerJobs(clients).running("demo-") == ("Demo-1",)


@pytest.mark.parametrize("code", ["ResourceLimitExceeded", "ValidationException", "AccessDeniedException"])
def test_a_submission_that_is_refused_for_good_says_why(clients, stub, code):
    stub.add_client_error("create_training_job", code, "no")
    with pytest.raises(SubmissionRefusedError, match=f"{code}: no"):
        SageMakerJobs(clients).create(REQUEST)


def test_a_job_that_an_earlier_attempt_submitted_is_success(clients, stub):
    stub.add_client_error("create_training_job", "ResourceInUse", "Training job names must be unique")
    SageMakerJobs(clients).create(REQUEST)


def test_a_throttled_submission_is_worth_another_try(clients, stub):
    stub.add_client_error("create_training_job", "ThrottlingException")
    with pytest.raises(ClientError):
        SageMakerJobs(clients).create(REQUEST)


def test_a_request_that_the_api_does_not_know_is_refused_for_good(clients):
    with pytest.raises(SubmissionRefusedError, match="Unknown parameter"):
        SageMakerJobs(clients).create(REQUEST | {"Surprise": "x"})


def test_a_job_is_tagged_and_untagged(clients, stub):
    stub.add_response("add_tags", {"Tags": []}, {"ResourceArn": ARN, "Tags": [{"Key": "k", "Value": "v"}]})
    stub.add_response("delete_tags", {}, {"ResourceArn": ARN, "TagKeys": ["k"]})
    jobs = SageMakerJobs(clients)
    jobs.tag(ARN, "k", "v")
    jobs.untag(ARN, "k")


def test_a_rule_job_names_its_training_job(clients, stub):
    body = {
        "ProcessingJobName": "p",
        "ProcessingJobArn": ARN.replace("training", "processing"),
        "TrainingJobArn": ARN,
        "ProcessingJobStatus": "Completed",
        "CreationTime": STARTED,
        "AppSpecification": {"ImageUri": "i"},
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.t3.medium", "VolumeSizeInGB": 1}
        },
    }
    stub.add_response("describe_processing_job", body, {"ProcessingJobName": "p"})
    assert SageMakerJobs(clients).training_job_arn_of("p") == ARN


def test_an_unknown_processing_job_belongs_to_no_training_job(clients, stub):
    stub.add_client_error("describe_processing_job", "ValidationException", "Requested resource not found.")
    assert SageMakerJobs(clients).training_job_arn_of("p") is None


def row(name="a", status="Failed"):
    return {"TrainingJobName": name, "TrainingJobArn": ARN, "TrainingJobStatus": status, "CreationTime": STARTED}


def page_request(**extra):
    return {"SortBy": "CreationTime", "SortOrder": "Descending", "MaxResults": 100} | extra


def test_listing_keeps_under_the_quota_of_two_calls_a_second(clients, stub):
    until = STARTED + timedelta(hours=1)
    span = {"LastModifiedTimeAfter": STARTED, "LastModifiedTimeBefore": until}
    stub.add_response(
        "list_training_jobs", {"TrainingJobSummaries": [row("a")], "NextToken": "t"}, page_request(**span)
    )
    stub.add_response("list_training_jobs", {"TrainingJobSummaries": [row("b")]}, page_request(NextToken="t", **span))
    pauses = []
    listed = SageMakerJobList(clients, pauses.append).changed(STARTED, until)
    assert [each.training_job_name for each in listed] == ["a", "b"]
    assert pauses == [0.6]


def test_running_jobs_are_listed_up_to_the_limit(clients, stub):
    rows = [row(str(number), "InProgress") for number in range(5)]
    stub.add_response(
        "list_training_jobs", {"TrainingJobSummaries": rows, "NextToken": "t"}, page_request(StatusEquals="InProgress")
    )
    assert len(list(SageMakerJobList(clients).in_progress(3))) == 3


def test_a_listing_without_end_is_not_silently_cut(clients, stub):
    for _ in range(50):
        stub.add_response("list_training_jobs", {"TrainingJobSummaries": [row()], "NextToken": "t"})
    with pytest.raises(RuntimeError, match="more than 5000"):
        list(SageMakerJobList(clients, lambda _: None).changed(STARTED, STARTED))
