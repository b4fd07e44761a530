"""Silences, and what people do about incidents, on the deployed stack."""

import json

TRAINING = {"do": "status", "at_seconds": 0.2, "status": "Training"}
CAPACITY = "CapacityError: Unable to provision requested ML compute capacity."
LOST = {"do": "status", "at_seconds": 1.5, "status": "Failed", "failure_reason": CAPACITY}
OVERFIT = {"name": "Overfit", "parameters": {"rule_to_invoke": "Overfit"}}
FIRES = {"do": "rule", "at_seconds": 1.5, "rule": "Overfit", "status": "IssuesFound", "details": "met"}
HOLDS_SECONDS = 4
"""A worker goes by what it read of the silences for 3 seconds."""


def failing(name):
    return {"name": name, "timeline": [TRAINING, LOST]}


def archived(stack, incident):
    """The incident's row of the archive, by Athena; None before it is there."""
    rows = stack.rows("who_handled", since="2d")
    return next((row for row in rows if row["incident_id"] == incident["incident_id"]), None)


def test_a_silenced_failure_is_archived_with_who_silenced_it_and_only_the_other_is_told(stack, wait, tmp_path):
    quiet, loud = "e2e-silenced-1", "e2e-not-silenced-1"
    matcher = ("--job", "e2e-silenced-*", "--category", "capacity")
    added = stack.trainstop("silence", "add", *matcher, "--for", "2h", "--reason", "the reservation is late", "--json")
    silence = json.loads(added.stdout)
    late = [{**step, "at_seconds": step["at_seconds"] + HOLDS_SECONDS} for step in (TRAINING, LOST)]
    stack.play(tmp_path, jobs=[{"name": quiet, "timeline": late}, {"name": loud, "timeline": late}])

    (incident,) = wait(lambda: stack.incidents(quiet))
    kept = incident["decision"]["silence"]
    assert (kept["silence_id"], kept["reason"]) == (silence["silence_id"], "the reservation is late")
    assert kept["author"] == silence["author"] == stack.client("sts").get_caller_identity()["Arn"]
    assert incident["decision"]["alert"]["severity"] == "high"
    wait(lambda: stack.inbox(loud))
    assert stack.inbox(quiet) == []
    shown = stack.trainstop("incidents", "show", incident["incident_id"]).stdout
    assert f"nobody, by silence {kept['silence_id']}" in shown
    row = wait(lambda: archived(stack, incident))
    assert (row["silence_id"], row["silenced_by"]) == (kept["silence_id"], kept["author"])
    assert row["silence_reason"] == "the reservation is late"

    stack.trainstop("silence", "end", kept["silence_id"], "--reason", "capacity is back")
    records = [each["operator"] for each in stack.all_incidents("operator") if each["operator"]]
    about = [each for each in records if kept["silence_id"] in each["details"]]
    assert {each["command"]: each["reason"] for each in about} == {
        "add-silence": "the reservation is late",
        "end-silence": "capacity is back",
    }
    assert kept["silence_id"] not in stack.trainstop("silence", "list").stdout
    after = "e2e-silenced-2"
    stack.play(tmp_path, jobs=[{"name": after, "timeline": late}])
    wait(lambda: stack.inbox(after))


def test_a_silenced_job_is_stopped_all_the_same(stack, wait, tmp_path):
    name = "e2e-silenced-stop-1"
    stack.trainstop("silence", "add", "--job", name, "--for", "10m", "--reason", "we look at it already")
    late = [{**step, "at_seconds": step["at_seconds"] + HOLDS_SECONDS} for step in (TRAINING, FIRES)]
    stack.play(tmp_path, jobs=[{"name": name, "debugger_rules": [OVERFIT], "timeline": late}])
    (incident,) = wait(lambda: stack.incidents(name))
    assert incident["outcome"]["action"] == "stopped"
    assert incident["decision"]["silence"]["reason"] == "we look at it already"
    wait(lambda: stack.describe(name)["TrainingJobStatus"] == "Stopped")
    assert stack.inbox(name) == []


def test_what_people_do_about_an_incident_is_kept_and_archived(stack, wait, tmp_path):
    name = "e2e-handled-1"
    stack.play(tmp_path, jobs=[failing(name)])
    (incident,) = wait(lambda: stack.incidents(name))
    wait(lambda: stack.inbox(name))
    identity = incident["incident_id"]
    stack.trainstop("ack", name, "--note", "asking for capacity")
    stack.trainstop("note", identity[:10], "we can wait until Monday")
    open_now = json.loads(stack.trainstop("incidents", "list", "--open", "--limit", "1000", "--json").stdout)
    assert identity in {each["incident_id"] for each in open_now}
    stack.trainstop("resolve", identity, "--note", "the reservation began")

    refused = stack.trainstop("ack", name, check=False)
    assert (refused.returncode, "no incident of the job" in refused.stderr) == (1, True)
    listed = stack.trainstop("incidents", "list", "--job", name).stdout
    assert listed.splitlines()[-1].split()[-2:] == ["resolved", identity]
    shown = " ".join(stack.trainstop("incidents", "show", identity).stdout.split())
    assert all(word in shown for word in ("asking for capacity", "we can wait until Monday", "the reservation began"))
    me = stack.client("sts").get_caller_identity()["Arn"]
    row = wait(lambda: (row := archived(stack, incident)) and row["notes"] == 3 and row)
    assert (row["acknowledged_by"], row["resolved_by"], row["resolution"]) == (me, me, "the reservation began")
    assert row["silence_id"] is None
    wait(lambda: stack.queue_depth("WatchQueueUrl") == 0)
    assert len(stack.inbox(name)) == 1
