"""Failed jobs that trainstop submits once more, on the deployed stack."""

INTERNAL = "InternalServerError: We encountered an internal error. Please try again."
CAPACITY = (
    "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type."
)
TRAINING = {"do": "status", "at_seconds": 0.2, "status": "Training"}
COMPLETED = {"do": "status", "at_seconds": 1.0, "status": "Completed"}


def failed(reason, at_seconds=1.0):
    return {"do": "status", "at_seconds": at_seconds, "status": "Failed", "failure_reason": reason}


RULES = (
    "version: 1\nrules:\n"
    "  - name: capacity-elsewhere\n"
    "    when: {category: capacity}\n"
    "    resubmit: {attempts: 2, backoff_seconds: 1, instance_types: [ml.g6.2xlarge]}\n"
    "  - name: internal-errors-once\n"
    "    when: {category: internal_error}\n"
    "    resubmit: {attempts: 3, backoff_seconds: 1}\n"
    "  - {name: tell-all, alert: {severity: high}}\n"
)


def test_a_retry_on_another_type_completes_and_answers_in_the_first_alerts_thread(stack, wait, tmp_path, policy):
    policy(RULES)
    name, retry = "e2e-no-capacity-1", "e2e-no-capacity-1-retry-1"
    job = {
        "name": name,
        "tags": {"team": "vision"},
        "hyperparameters": {"epochs": "30"},
        "checkpoints": "s3://example-checkpoints/e2e",
        "timeline": [failed(CAPACITY)],
    }
    stack.play(tmp_path, jobs=[job], awaited=[{"name": retry, "timeline": [TRAINING, COMPLETED]}])
    (first,) = wait(lambda: stack.incidents(name))
    assert first["outcome"]["retry"]["instance_type"] == "ml.g6.2xlarge"
    (completed,) = wait(lambda: stack.incidents(retry))
    assert completed["trigger"] == "retry_completed"

    described = stack.describe(retry)
    assert described["ResourceConfig"]["InstanceType"] == "ml.g6.2xlarge"
    assert described["CheckpointConfig"] == {"S3Uri": "s3://example-checkpoints/e2e"}
    assert described["HyperParameters"] == {"epochs": "30"}
    tags = stack.client("sagemaker").list_tags(ResourceArn=described["TrainingJobArn"])["Tags"]
    assert {"team", "trainstop:retry-root", "trainstop:retry-of", "trainstop:retry-attempt"} == {
        tag["Key"] for tag in tags
    }
    (alert,) = wait(lambda: [each for each in stack.inbox(name) if not each["subject"].startswith("Re:")])
    (answer,) = wait(lambda: [each for each in stack.inbox(name) if each["subject"].startswith("Re:")])
    assert answer["subject"] == f"Re: {alert['subject']}"


def test_the_same_fault_on_the_retry_ends_the_line(stack, wait, tmp_path, policy):
    policy(RULES)
    name, retry = "e2e-internal-1", "e2e-internal-1-retry-1"
    timeline = [TRAINING, failed(INTERNAL)]
    stack.play(tmp_path, jobs=[{"name": name, "timeline": timeline}], awaited=[{"name": retry, "timeline": timeline}])
    (second,) = wait(lambda: stack.incidents(retry))
    assert second["decision"]["resubmit_reason"] == "same_fault_again"
    assert second["outcome"]["retry"] is None
    assert second["retry"]["root"] == name


def test_what_a_tuning_job_or_another_role_owns_is_not_retried(stack, wait, tmp_path, policy):
    policy(RULES)
    child, other = "e2e-child-of-hpo-1", "e2e-other-role-1"
    stack.play(
        tmp_path,
        jobs=[
            {"name": child, "tuning_job": "hpo-1", "timeline": [TRAINING, failed(INTERNAL)]},
            {"name": other, "role": "somebody-elses", "timeline": [TRAINING, failed(INTERNAL)]},
        ],
    )
    reasons = {name: wait(lambda name=name: stack.incidents(name))[0]["decision"] for name in (child, other)}
    assert reasons[child]["resubmit_reason"] == "handled_elsewhere"
    assert reasons[other]["resubmit_reason"] == "not_permitted"
