"""The simulated SageMaker over its HTTP API, by the same client that users have."""

import gzip
import json
import threading
import time

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.sandbox.simulated import ACCOUNT, create, debugger_rule, status, wait_for


def test_a_job_of_any_client_lives_to_its_completion_and_sends_its_events(sagemaker, account):
    create(sagemaker, "Lives-1", Tags=[{"Key": "team", "Value": "vision"}])
    assert status(sagemaker, "Lives-1") == "InProgress"
    wait_for(lambda: status(sagemaker, "Lives-1") == "Completed")
    described = sagemaker.describe_training_job(TrainingJobName="Lives-1")
    assert described["BillableTimeInSeconds"] >= 1
    assert [each["Status"] for each in described["SecondaryStatusTransitions"]][-1] == "Completed"
    changes = wait_for(lambda: [e for e in account.events if e["detail-type"] == "SageMaker Training Job State Change"])
    assert changes[0]["detail"]["Tags"] == {"team": "vision"}
    assert isinstance(changes[0]["detail"]["CreationTime"], int)
    assert changes[0]["source"] == "aws.sagemaker"


def test_a_stop_goes_through_stopping_and_a_second_one_is_refused_in_awss_words(sagemaker, control):
    control("PUT", "plans/stops-1", {"driven": True})
    create(sagemaker, "stops-1")
    sagemaker.stop_training_job(TrainingJobName="stops-1")
    with pytest.raises(ClientError, match="The request was rejected because the training job is in status Stopp"):
        sagemaker.stop_training_job(TrainingJobName="stops-1")
    wait_for(lambda: status(sagemaker, "stops-1") == "Stopped")
    with pytest.raises(ClientError) as refused:
        sagemaker.stop_training_job(TrainingJobName="stops-1")
    assert refused.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": "The request was rejected because the training job is in status Stopped.",
    }


@pytest.mark.parametrize("operation", ["describe_training_job", "stop_training_job"])
def test_an_unknown_job_is_answered_as_aws_does(sagemaker, operation):
    with pytest.raises(ClientError, match=r"ValidationException.*Requested resource not found\."):
        getattr(sagemaker, operation)(TrainingJobName="nobody")


def test_a_name_can_be_used_once(sagemaker):
    create(sagemaker, "once-1")
    with pytest.raises(ClientError, match="ResourceInUse"):
        create(sagemaker, "once-1")


def test_a_planned_refusal_is_answered_and_told_by_cloudtrail(sagemaker, control, account):
    control("PUT", "plans/refused-1", {"refusal": {"code": "ResourceLimitExceeded", "message": "limit is 0 Instances"}})
    with pytest.raises(ClientError, match="ResourceLimitExceeded"):
        create(sagemaker, "refused-1")
    calls = wait_for(lambda: [e for e in account.events if e["detail-type"] == "AWS API Call via CloudTrail"])
    assert calls[0]["detail"]["errorCode"] == "ResourceLimitExceeded"
    assert calls[0]["detail"]["requestParameters"]["trainingJobName"] == "refused-1"
    (key, content), *_ = account.trail.items()
    assert f"AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/" in key
    records = json.loads(gzip.decompress(content))["Records"]
    assert records[0]["eventName"] == "CreateTrainingJob"


def test_a_rule_gets_its_status_and_the_job_event_carries_it(sagemaker, control, account):
    control("PUT", "plans/rule-1", {"driven": True})
    create(
        sagemaker,
        "rule-1",
        DebugHookConfig={"S3OutputPath": "s3://demo-bucket/debug"},
        DebugRuleConfigurations=[debugger_rule({"endpoint": "a@example.com", "name": "email"})],
    )
    control("POST", "jobs/rule-1/status", {"status": "InProgress", "secondary_status": "Training"})
    control("POST", "jobs/rule-1/rules", {"rule": "Overfit", "status": "IssuesFound", "details": "met at step 7"})
    (held,) = sagemaker.describe_training_job(TrainingJobName="rule-1")["DebugRuleEvaluationStatuses"]
    assert (held["RuleEvaluationStatus"], held["StatusDetails"]) == ("IssuesFound", "met at step 7")
    wait_for(
        lambda: any(
            rule["RuleEvaluationStatus"] == "IssuesFound"
            for event in account.events
            for rule in event["detail"].get("DebugRuleEvaluationStatuses") or []
        )
    )
    wait_for(lambda: account.actions == [("training", "Overfit", "email", "a@example.com")])


def test_a_planned_tuning_job_is_told_by_description_and_event(sagemaker, control, account):
    control("PUT", "plans/tuned-1-001", {"driven": True, "tuning_job": "tuned-1"})
    create(sagemaker, "tuned-1-001")
    create(sagemaker, "untuned-1")
    arn = f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:hyper-parameter-tuning-job/tuned-1"
    assert sagemaker.describe_training_job(TrainingJobName="tuned-1-001")["TuningJobArn"] == arn
    assert "TuningJobArn" not in sagemaker.describe_training_job(TrainingJobName="untuned-1")
    wait_for(lambda: control("GET", "pending")["pending"] == 0)
    changes = [e["detail"] for e in account.events if e["detail-type"] == "SageMaker Training Job State Change"]
    assert {c["TuningJobArn"] for c in changes if c["TrainingJobName"] == "tuned-1-001"} == {arn}
    assert not [c for c in changes if c["TrainingJobName"] == "untuned-1" and "TuningJobArn" in c]


def test_a_planned_timeline_takes_the_place_of_a_jobs_own_life(sagemaker, control, account):
    steps = [
        {"do": "status", "at_seconds": 0.05, "status": "Training"},
        {"do": "log", "at_seconds": 0.1, "lines": ["step 1", "CUDA out of memory"], "host": 2},
        {"do": "rule", "at_seconds": 0.15, "rule": "Overfit", "status": "IssuesFound", "details": "met at step 7"},
        {"do": "status", "at_seconds": 0.4, "status": "Failed", "failure_reason": "AlgorithmError: x"},
    ]
    control("PUT", "plans/awaited-1", {"steps": steps})
    create(
        sagemaker, "awaited-1", DebugRuleConfigurations=[debugger_rule({"endpoint": "a@example.com", "name": "email"})]
    )
    wait_for(lambda: status(sagemaker, "awaited-1") == "Failed")
    described = sagemaker.describe_training_job(TrainingJobName="awaited-1")
    assert [each["Status"] for each in described["SecondaryStatusTransitions"]] == ["Starting", "Training", "Failed"]
    assert described["FailureReason"] == "AlgorithmError: x"
    assert described["DebugRuleEvaluationStatuses"][0]["StatusDetails"] == "met at step 7"
    created = int(described["CreationTime"].timestamp())
    assert account.logs == {f"awaited-1/algo-2-{created}": ["step 1", "CUDA out of memory"]}
    assert account.actions == [("training", "Overfit", "email", "a@example.com")]


def test_a_step_that_fails_is_logged_and_the_next_one_has_its_turn(sagemaker, control, caplog):
    steps = [
        {"do": "rule", "at_seconds": 0, "rule": "Overfit", "status": "IssuesFound"},
        {"do": "status", "at_seconds": 0.05, "status": "Completed"},
    ]
    control("PUT", "plans/awaited-2", {"steps": steps})
    create(sagemaker, "awaited-2")
    wait_for(lambda: status(sagemaker, "awaited-2") == "Completed")
    assert "awaited-2: rule at 0 s skipped: awaited-2 has no rule 'Overfit'" in caplog.messages


def test_events_can_be_repeated_and_lost(sagemaker, control, account):
    control("PUT", "plans/bent-1", {"driven": True, "delivery": {"copies": 3, "lost": ["Training"]}})
    create(sagemaker, "bent-1")
    control("POST", "jobs/bent-1/status", {"status": "InProgress", "secondary_status": "Training"})
    control("POST", "jobs/bent-1/status", {"status": "Failed", "secondary_status": "Failed", "failure_reason": "x"})
    wait_for(lambda: control("GET", "pending")["pending"] == 0)
    told = [
        e["detail"]["SecondaryStatus"]
        for e in account.events
        if e["detail-type"] == "SageMaker Training Job State Change"
    ]
    assert told.count("Failed") == 3
    assert "Training" not in told


def test_a_listing_filters_by_status_and_by_time(sagemaker, control):
    control("PUT", "plans/listed-1", {"driven": True})
    before = time.time() - 1
    create(sagemaker, "listed-1")
    listed = sagemaker.list_training_jobs(StatusEquals="InProgress", LastModifiedTimeAfter=before)
    assert "listed-1" in [row["TrainingJobName"] for row in listed["TrainingJobSummaries"]]
    none = sagemaker.list_training_jobs(NameContains="listed-1", LastModifiedTimeAfter=time.time() + 60)
    assert none["TrainingJobSummaries"] == []


def test_listing_too_often_is_throttled_on_request(sagemaker, control):
    control("PUT", "settings", {"list_calls_per_second": 1})
    impatient = boto3.session.Config(retries={"total_max_attempts": 1})
    client = boto3.client(
        "sagemaker",
        endpoint_url=sagemaker.meta.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key="sandbox",
        config=impatient,
    )
    with pytest.raises(ClientError, match="ThrottlingException"):
        list_five_times(client)


def list_five_times(client):
    for _ in range(5):
        client.list_training_jobs()


def test_a_stop_can_hang_without_effect_and_is_refused_at_last(sagemaker, control, url):
    once = boto3.client(
        "sagemaker",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key="x",
        config=Config(retries={"total_max_attempts": 1}),
    )
    control("PUT", "plans/hangs-1", {"driven": True})
    create(sagemaker, "hangs-1")
    control("PUT", "settings", control("GET", "settings") | {"stop_hangs": True})
    refusals = []

    def stop():
        try:
            once.stop_training_job(TrainingJobName="hangs-1")
        except ClientError as error:
            refusals.append(error.response["Error"])

    caller = threading.Thread(target=stop)
    caller.start()
    wait_for(lambda: control("GET", "hanging") == {"hanging": 1})
    assert control("GET", "pending")["hanging"] == 1
    assert [call["operation"] for call in control("GET", "calls")].count("StopTrainingJob") == 0
    control("PUT", "settings", control("GET", "settings") | {"stop_hangs": False})
    caller.join(timeout=30)
    refused = {"Code": "ThrottlingException", "Message": "Rate exceeded"}
    assert (refusals, status(sagemaker, "hangs-1")) == ([refused], "InProgress")
    assert control("GET", "hanging") == {"hanging": 0}
    (call,) = [each for each in control("GET", "calls") if each["operation"] == "StopTrainingJob"]
    assert (call["job"], call["error"]) == ("hangs-1", "ThrottlingException")
    sagemaker.stop_training_job(TrainingJobName="hangs-1")
