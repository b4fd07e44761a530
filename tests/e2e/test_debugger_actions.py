"""What Debugger's built-in actions do, and where they do nothing; docs/debugger-actions.md names these tests."""

import json

import pytest

TRAINING = {"do": "status", "at_seconds": 0.2, "status": "Training"}
INTERRUPTED = {"do": "status", "at_seconds": 0.6, "status": "Interrupted"}
RESTARTING = {"do": "status", "at_seconds": 0.9, "status": "Restarting"}
AGAIN = {"do": "status", "at_seconds": 1.2, "status": "Training"}


def fires(rule="watched", at_seconds=6.0):
    """Late enough for trainstop to have seen the job start, also where its functions are cold."""
    details = (
        f"RuleEvaluationConditionMet: Evaluation of the rule {rule} at step 500 resulted in the condition being met\n"
    )
    return {"do": "rule", "at_seconds": at_seconds, "rule": rule, "status": "IssuesFound", "details": details}


def rule(*actions, name="watched", invokes="StalledTrainingRule"):
    declared = json.dumps(actions[0] if len(actions) == 1 else list(actions))
    return {"name": name, "parameters": {"rule_to_invoke": invokes, "action_json": declared}}


def stop(prefix):
    return {"training_job_prefix": prefix, "name": "stoptraining"}


def email(address):
    return {"endpoint": address, "name": "email"}


def sms(number):
    return {"endpoint": number, "name": "sms"}


def job(name, *rules, timeline=None, kind="debugger_rules", **rest):
    return {"name": name, kind: list(rules), "timeline": timeline or [TRAINING, fires()]} | rest


INTERRUPTED_ONCE = [TRAINING, INTERRUPTED, RESTARTING, AGAIN, fires()]


def stopped(stack, name):
    return stack.describe(name)["TrainingJobStatus"] in {"Stopping", "Stopped"}


def test_stop_training_stops_its_job_capitals_or_not_and_once(stack, wait, tmp_path):
    names = ["e2e-stop-lower-1", "E2E-Stop-Capitals-1"]
    stack.play(tmp_path, jobs=[job(name, rule(stop(name))) for name in names])
    for name in names:
        (incident,) = wait(lambda name=name: stack.incidents(name))
        assert stopped(stack, name)
        assert incident["decision"]["stop_rule"] == "the job's own action"
        assert len([call for call in stack.stop_calls(name) if call[1] is None]) == 1
    assert incident["outcome"]["action"] == "stopped"


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("e2e-isolated-1", ("+15550100151", {"network_isolation": True})),
        ("e2e-in-a-vpc-1", ("+15550100152", {"vpc": True})),
        ("e2e-spot-1", ("+15550100153", {"spot": True, "max_wait_seconds": 90000, "timeline": INTERRUPTED_ONCE})),
        ("e2e-profiled-1", ("+15550100154", {"kind": "profiler_rules"})),
    ],
)
def test_actions_work_where_debuggers_own_do_nothing(stack, wait, tmp_path, name, case):
    number, rest = case
    stack.play(tmp_path, jobs=[job(name, rule(stop(name), sms(number)), **rest)])
    if "kind" in rest:
        # No event is known to carry the status of profiler rules (FORMATS.md 15): the sweep sees it.
        stack.client("lambda").invoke(FunctionName=stack.outputs()["SweepFunctionName"], Payload=b"{}")
    (message,) = wait(lambda: stack.told(number))
    assert "STOPPED" in message["text"]
    assert stopped(stack, name)
    ((principal, error),) = stack.stop_calls(name)
    assert ("trainstop" in principal, error) == (True, None)


def test_a_declared_mailbox_is_asked_when_the_job_starts_and_told_once_with_the_jobs_name(stack, wait, tmp_path):
    name, address = "e2e-mailbox-1", "carol@example.com"
    declared = rule(email("Carol@Example.com"))
    stack.play(tmp_path, jobs=[job(name, declared, timeline=[TRAINING])])
    (link,) = wait(lambda: stack.confirmations(address))
    stack.visit(link)
    second = "e2e-mailbox-2"
    stack.play(tmp_path, jobs=[job(second, declared)])
    wait(lambda: stack.told(address))
    wait(lambda: stack.queue_depth("RelayQueueUrl") == 0 and stack.queue_depth("WatchQueueUrl") == 0)
    (mail,) = stack.told(address)
    assert second in mail["subject"]
    assert "None" not in mail["text"]
    assert len(stack.confirmations(address)) == 1
    (incident,) = stack.incidents(second)
    assert incident["decision"]["recipients"] == [{"protocol": "email", "endpoint": address, "subscribed": "confirmed"}]
    assert incident["outcome"]["action"] == "none", "a rule that only asks for mail does not stop its job"


def test_a_mailbox_that_has_not_confirmed_is_shown_as_such(stack, wait, tmp_path):
    name = "e2e-unconfirmed-1"
    stack.play(tmp_path, jobs=[job(name, rule(email("dave@example.com")))])
    (incident,) = wait(lambda: stack.incidents(name))
    assert incident["decision"]["recipients"][0]["subscribed"] == "pending"
    shown = stack.trainstop("incidents", "show", incident["incident_id"]).stdout
    assert "NOT CONFIRMED YET" in " ".join(shown.split())


def test_debuggers_own_message_makes_no_second_alert(stack, wait, tmp_path):
    name, number = "e2e-own-message-1", "+15550100188"
    stack.play(tmp_path, jobs=[job(name, rule(sms(number)))])
    wait(lambda: stack.told(number))
    wait(lambda: stack.queue_depth("RelayQueueUrl") == 0 and stack.queue_depth("WatchQueueUrl") == 0)
    assert len(stack.incidents(name)) == 1
    (message,) = stack.told(number)
    assert name in message["text"]
    assert message["segments"] == 1


def test_who_gets_all_alerts_is_not_told_twice(stack, wait, tmp_path):
    name = "e2e-covered-1"
    stack.play(tmp_path, jobs=[job(name, rule(sms("+15550100123"), email("oncall@example.com")))])
    wait(lambda: len(stack.inbox(name)) >= 2)
    wait(lambda: stack.queue_depth("RelayQueueUrl") == 0 and stack.queue_depth("WatchQueueUrl") == 0)
    assert sorted(message["channel"] for message in stack.inbox(name)) == ["email", "sms"]


def test_two_thresholds_of_one_rule_alert_at_the_first_and_stop_at_the_second(stack, wait, tmp_path):
    name, number = "e2e-two-thresholds-1", "+15550100177"
    rules = [rule(sms(number), name="stalled-60"), rule(stop(name), name="stalled-120")]
    timeline = [TRAINING, fires("stalled-60"), fires("stalled-120", 13.0)]
    stack.play(tmp_path, jobs=[job(name, *rules, timeline=timeline)])
    wait(lambda: len(stack.incidents(name)) == 2)
    by_rule = {each["rule"]["name"]: each for each in stack.incidents(name)}
    assert by_rule["stalled-60"]["outcome"]["action"] == "none"
    assert by_rule["stalled-120"]["outcome"]["action"] in {"stopped", "already_stopped"}
    assert by_rule["stalled-60"]["detected_at"] < by_rule["stalled-120"]["detected_at"]
    (message,) = wait(lambda: stack.told(number))
    assert "It runs on" in message["text"]
    assert stopped(stack, name)


def test_of_several_jobs_with_the_prefix_the_one_whose_rule_fired_is_stopped(stack, wait, tmp_path):
    names = ["e2e-prefix-a", "e2e-prefix-b"]
    fired, other = (job(name, rule(stop("e2e-prefix-"))) for name in names)
    stack.play(tmp_path, jobs=[fired, other | {"timeline": [TRAINING]}])
    (incident,) = wait(lambda: stack.incidents(names[0]))
    assert incident["outcome"]["action"] == "stopped"
    assert not stopped(stack, names[1])


def test_a_policy_may_take_the_prefix_for_every_job(stack, wait, tmp_path, policy):
    policy("version: 1\njob_action_prefix: every_job\nrules: [{name: tell, alert: {severity: high}}]\n")
    names = ["e2e-all-of-them-a", "e2e-all-of-them-b"]
    fired, other = (job(name, rule(stop("e2e-all-of-them-"))) for name in names)
    stack.play(tmp_path, jobs=[fired, other | {"timeline": [TRAINING]}])
    (incident,) = wait(lambda: stack.incidents(names[0]))
    assert [each["training_job_name"] for each in incident["outcome"]["others"]] == [names[1]]
    assert all(stopped(stack, name) for name in names)


def test_a_policy_may_leave_jobs_actions_to_debugger(stack, wait, tmp_path, policy):
    policy("version: 1\nhonour_job_actions: false\nrules: [{name: tell, alert: {severity: high}}]\n")
    name, number = "E2E-Left-Alone-1", "+15550100166"
    stack.play(tmp_path, jobs=[job(name, rule(stop(name), sms(number)))])
    (incident,) = wait(lambda: stack.incidents(name))
    assert incident["outcome"]["action"] == "none"
    (message,) = stack.told(number)
    assert message["text"].endswith("fired. None"), "Debugger's own, as without trainstop"
    assert not stopped(stack, name)


def test_other_notifiers_of_a_job_are_named_on_its_incident(stack, wait, tmp_path):
    name = "e2e-many-watchers-1"
    events = stack.client("events")
    rule_name = "sm-pysdk-job-notif-a3f8b2c1"
    pattern = {"detail": {"TrainingJobStatus": ["Failed"], "TrainingJobName": [{"prefix": name}]}}
    events.put_rule(Name=rule_name, EventPattern=json.dumps({"source": ["aws.sagemaker"]} | pattern))
    tags = {"sagemaker:pipeline-execution-arn": "arn:aws:sagemaker:us-east-1:111122223333:pipeline/p/execution/e"}
    stack.play(tmp_path, jobs=[job(name, rule(stop(name)), tags=tags, tuning_job="hpo-1", retry_attempts=2)])
    (incident,) = wait(lambda: stack.incidents(name))
    assert {"debugger_actions", "pipeline", "tuning_job", "sagemaker_retries"} <= set(
        incident["decision"]["neighbours"]
    )
    events.delete_rule(Name=rule_name)
