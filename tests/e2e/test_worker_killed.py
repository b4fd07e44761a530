"""A watch worker that dies at the worst moment."""

import json
import os
import signal

import pytest

DETAILS = (
    "RuleEvaluationConditionMet: Evaluation of the rule Overfit at step 7200 resulted in the condition being met\n"
)
JOB = {
    "name": "e2e-killed-worker-1",
    "debugger_rules": [{"name": "Overfit", "parameters": {"rule_to_invoke": "Overfit"}}],
    "timeline": [
        {"do": "status", "at_seconds": 0.2, "status": "Training"},
        {"do": "rule", "at_seconds": 1.5, "rule": "Overfit", "status": "IssuesFound", "details": DETAILS},
    ],
}


@pytest.fixture
def stop_hangs(stack):
    """StopTrainingJob takes no effect until the test says so; what the dead worker held is taken away in the end."""
    stack.settings(stop_hangs=True)
    yield lambda: stack.settings(stop_hangs=False)
    stack.settings(stop_hangs=False)
    for name in ("WatchQueueUrl", "UrgentQueueUrl"):
        stack.client("sqs").purge_queue(QueueUrl=stack.outputs()[name])


def test_killed_between_claim_and_stop_it_leaves_a_stopped_job_and_an_incident_that_says_so(
    stack, wait, tmp_path, stop_hangs
):
    pending = f"{stack.environment['AWS_ENDPOINT_URL_SAGEMAKER']}/_sandbox/pending"
    stack.play(tmp_path, jobs=[JOB])
    wait(lambda: json.loads(stack.get(pending))["hanging"])
    workers = stack.workers("trainstop-watch")
    assert workers
    for process in workers:
        os.kill(process, signal.SIGKILL)
    stop_hangs()
    assert stack.incidents(JOB["name"]) == []

    def swept():
        stack.client("lambda").invoke(FunctionName=stack.outputs()["SweepFunctionName"], Payload=b"{}")
        return stack.incidents(JOB["name"])

    (incident,) = wait(swept, 180)
    assert incident["outcome"]["action"] == "stopped"
    assert stack.describe(JOB["name"])["TrainingJobStatus"] in {"Stopping", "Stopped"}
    assert len([call for call in stack.stop_calls(JOB["name"]) if call[1] is None]) == 1
