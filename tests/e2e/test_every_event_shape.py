"""Every shape of event that AWS is known to send, and hostile ones, through the deployed watch."""

import json
from pathlib import Path

import pytest

EVENTS = sorted((Path(__file__).parent.parent.parent / "events").glob("*.json"))
JOB = "demo-cnn-20260115"


def dead_letters(stack):
    url = stack.outputs()["WatchDeadLetterQueueUrl"]
    answer = stack.client("sqs").receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=0
    )
    return answer.get("Messages", [])


def hostile():
    base = json.loads((EVENTS[0].parent / "training-job-failed.json").read_text())
    for change in (
        {"TrainingJobName": "../../etc/passwd"},
        {"TrainingJobName": None},
        {"TrainingJobStatus": ["Failed"]},
        {"TrainingJobArn": 7},
    ):
        yield base | {"detail": base["detail"] | change}


def test_every_known_shape_goes_through_and_only_what_cannot_be_right_is_set_aside(stack, wait, tmp_path):
    stack.play(
        tmp_path,
        delivery={"lost": ["*"]},
        jobs=[
            {
                "name": JOB,
                "timeline": [
                    {"do": "status", "at_seconds": 0.1, "status": "Training"},
                    {
                        "do": "status",
                        "at_seconds": 0.5,
                        "status": "Failed",
                        "failure_reason": "AlgorithmError: , exit code: 1",
                    },
                ],
            }
        ],
    )
    shapes = [json.loads(path.read_text()) for path in EVENTS]
    delivered = [event for event in shapes if event.get("source", "").startswith("aws.")]
    assert len(delivered) >= 15
    stack.put(*delivered)
    wait(lambda: [each["trigger"] for each in stack.incidents(JOB)].count("job_failed") == 1)
    wait(lambda: stack.queue_depth("WatchQueueUrl") == 0)
    assert dead_letters(stack) == []
    assert stack.queue_depth("EventsDeadLetterQueueUrl") == 0

    bad = list(hostile())
    stack.put(*bad)
    letters = wait(lambda: letters if len(letters := dead_letters(stack)) >= len(bad) else None)
    assert all("TrainingJob" in letter["MessageAttributes"]["reason"]["StringValue"] for letter in letters)


@pytest.mark.parametrize("name", ["replay-of-a-failure"])
def test_an_event_can_be_replayed_by_one_command(stack, wait, tmp_path, name):
    job = "e2e-replayed-1"
    stack.play(
        tmp_path,
        delivery={"lost": ["*"]},
        jobs=[
            {
                "name": job,
                "timeline": [
                    {"do": "status", "at_seconds": 0.1, "status": "Training"},
                    {
                        "do": "status",
                        "at_seconds": 0.5,
                        "status": "Failed",
                        "failure_reason": "AlgorithmError: , exit code: 1",
                    },
                ],
            }
        ],
    )
    original = json.loads((EVENTS[0].parent / f"{name}.json").read_text())["detail"]["event"]
    arn = original["detail"]["TrainingJobArn"].replace(JOB, job)
    path = tmp_path / "lost.json"
    path.write_text(
        json.dumps(original | {"detail": original["detail"] | {"TrainingJobName": job, "TrainingJobArn": arn}})
    )
    stack.trainstop("replay", path)
    (incident,) = wait(lambda: stack.incidents(job))
    assert incident["origin"] == "replay"
