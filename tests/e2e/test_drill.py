"""A drill through the deployed stack, and one that cannot come through."""

import json

import pytest


def steps_of(run):
    told = json.loads(run.stdout)
    return told, {step["station"]: step for step in told["steps"]}


def test_a_drill_of_a_rule_comes_through_to_the_inbox_and_stops_nothing(stack, wait):
    run = stack.trainstop("drill", "--scenario", "debugger-rule", "--owner", "alice", "--json")
    told, steps = steps_of(run)
    assert list(steps) == ["sent", "noticed", "recorded", "archived", "told", "received"]
    assert {step["progress"] for step in steps.values()} == {"passed"}
    job = f"trainstop-drill-debugger-rule-{told['drill_id']}"
    messages = wait(lambda: stack.inbox(job) if len(stack.inbox(job)) >= 2 else None)
    by_channel = {message["channel"]: message for message in messages}
    assert by_channel["email"]["subject"].startswith("[DRILL] ")
    assert by_channel["email"]["text"].startswith("This is a drill: no job failed.\n")
    assert by_channel["sms"]["text"].startswith("trainstop> DRILL: ")
    assert by_channel["sms"]["segments"] == 1
    receivers = {each["channel"] for each in steps["received"]["receptions"]}
    assert receivers >= {"email", "sms"}
    (incident,) = stack.incidents(job)
    assert (incident["incident_id"], incident["drill"]) == (told["incident_id"], True)
    assert incident["decision"]["stop_reason"] == "drill"
    assert incident["outcome"]["action"] == "stop_held"
    assert stack.stop_calls(job) == []


def test_a_drill_is_archived_and_in_no_query(stack):
    told, steps = steps_of(stack.trainstop("drill", "--scenario", "access-denied", "--json"))
    job = f"trainstop-drill-access-denied-{told['drill_id']}"
    key, bucket = steps["archived"]["detail"], stack.outputs()["ArchiveBucketName"]
    (version,) = stack.client("s3").list_object_versions(Bucket=bucket, Prefix=key)["Versions"]
    assert version["Size"] > 0
    assert stack.rows("incidents_of_job", job=job) == []


def test_a_scenario_that_is_not_known_is_a_dead_letter_with_its_reason(stack, wait):
    before = stack.queue_depth("WatchDeadLetterQueueUrl")
    order = {"DrillId": "7f3a9c21", "Scenario": "flood"}
    stack.put({"source": "trainstop.drill", "detail-type": "trainstop Drill", "detail": order})
    wait(lambda: stack.queue_depth("WatchDeadLetterQueueUrl") > before)
    queue = stack.outputs()["WatchDeadLetterQueueUrl"]
    (letter,) = stack.client("sqs").receive_message(QueueUrl=queue, MessageAttributeNames=["reason"])["Messages"]
    assert "there is no flood" in letter["MessageAttributes"]["reason"]["StringValue"]
    stack.client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=letter["ReceiptHandle"])


@pytest.fixture
def notify_is_off(stack, wait):
    """Takes notify off the table's stream for one test."""
    functions = stack.client("lambda")
    function = f"{stack.environment['TRAINSTOP_STACK']}-notify"
    (mapping,) = functions.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]

    def switched(state):
        return functions.get_event_source_mapping(UUID=mapping["UUID"])["State"] == state

    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    wait(lambda: switched("Disabled"))
    yield function
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    wait(lambda: switched("Enabled"))


def test_a_drill_that_nobody_tells_names_the_station_and_where_to_look(stack, notify_is_off):
    run = stack.trainstop("drill", "--timeout-seconds", "8", "--json", check=False)
    told, steps = steps_of(run)
    assert run.returncode == 1
    assert run.stderr == "trainstop: the drill is stuck at: told\n"
    assert steps["archived"]["progress"] == "passed"
    assert steps["told"]["progress"] == "stuck"
    assert f"trigger of {notify_is_off}: DISABLED" in steps["told"]["look_at"]
    assert "received" not in steps
    assert stack.inbox(told["drill_id"]) == []
