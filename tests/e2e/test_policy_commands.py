"""The policy as people work with it, on the deployed stack."""

import json
from pathlib import Path

EVENTS = Path(__file__).parent.parent.parent / "events"

TRAINING = {"do": "status", "at_seconds": 0.2, "status": "Training"}
OVERFIT = {"name": "Overfit", "parameters": {"rule_to_invoke": "Overfit"}}
FIRES = {"do": "rule", "at_seconds": 1.5, "rule": "Overfit", "status": "IssuesFound", "details": "met"}
TRIED = (
    "version: 1\nrules:\n"
    "  - name: stop-overfitting   # an idea of ours\n"
    "    when: {rule: Overfit}\n"
    "    stop: true\n"
    "    trial: true\n"
    "  - {name: tell, alert: {severity: high}}\n"
)


def overfitting(name):
    return {"name": name, "debugger_rules": [OVERFIT], "timeline": [TRAINING, FIRES]}


def test_a_rule_is_tried_reported_promoted_and_then_stops(stack, wait, tmp_path, policy):
    policy(TRIED)
    tried, after = "e2e-tried-1", "e2e-promoted-1"
    stack.play(tmp_path, jobs=[overfitting(tried)])
    (incident,) = wait(lambda: stack.incidents(tried))
    assert incident["outcome"]["action"] == "none"
    report = json.loads(stack.trainstop("trial", "report", "--json").stdout)
    (row,) = [each for each in report if each["job"] == tried]
    assert (row["rule"], row["would have"], row["job now"]) == ("stop-overfitting", "stop", "InProgress")

    stack.trainstop("trial", "promote", "stop-overfitting")
    shown = stack.trainstop("policy", "show").stdout
    assert "trial: false" in shown
    assert "# an idea of ours" in shown
    stack.play(tmp_path, jobs=[overfitting(after)])
    (incident,) = wait(lambda: stack.incidents(after))
    assert incident["outcome"]["action"] == "stopped"
    assert incident["decision"]["stop_rule"] == "stop-overfitting"


def test_a_policy_is_explained_tried_on_the_past_and_rolled_back(stack, wait, tmp_path, policy):
    policy("version: 1\nrules: [{name: stop-all, stop: true, alert: {severity: high}}]\n")
    name = "e2e-explained-1"
    stack.play(tmp_path, jobs=[{"name": name, "debugger_rules": [OVERFIT], "timeline": [TRAINING]}])
    explained = stack.trainstop("policy", "explain", name, "--rule", "Overfit").stdout
    assert "applies, and decides: stop, alert" in explained
    refused = stack.trainstop("policy", "explain", EVENTS / "create-training-job-refused-quota.json").stdout
    assert "refused_submission" in refused
    stack.play(tmp_path, jobs=[overfitting("e2e-explained-2")])
    wait(lambda: stack.incidents("e2e-explained-2"))

    path = tmp_path / "quiet.yaml"
    path.write_text("version: 1\nrules: [{name: quiet, alert: none}]\n")
    tested = json.loads(stack.trainstop("policy", "test", path, "--days", "1", "--json").stdout)
    (changed,) = [each for each in tested if each["job"] == "e2e-explained-2"]
    assert (changed["was"]["stop"], changed["would_be"]["stop"]) == (True, False)

    stack.trainstop("policy", "push", path)
    assert "name: quiet" in stack.trainstop("policy", "show").stdout
    stack.trainstop("policy", "rollback")
    assert "name: stop-all" in stack.trainstop("policy", "show").stdout


def test_what_a_person_stops_or_protects_is_on_the_record(stack, wait, tmp_path):
    kept, ended = "e2e-by-hand-protected-1", "e2e-by-hand-stopped-1"
    stack.play(tmp_path, jobs=[{"name": name, "timeline": [TRAINING]} for name in (kept, ended)])
    stack.trainstop("protect", kept, "--reason", "the plateau is expected")
    refused = stack.trainstop("stop", kept, "--reason", "wrong data", check=False)
    assert (refused.returncode, "is protected" in refused.stderr) == (1, True)
    stack.trainstop("stop", ended, "--reason", "wrong data")
    (incident,) = wait(lambda: stack.incidents(ended))
    assert incident["operator"]["reason"] == "wrong data"
    assert incident["outcome"]["action"] == "stopped"
    wait(lambda: stack.describe(ended)["TrainingJobStatus"] == "Stopped")
    wait(lambda: stack.queue_depth("WatchQueueUrl") == 0)
    assert len(stack.incidents(ended)) == 1
    (protected,) = stack.incidents(kept)
    assert protected["operator"]["command"] == "protect"
