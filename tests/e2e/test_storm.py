"""Many jobs, few faults: one alert for each fault, and nothing lost, whatever fails on the way."""

import json
import os
import signal
import time

from tests.e2e.conftest import MANY

FAULTS = {
    "memory": "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has 22.1 GiB in all",
    "module": "ModuleNotFoundError: No module named 'flash_attn'",
    "data": "FileNotFoundError: [Errno 2] No such file or directory: '/opt/ml/input/data/train/part-0.csv'",
    "shape": "RuntimeError: mat1 and mat2 shapes cannot be multiplied (64x512 and 256x10)",
    "key": "KeyError: 'labels'",
}
JOBS_PER_FAULT = 60
OUTAGE_SECONDS = 20


def failing(name, error, failed_at_seconds):
    reason = f'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "{error}"\nCommand "python train.py"'
    return {
        "name": name,
        "timeline": [
            {"do": "status", "at_seconds": failed_at_seconds, "status": "Failed", "failure_reason": reason},
        ],
    }


def storm():
    """300 jobs of 5 faults that fail within some 40 seconds, the faults in turn."""
    number = 0
    for index in range(JOBS_PER_FAULT):
        for fault, error in FAULTS.items():
            number += 1
            yield failing(f"e2e-storm-{fault}-{index:03}", error, 1 + number * 40 / (JOBS_PER_FAULT * len(FAULTS)))


def test_300_failures_of_5_faults_are_5_alerts_and_their_escalations_through_an_outage(
    stack, wait, tmp_path, policy, play_aside
):
    policy(MANY)
    playing = play_aside(tmp_path, jobs=list(storm()))
    wait(lambda: len(stack.all_incidents("job_failed")) > 60)
    stack.outage("sns")
    began = time.monotonic()
    for process in wait(lambda: stack.workers("trainstop-notify")):
        os.kill(process, signal.SIGKILL)
    wait(lambda: time.monotonic() - began > OUTAGE_SECONDS)
    stack.outage()
    playing.wait()
    names = {job["name"] for job in storm()}
    wait(lambda: len(stack.all_incidents("job_failed", names)) == len(names), 180)
    wait(lambda: all(each.get("told_at") for each in stack.all_incidents("job_failed", names)), 180)
    rows = wait(lambda: archived(stack, len(names)), 180)
    assert sum(row["jobs"] for row in rows) == len(names)
    subjects = [message["subject"] for message in stack.told("oncall@example.com") if "storm" in message["text"]]
    escalations = [subject for subject in subjects if "NOW" in subject]
    assert len(subjects) - len(escalations) == len(FAULTS), subjects
    # A group that was told late, with many jobs, grows tenfold later or not at all.
    assert 0 < len(escalations) <= len(FAULTS), subjects


def archived(stack, expected):
    """The storm's jobs by fingerprint as Athena counts them, once there are so many."""
    rows = [row for row in stack.rows("top_fingerprints", since="2d") if "storm" in row["last_job"]]
    return rows if sum(row["jobs"] for row in rows) >= expected else None


def test_a_groups_end_is_told(stack, wait, tmp_path, policy):
    policy(MANY.replace("group_window_seconds: 900", "group_window_seconds: 8"))
    error = "ValueError: optimizer got an empty parameter list"
    stack.play(tmp_path, jobs=[failing(f"e2e-over-{number}", error, 2 + number) for number in range(3)])

    def mails():
        return [each for each in stack.told("oncall@example.com") if "e2e-over-" in each["text"]]

    def ended():
        stack.client("lambda").invoke(FunctionName=stack.outputs()["FollowupFunctionName"], Payload=b"{}")
        return any("Over: The same fault in 3 jobs" in each["text"] for each in mails())

    wait(ended)
    first, end = mails()
    assert end["subject"] == f"Re: {first['subject']}"


def test_the_machine_form_names_the_group(stack, wait, tmp_path, policy):
    policy(MANY)
    sqs, sns, outputs = stack.client("sqs"), stack.client("sns"), stack.outputs()
    queue = sqs.create_queue(QueueName="e2e-machine-form")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(
        TopicArn=outputs["AlertsTopicArn"],
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"RawMessageDelivery": "true", "FilterPolicy": json.dumps({"job": [{"prefix": "e2e-form-"}]})},
    )
    error = "TypeError: forward() got an unexpected keyword argument 'labels_mask'"
    stack.play(tmp_path, jobs=[failing("e2e-form-1", error, 2)])
    (message,) = wait(lambda: sqs.receive_message(QueueUrl=queue).get("Messages"))
    alert = json.loads(message["Body"])
    assert (alert["group"]["count"], alert["group"]["telling"], alert["group"]["jobs"]) == (1, "first", ["e2e-form-1"])
