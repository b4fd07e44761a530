import json
from types import SimpleNamespace

import boto3
import pytest
from moto import mock_aws

from tests.unit.doctor.deployments import NOW, stack
from trainstop.app.doctor.checks import CHECKS
from trainstop.app.doctor.examine import Examined
from trainstop.cli import health
from trainstop.cli.findings import as_dict, print_findings
from trainstop.domain.health import broken, note, ok, unknown, warning

SITE = SimpleNamespace(stack=stack(), now=NOW)
EXAMINED = [
    Examined("stack", (ok("UPDATE_COMPLETE since 2026-10-22 03:12 UTC"), note("DryRun is true: nothing is stopped"))),
    Examined(
        "rules",
        (
            broken(
                "TrainingJobRule is disabled",
                "Its events reach nobody; the sweep finds some of them late.",
                "Enable it:",
                "aws events enable-rule --name trainstop-TrainingJobRule-1A2B3C4D5E6F7A8B9C0D-and-a-very-long-name",
            ),
            broken("AlarmRule is gone", "Its events reach nobody.", "Deploy the stack again: sam deploy"),
        ),
    ),
    Examined("key", (unknown("needs kms:DescribeKey"),)),
    Examined(
        "table", (warning("point-in-time recovery is off\x1b[2J", "It cannot be brought back.", "Switch it on."),)
    ),
]
SHOWN = """\
ts in us-east-1, account 111122223333, 2026-11-21 03:12 UTC

BROKEN
  rules  TrainingJobRule is disabled
         Its events reach nobody; the sweep finds some of them late.
         -> Enable it:
    $ aws events enable-rule --name trainstop-TrainingJobRule-1A2B3C4D5E6F7A8B9C0D-and-a-very-long-name

  rules  AlarmRule is gone
         Its events reach nobody.
         -> Deploy the stack again: sam deploy

WARNINGS
  table  point-in-time recovery is off
         It cannot be brought back.
         -> Switch it on.

UNKNOWN
  key    could not be checked: needs kms:DescribeKey
         -> Allow it to whoever runs this (docs/doctor.md), or leave the check
         out by --skip.

NOTES
  stack  DryRun is true: nothing is stopped

OK
  stack  UPDATE_COMPLETE since 2026-10-22 03:12 UTC

2 broken, 1 to look at, 1 unknown, 1 to know, 1 well
"""
TEMPLATE = {
    "Resources": {
        "WatchDeadLetterQueue": {"Type": "AWS::SQS::Queue"},
        "AlertsTopic": {"Type": "AWS::SNS::Topic"},
    }
}


def test_the_worst_is_shown_first_in_80_columns_with_whole_commands(capsys):
    print_findings(SITE, EXAMINED)
    assert capsys.readouterr().out == SHOWN


def test_machines_get_the_same_without_control_characters():
    found = as_dict(SITE, EXAMINED)
    assert (found["health"], found["checked_at"]) == ("broken", "2026-11-21T03:12:00+00:00")
    assert [each["check"] for each in found["findings"]] == ["rules", "rules", "table", "key", "stack", "stack"]
    assert found["findings"][2]["what"] == "point-in-time recovery is off"


@pytest.fixture
def aws(monkeypatch):
    """An account with a stack of a queue and a topic."""
    made = {}
    with mock_aws():
        monkeypatch.setattr(
            health, "client", lambda name: made.setdefault(name, boto3.client(name, region_name="us-east-1"))
        )
        health.client("cloudformation").create_stack(StackName="trainstop", TemplateBody=json.dumps(TEMPLATE))
        yield SimpleNamespace(client=health.client)


def physical_id(aws, logical_id):
    described = aws.client("cloudformation").describe_stack_resource(
        StackName="trainstop", LogicalResourceId=logical_id
    )
    return described["StackResourceDetail"]["PhysicalResourceId"]


def test_a_dead_letter_makes_the_exit_code_1(trainstop, aws):
    only = ("doctor", "--only", "dead-letters", "--json")
    assert trainstop(*only).exit_code == 0
    aws.client("sqs").send_message(QueueUrl=physical_id(aws, "WatchDeadLetterQueue"), MessageBody="{")
    result = trainstop(*only)
    assert result.exit_code == 1
    (finding,) = json.loads(result.stdout)["findings"]
    assert (finding["check"], finding["health"]) == ("dead-letters", "broken")
    assert finding["command"] == "trainstop replay --dead-letters --stack trainstop"


def test_a_warning_makes_the_exit_code_1_only_where_that_is_asked_for(trainstop, aws):
    aws.client("sns")
    assert trainstop("doctor", "--only", "trail").exit_code == 0
    assert trainstop("doctor", "--only", "trail", "--strict").exit_code == 1


def test_a_check_that_is_left_out_is_not_made(trainstop, aws):
    skipped = [argument for check in CHECKS if check.name != "stack" for argument in ("--skip", check.name)]
    shown = json.loads(trainstop("doctor", *skipped, "--json").stdout)
    assert {each["check"] for each in shown["findings"]} == {"stack"}
    assert shown["stack"] == "trainstop"
    assert aws


def test_a_check_of_no_such_name_is_wrong_usage(trainstop):
    result = trainstop("doctor", "--only", "everything")
    assert result.exit_code == 2
    assert "there is no check 'everything'; there are stack, rules," in result.stderr


def test_no_such_stack_is_trouble_with_aws(trainstop, aws):
    assert aws
    result = trainstop("doctor", "--stack", "nowhere")
    assert (result.exit_code, "no stack nowhere" in result.stderr) == (3, True)


def test_no_colours_reach_a_pipe(trainstop, aws):
    assert aws
    assert "\x1b" not in trainstop("doctor", "--only", "stack").stdout
