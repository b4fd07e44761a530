import json
import re
from datetime import timedelta

import boto3
import pytest

from tests.drilled import DRILL_ID, drill_event, drilled
from tests.fakes import FakeClock
from tests.samples import STARTED
from tests.worlds import world
from trainstop.app.watch import watch
from trainstop.cli import drill as command
from trainstop.drills import scenarios
from trainstop.records.lake import arrival_key

NOTICED = STARTED + timedelta(seconds=610)


@pytest.fixture
def stack(cloud, monkeypatch):
    """A stack that ends where a drill ends; the drill's id is known beforehand and time stands still."""
    for name in ("s3", "sns", "lambda", "cloudwatch"):
        cloud.clients[name] = boto3.client(name, region_name="us-east-1")
    sns, outputs = cloud.clients["sns"], cloud.clients["cloudformation"].outputs
    for key in ("AlertsTopicArn", "TeamAlertsTopicArn", "OwnerAlertsTopicArn", "ChatTopicArn"):
        outputs[key] = sns.create_topic(Name=f"{key}-{cloud.number}")["TopicArn"]
    outputs |= {"ArchiveBucketName": f"archive-{cloud.number}", "WatchQueueUrl": outputs["Arrivals"]}
    cloud.clients["s3"].create_bucket(Bucket=outputs["ArchiveBucketName"])
    policy = {"FilterPolicy": json.dumps({"channels": ["email"]})}
    sns.subscribe(
        TopicArn=outputs["AlertsTopicArn"], Protocol="email", Endpoint="oncall@example.com", Attributes=policy
    )
    monkeypatch.setattr(command.secrets, "token_hex", lambda _: DRILL_ID)
    monkeypatch.setattr(command, "now_utc", lambda: NOTICED + timedelta(seconds=1.25))
    monkeypatch.setattr(command.time, "sleep", lambda _: pytest.fail("there is nothing to wait for"))
    return cloud


def account_of(stack):
    """Moto's, which other tests of the same worker may have set."""
    return stack.clients["cloudformation"].outputs["AlertsTopicArn"].split(":")[4]


def came_through(stack, scenario="gpu-out-of-memory", **detail):
    """What the functions make of the drill, told and archived."""
    event = drill_event(scenario, **detail) | {"account": account_of(stack)}
    incident = drilled(watch(event, world(clock=FakeClock(NOTICED))))
    stack.keep(incident.model_copy(update={"told_at": NOTICED + timedelta(seconds=0.6)}))
    bucket = stack.clients["cloudformation"].outputs["ArchiveBucketName"]
    stack.clients["s3"].put_object(Bucket=bucket, Key=arrival_key(incident), Body=b"")
    return incident


def test_a_drill_that_comes_through_is_told_step_by_step(trainstop, stack):
    incident = came_through(stack)
    result = trainstop("drill")
    assert result.exit_code == 0
    assert re.sub(r"[0-9a-f-]{36}", "EVENT", result.stdout) == (
        "Drill 7f3a9c21: GPU memory ran out on one of two hosts\n"
        "sent               0.0 s  EventBridge took event\n"
        "                          EVENT\n"
        f"noticed            0.0 s  watch made incident {incident.incident_id} of it\n"
        "recorded    within 1.2 s  policy version test, alert by rule failures-tell\n"
        f"archived    within 1.2 s  incidents/dt=2026-01-15/{incident.incident_id}.1.json.gz\n"
        "told               0.6 s  SNS took it, severity high, over email, chat, json\n"
        "received                  1 to confirm by looking\n"
        "                          email o***@example.com: please look\n"
        "                            (platform topic, hears everything)\n"
    )
    assert result.stderr == "The drill came through. No job was touched.\n"


def test_the_event_names_the_scenario_and_what_was_asked_for_and_nothing_else(trainstop, stack):
    came_through(stack, "no-capacity", Owner="alice", Team="nlp")
    events = stack.clients["events"]
    arn = f"arn:aws:sqs:us-east-1:{account_of(stack)}:Arrivals-{stack.number}"
    events.put_rule(Name="drills", EventPattern=json.dumps({"source": ["trainstop.drill"]}))
    events.put_targets(Rule="drills", Targets=[{"Id": "arrivals", "Arn": arn}])
    trainstop(
        "drill", "--scenario", "no-capacity", "--owner", "alice", "--team", "nlp", "--quiet-channels", "sms, chat"
    )
    (arrival,) = stack.arrivals()
    assert (arrival["source"], arrival["detail-type"]) == ("trainstop.drill", "trainstop Drill")
    assert arrival["detail"] == {
        "DrillId": DRILL_ID,
        "Scenario": "no-capacity",
        "Owner": "alice",
        "Team": "nlp",
        "QuietChannels": ["sms", "chat"],
    }
    events.remove_targets(Rule="drills", Ids=["arrivals"])


def test_a_drill_for_machines(trainstop, stack):
    incident = came_through(stack)
    told = json.loads(trainstop("drill", "--json").stdout)
    assert (told["drill_id"], told["incident_id"], told["passed"]) == (DRILL_ID, incident.incident_id, True)
    assert [(step["station"], step["progress"]) for step in told["steps"]] == [
        (station, "passed") for station in ("sent", "noticed", "recorded", "archived", "told", "received")
    ]
    assert told["steps"][-1]["receptions"] == [
        {
            "channel": "email",
            "receiver": "o***@example.com",
            "arrival": "look",
            "detail": "platform topic, hears everything",
        }
    ]


@pytest.mark.usefixtures("stack")
def test_a_drill_that_is_stuck_says_where_and_where_to_look(trainstop, monkeypatch):
    monkeypatch.setattr(command, "now_utc", FakeClock(NOTICED, timedelta(seconds=1)))
    monkeypatch.setattr(command.time, "sleep", lambda _: None)
    result = trainstop("drill", "--timeout-seconds", "5")
    assert (result.exit_code, result.stderr) == (1, "trainstop: the drill is stuck at: noticed\n")
    assert result.stdout.split("noticed ", 1)[1] == (
        "           STUCK  watch has not recorded it within 5 s\n"
        "                          - EventBridge's dead letters: 0 waiting, 0 in hand\n"
        "                          - the watch queue: 0 waiting, 0 in hand\n"
        "                          - watch's dead letters: 0 waiting, 0 in hand\n"
        "                          - trigger of trainstop-watch: NONE\n"
        "                          - log group: /aws/lambda/trainstop-watch\n"
        "                          - alarms: NONE\n"
    )


def test_a_drill_that_reaches_nobody_is_stuck_at_its_end(trainstop, stack):
    came_through(stack, "runtime-limit")
    sns = stack.clients["sns"]
    for each in sns.list_subscriptions()["Subscriptions"]:
        sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    result = trainstop("drill", "--scenario", "runtime-limit")
    assert (result.exit_code, result.stderr) == (1, "trainstop: the drill is stuck at: received\n")
    assert "nobody: no subscription takes it" in result.stdout
    assert "`trainstop subscriptions`" in result.stdout


def test_the_scenarios_are_listed(trainstop):
    shown = trainstop("drill", "--list").stdout
    assert all(scenario.title in shown for scenario in scenarios().values())
    assert max(map(len, shown.splitlines())) <= 80
    listed = json.loads(trainstop("drill", "--list", "--json").stdout)
    assert [(each["name"], each["trigger"]) for each in listed] == [
        (name, scenario.trigger.value) for name, scenario in scenarios().items()
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--scenario", "flood"], "no scenario flood; there are: access-denied, "),
        (["--quiet-channels", "email,pigeon"], "no channel pigeon; there are: email, sms, chat, json"),
        (["--owner", "alice\nDone: all is well"], "--owner: at most 128 letters, "),
        (["--team", "x" * 129], "--team: at most 128 letters, "),
        (["--timeout-seconds", "0"], ""),
    ],
)
def test_wrong_usage_sends_nothing(trainstop, cloud, arguments, said):
    result = trainstop("drill", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert cloud.clients["cloudformation"].asked == []
