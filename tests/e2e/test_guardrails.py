"""What keeps trainstop from a wrong stop, on the deployed stack."""

import json
from pathlib import Path

TRAINING = {"do": "status", "at_seconds": 0.2, "status": "Training"}
DETAILS = (
    "RuleEvaluationConditionMet: Evaluation of the rule Overfit at step 7200 resulted in the condition being met\n"
)
OVERFIT = {"name": "Overfit", "parameters": {"rule_to_invoke": "Overfit"}}
EVENTS = Path(__file__).parent.parent.parent / "events"
ARN = "arn:aws:sagemaker:us-east-1:111122223333:training-job/"


def fires(at_seconds=1.5):
    return {"do": "rule", "at_seconds": at_seconds, "rule": "Overfit", "status": "IssuesFound", "details": DETAILS}


def overfitting(name, at_seconds=1.5, **rest):
    return {"name": name, "debugger_rules": [OVERFIT], "timeline": [TRAINING, fires(at_seconds)]} | rest


def accepted(stack, job):
    return [call for call in stack.stop_calls(job) if call[1] is None]


def test_a_policy_that_would_stop_50_jobs_is_held_by_the_breaker_which_says_so_once(stack, wait, tmp_path, policy):
    policy(
        "version: 1\nmax_stops_per_hour_and_owner: 5\n"
        "rules: [{name: stop-all, when: {trigger: debugger_rule}, stop: true, alert: {severity: high}}]\n"
    )
    names = [f"e2e-storm-{number}" for number in range(50)]
    stack.play(tmp_path, jobs=[overfitting(name, tags={"owner": "storm"}) for name in names])
    wait(lambda: len(stack.all_incidents("debugger_rule", names)) == 50, 180)
    assert sum(bool(accepted(stack, name)) for name in names) == 5
    (opened,) = [each for each in stack.all_incidents("breaker") if "owner storm" in each["subject"]]
    assert "5 jobs of storm were stopped in the hour" in opened["decision"]["held_detail"]
    mails = wait(lambda: [each for each in stack.inbox() if "BREAKER" in each.get("subject", "")])
    assert len(mails) == 1
    assert "trainstop breaker close --owner" in mails[0]["text"]
    assert "OPEN: 5 jobs of storm" in stack.trainstop("breaker", "show").stdout

    stack.trainstop("breaker", "close", "--owner", "storm", "--reason", "the stops were right")
    by_hand = stack.all_incidents("operator")
    (closed,) = [each for each in by_hand if each["operator"]["reason"] == "the stops were right"]
    assert closed["operator"]["command"] == "close-breaker"
    after = "e2e-storm-after-1"
    stack.play(tmp_path, jobs=[overfitting(after, tags={"owner": "storm"})])
    wait(lambda: accepted(stack, after))


BROKEN = "version: 1\nrules: [{name: stop-everything, stopp: true}]\n"


def test_a_broken_policy_pushed_past_the_cli_changes_nothing_and_alarms(stack, wait, tmp_path, policy):
    policy("version: 1\nrules: [{name: only-tell, alert: {severity: high}}]\n")
    first = "e2e-before-the-broken-policy-1"
    stack.play(tmp_path, jobs=[overfitting(first)])
    (incident,) = wait(lambda: stack.incidents(first))
    in_force = incident["decision"]["policy_version"]

    refused = stack.trainstop("policy", "push", "-", check=False, stdin=BROKEN)
    assert (refused.returncode, "stopp" in refused.stdout) == (1, True)
    outputs, appconfig = stack.outputs(), stack.client("appconfig")
    profile = {
        "ApplicationId": outputs["PolicyApplicationId"],
        "ConfigurationProfileId": outputs["PolicyProfileId"],
    }
    number = appconfig.create_hosted_configuration_version(
        **profile, Content=BROKEN.encode(), ContentType="application/x-yaml"
    )["VersionNumber"]
    appconfig.start_deployment(
        **profile,
        EnvironmentId=outputs["PolicyEnvironmentId"],
        ConfigurationVersion=str(number),
        DeploymentStrategyId=outputs["PolicyStrategyId"],
    )
    second = "e2e-after-the-broken-policy-1"
    stack.play(tmp_path, jobs=[overfitting(second, at_seconds=3)])
    (incident,) = wait(lambda: stack.incidents(second))
    assert incident["decision"]["policy_version"] == in_force
    assert stack.stop_calls(second) == []
    assert "NOT VALID" in stack.trainstop("policy", "show").stderr
    (alarm,) = wait(lambda: [each for each in stack.alarms() if each["AlarmName"] == "trainstop-policy-problem"])
    assert alarm["StateValue"] == "ALARM"
    wait(lambda: [each for each in stack.inbox() if "policy-problem" in each.get("subject", "")])


def event(sample, job, **detail):
    found = json.loads((EVENTS / f"{sample}.json").read_text())
    facts = {"TrainingJobName": job, "TrainingJobArn": f"{ARN}{job}"} | detail
    return found | {"detail": found["detail"] | facts, "resources": [facts["TrainingJobArn"]]}


def test_forged_stale_and_replayed_events_stop_nothing(stack, wait, tmp_path):
    running, stopped = "e2e-forged-running-1", "e2e-forged-done-1"
    stack.play(
        tmp_path,
        delivery={"lost": ["*"]},
        jobs=[
            {"name": running, "debugger_rules": [OVERFIT], "timeline": [TRAINING]},
            {"name": stopped, "timeline": [TRAINING, {"do": "status", "at_seconds": 1, "status": "Completed"}]},
        ],
    )
    forged = [
        event("training-job-rule-issues-found", running),
        event("training-job-failed", running),
        event("training-job-failed", stopped),
        event(
            "training-job-rule-issues-found",
            running,
            TrainingJobArn=f"arn:aws:sagemaker:us-east-1:123456789012:training-job/{running}",
        ),
        event("training-job-failed", "e2e-forged-not-there-1"),
    ]
    stack.put(*forged, *forged)
    path = tmp_path / "replay.json"
    path.write_text(json.dumps(forged[:2]))
    stack.trainstop("replay", path)
    wait(lambda: stack.queue_depth("WatchQueueUrl") == 0)
    for name in (running, stopped):
        assert stack.incidents(name) == []
        assert stack.stop_calls(name) == []
    assert stack.describe(running)["TrainingJobStatus"] == "InProgress"


def test_two_workers_on_the_same_event_give_one_stop_call(stack, wait, tmp_path):
    names = [f"e2e-two-workers-{number}" for number in range(3)]
    stack.play(tmp_path, delivery={"copies": 12}, jobs=[overfitting(name) for name in names])
    for name in names:
        wait(lambda name=name: stack.incidents(name))
    wait(lambda: stack.queue_depth("WatchQueueUrl") == 0)
    assert [len(stack.stop_calls(name)) for name in names] == [1, 1, 1]
    assert [len(stack.incidents(name)) for name in names] == [1, 1, 1]


def test_a_protected_job_and_a_dry_run_are_told_and_not_stopped(stack, wait, tmp_path, policy):
    policy(
        "version: 1\nprotect: {jobs: '*-precious-*', tags: {trainstop:protect: 'true'}}\nrules:\n"
        "  - {name: dry, when: {job: '*-dry-*'}, stop: true, dry_run: true, alert: {severity: high}}\n"
        "  - {name: stop-all, when: {trigger: debugger_rule}, stop: true, alert: {severity: high}}\n"
    )
    reasons = {
        "e2e-precious-1": "protected_job",
        "e2e-dry-1": "dry_run",
        "e2e-tagged-1": "protected_job",
    }
    tags = {"e2e-tagged-1": {"trainstop:protect": "true"}}
    stack.play(tmp_path, jobs=[overfitting(name, tags=tags.get(name, {})) for name in reasons])
    for name, reason in reasons.items():
        (incident,) = wait(lambda name=name: stack.incidents(name))
        assert incident["decision"]["stop_reason"] == reason
        assert stack.stop_calls(name) == []
        (mail,) = wait(lambda name=name: stack.inbox(name))
        assert "NOT STOPPED" in mail["subject"]


def test_a_stop_waits_for_the_second_look(stack, wait, tmp_path, policy):
    policy(
        "version: 1\nrules: [{name: confirmed, when: {trigger: debugger_rule},"
        " stop: {confirm_after_seconds: 4}, alert: {severity: high}}]\n"
    )
    stands, goes = "e2e-finding-stands-1", "e2e-finding-goes-1"
    gone = {"do": "rule", "at_seconds": 3.0, "rule": "Overfit", "status": "NoIssuesFound"}
    stack.play(
        tmp_path,
        jobs=[overfitting(stands), overfitting(goes, timeline=[TRAINING, fires(), gone])],
    )
    (incident,) = wait(lambda: stack.incidents(stands))
    assert incident["outcome"]["action"] == "stopped"
    assert incident["decision"]["first_seen_at"] < incident["detected_at"]
    wait(lambda: stack.queue_depth("WatchQueueUrl") == 0)
    assert stack.incidents(goes) == []
    assert stack.stop_calls(goes) == []
