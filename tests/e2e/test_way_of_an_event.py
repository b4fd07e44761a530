"""From what happens to a job to what people see, on the deployed stack."""

import json

FAILURE = (
    "AlgorithmError: ExecuteUserScriptError:\nExitCode 1\n"
    'ErrorMessage "ValueError: bad label"\nCommand "python train.py", exit code: 1'
)
TRAINING = {"do": "status", "at_seconds": 0.2, "status": "Training"}
FAILED = {"do": "status", "at_seconds": 1.5, "status": "Failed", "failure_reason": FAILURE}
CONDITION_MET = (
    "RuleEvaluationConditionMet: Evaluation of the rule Overfit at step 7200 resulted in the condition being met\n"
)
RULE_FIRES = {"do": "rule", "at_seconds": 1.5, "rule": "Overfit", "status": "IssuesFound", "details": CONDITION_MET}
OVERFIT = {"name": "Overfit", "parameters": {"rule_to_invoke": "Overfit"}}


def traceback(at_seconds=1.0):
    return {
        "do": "log",
        "at_seconds": at_seconds,
        "lines": [
            "Epoch 1 loss 0.31",
            "Traceback (most recent call last):",
            '  File "/opt/ml/code/train.py", line 12, in <module>',
            "    fit(labels)",
            "ValueError: bad label",
        ],
    }


def test_a_failed_job_is_told_with_its_root_line_and_archived(stack, wait, tmp_path):
    job = "e2e-failed-1"
    stack.play(tmp_path, jobs=[{"name": job, "tags": {"team": "vision"}, "timeline": [TRAINING, traceback(), FAILED]}])
    (mail,) = wait(lambda: stack.inbox(job))
    assert mail["channel"] == "email"
    assert "ValueError: bad label" in mail["text"]
    assert not mail["text"].rstrip().endswith("None")
    (incident,) = stack.incidents(job)
    assert (incident["trigger"], incident["diagnosis"]["category"]) == ("job_failed", "user_code")
    shown = stack.trainstop_apart("incidents", "show", incident["incident_id"]).stdout
    assert "ValueError: bad label" in shown
    rows = wait(lambda: stack.rows("incidents_of_job", job=job))
    assert len(rows) == 1


def test_a_rule_that_found_issues_stops_its_job_and_the_alert_says_so(stack, wait, tmp_path):
    job = "E2E-Capitals-Overfit-1"
    stack.play(tmp_path, jobs=[{"name": job, "debugger_rules": [OVERFIT], "timeline": [TRAINING, RULE_FIRES]}])
    messages = wait(lambda: [*stack.inbox(job)] if len(stack.inbox(job)) >= 2 else None)
    by_channel = {message["channel"]: message for message in messages}
    assert "Stopped" in by_channel["email"]["subject"]
    assert "STOPPED" in by_channel["sms"]["text"]
    assert by_channel["sms"]["segments"] == 1
    described = stack.client("sagemaker").describe_training_job(TrainingJobName=job)
    assert described["TrainingJobStatus"] in {"Stopping", "Stopped"}
    (incident,) = stack.incidents(job)
    assert incident["outcome"]["action"] == "stopped"


def test_a_job_that_completes_bothers_nobody(stack, wait, tmp_path):
    job = "e2e-completes-1"
    steps = [TRAINING, {"do": "status", "at_seconds": 1, "status": "Completed"}]
    stack.play(tmp_path, jobs=[{"name": job, "timeline": steps}])
    wait(lambda: stack.queue_depth("WatchQueueUrl") == 0)
    assert stack.incidents(job) == []
    assert stack.inbox(job) == []


def test_a_stop_that_a_person_asked_for_is_recorded_and_not_told(stack, wait, tmp_path):
    job = "e2e-stopped-by-a-person-1"
    stack.play(tmp_path, jobs=[{"name": job, "timeline": [TRAINING, {"do": "stop", "at_seconds": 1}]}])
    (incident,) = wait(lambda: stack.incidents(job))
    assert incident["trigger"] == "job_stopped"
    assert stack.inbox(job) == []


def stop_calls(stack, job):
    rows = stack.rows("who_created_and_stopped", incident=stack.incidents(job)[0]["incident_id"])
    return [row for row in rows if row["call"] == "StopTrainingJob"]


def test_200_repeats_and_reorderings_give_one_incident_one_alert_and_no_second_stop(stack, wait, tmp_path):
    repeats = {"copies": 50, "shuffle_seconds": 3, "seed": 7}
    failing, overfitting = "e2e-repeats-failing-1", "e2e-repeats-overfitting-1"
    stack.play(
        tmp_path,
        delivery=repeats,
        jobs=[
            {"name": failing, "timeline": [TRAINING, traceback(), FAILED]},
            {"name": overfitting, "debugger_rules": [OVERFIT], "timeline": [TRAINING, RULE_FIRES]},
        ],
    )
    wait(lambda: stack.inbox(failing) and len(stack.inbox(overfitting)) >= 2)
    wait(lambda: stack.queue_depth("WatchQueueUrl") == 0)
    assert len(stack.incidents(failing)) == 1
    assert [message["channel"] for message in stack.inbox(failing)] == ["email"]
    assert len(stack.incidents(overfitting)) == 1
    assert sorted(message["channel"] for message in stack.inbox(overfitting)) == ["email", "sms"]
    assert len(stop_calls(stack, overfitting)) == 1


def test_what_no_event_told_the_sweep_finds(stack, wait, tmp_path):
    failing, overfitting = "e2e-lost-failing-1", "e2e-lost-overfitting-1"
    stack.play(
        tmp_path,
        delivery={"lost": ["*"]},
        jobs=[
            {"name": failing, "timeline": [TRAINING, traceback(), FAILED]},
            {"name": overfitting, "debugger_rules": [OVERFIT], "timeline": [TRAINING, RULE_FIRES]},
        ],
    )
    assert stack.inbox(failing) == []
    stack.client("lambda").invoke(FunctionName=stack.outputs()["SweepFunctionName"], Payload=b"{}")
    (incident,) = wait(lambda: stack.incidents(failing))
    assert incident["origin"] == "sweep"
    (stopped,) = wait(lambda: stack.incidents(overfitting))
    assert stopped["outcome"]["action"] == "stopped"
    wait(lambda: stack.inbox(failing) and stack.inbox(overfitting))


def test_debuggers_own_message_leads_to_the_job_when_the_event_is_lost(stack, wait, tmp_path):
    job = "e2e-only-the-message-1"
    rule = {"name": "tight-overfit", "parameters": {"rule_to_invoke": "Overfit"}}
    fires = RULE_FIRES | {"rule": "tight-overfit"}
    stack.play(
        tmp_path,
        delivery={"lost": ["*"]},
        jobs=[{"name": job, "debugger_rules": [rule], "timeline": [TRAINING, fires]}],
    )
    topic = stack.outputs()["AlertsTopicArn"].rsplit(":", 1)[0] + ":SMDebugRules"
    stack.client("sns").publish(
        TopicArn=topic, Subject="SMDebugRule:Overfit fired", Message="SMDebugRule:Overfit fired. None"
    )
    (incident,) = wait(lambda: stack.incidents(job))
    assert (incident["origin"], incident["outcome"]["action"]) == ("relay", "stopped")
    assert all("None" not in message["text"] for message in wait(lambda: stack.inbox(job)))


def test_a_refused_submission_is_told_with_the_principal(stack, wait, tmp_path):
    job = "e2e-refused-1"
    refusal = {
        "code": "ResourceLimitExceeded",
        "message": "The account-level service limit 'ml.p5.48xlarge for training job "
        "usage' is 0 Instances, with current utilization of 0 Instances and a request delta of 1 Instances.",
    }
    stack.play(
        tmp_path,
        refused=[
            {
                "name": job,
                "instance_type": "ml.p5.48xlarge",
                "refusal": refusal,
                "submitted_by": {"role": "ml-engineer", "session": "carol"},
            }
        ],
    )
    (mail,) = wait(lambda: stack.inbox(job))
    assert "carol" in mail["text"]
    rows = wait(lambda: stack.rows("refused_submissions"))
    assert any("carol" in json.dumps(row) for row in rows)
