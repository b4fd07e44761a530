"""Whether events come in and functions run: the judgements on stack, rules, schedules, mappings and functions."""

from datetime import date

import pytest

from tests.unit.doctor.deployments import QUEUE_ARN, RESOURCES, stack, told
from trainstop.app.doctor.events import judge_mappings, judge_rules, judge_schedules
from trainstop.app.doctor.functions import judge_concurrency, judge_functions
from trainstop.app.doctor.stack import judge_stack
from trainstop.domain.deployed import StackResource
from trainstop.domain.health import Health
from trainstop.domain.health_facts import ConcurrencyFacts, FunctionFacts, MappingFacts, RuleFacts

TODAY = date(2026, 11, 21)
SINCE = "since 2026-10-22 03:12 UTC"


@pytest.mark.parametrize(
    ("status", "health"),
    [
        ("CREATE_COMPLETE", "ok"),
        ("UPDATE_COMPLETE", "ok"),
        ("UPDATE_IN_PROGRESS", "note"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "note"),
        ("UPDATE_ROLLBACK_COMPLETE", "warning"),
        ("ROLLBACK_COMPLETE", "broken"),
        ("UPDATE_ROLLBACK_FAILED", "broken"),
    ],
)
def test_a_stack_is_as_its_status_says(status, health):
    assert told(judge_stack(stack(status=status))) == [(health, f"{status} {SINCE}")]


def test_a_failed_stack_says_why_in_one_clean_line():
    (finding,) = judge_stack(stack(status="CREATE_FAILED", reason="no\x1b[31m such\nrole"))
    assert finding.what == f'CREATE_FAILED {SINCE}: "no such role"'
    assert finding.command == "aws cloudformation describe-stack-events --stack-name ts"


def test_failed_and_drifted_resources_are_named():
    resources = (
        StackResource("WatchRole", "AWS::IAM::Role", "r", drift="MODIFIED"),
        StackResource("TopicsKey", "AWS::KMS::Key", "k", status="UPDATE_FAILED"),
    )
    assert told(judge_stack(stack(resources=resources)))[1:] == [
        ("broken", "CloudFormation failed at TopicsKey"),
        ("warning", "changed by hand since the last deployment: WatchRole"),
    ]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"AllowStop": "false", "DryRun": "true"}, "AllowStop is false: no job is stopped, whatever the policy says"),
        ({"DryRun": "true"}, "DryRun is true: what would be stopped is told, and nothing is stopped"),
        ({"DebuggerTopicMode": "none"}, "DebuggerTopicMode is none: messages of Debugger's own actions are not heard"),
        ({"ResubmitRoles": ""}, "ResubmitRoles is empty: no failed job is submitted again"),
    ],
)
def test_a_parameter_that_switches_something_off_is_good_to_know(parameters, said):
    assert told(judge_stack(stack(**parameters)))[1:] == [("note", said)]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (RuleFacts("JobRule", "ts-JobRule", "ENABLED", (QUEUE_ARN,)), ("ok", "1 rule enabled, each with its target")),
        (RuleFacts("JobRule", "ts-JobRule", "DISABLED", (QUEUE_ARN,)), ("broken", "JobRule is disabled")),
        (RuleFacts("JobRule", "ts-JobRule", None), ("broken", "JobRule is gone")),
        (RuleFacts("JobRule", "ts-JobRule", "ENABLED"), ("broken", "JobRule has lost its target")),
        (
            RuleFacts("JobRule", "ts-JobRule", "ENABLED", ("arn:aws:sqs:us-east-1:111122223333:mine",)),
            ("broken", "JobRule has lost its target"),
        ),
    ],
)
def test_a_rule_is_enabled_and_feeds_a_part_of_the_stack(rule, said):
    assert told(judge_rules([rule], stack())) == [said]


def test_a_disabled_rule_comes_with_the_command_that_enables_it():
    (finding,) = judge_rules([RuleFacts("JobRule", "ts-JobRule", "DISABLED", (QUEUE_ARN,))], stack())
    assert finding.command == "aws events enable-rule --name ts-JobRule"


def test_a_schedule_is_enabled():
    some = [RuleFacts("SweepTimer", "t", "DISABLED"), RuleFacts("Other", "o", "ENABLED"), RuleFacts("Third", "x", None)]
    assert told(judge_schedules(some)) == [("broken", "SweepTimer is disabled"), ("broken", "Third is gone")]
    assert told(judge_schedules(some[1:2])) == [("ok", "1 schedule enabled")]


@pytest.mark.parametrize(
    ("status", "result", "said"),
    [
        ("Enabled", "OK", ("ok", "1 event source mapping enabled")),
        ("Enabled", "No records processed", ("ok", "1 event source mapping enabled")),
        ("Enabled", "PROBLEM: Function call failed", ("warning", "WatchQ: the last batch failed:")),
        ("Updating", "OK", ("note", "WatchQ is updating: it was changed just now")),
        ("Disabled", "OK", ("broken", "WatchQ is disabled: ts-watch takes nothing from ts-WatchQueue-A1")),
        ("Disabling", "OK", ("broken", "WatchQ is disabling: ts-watch takes nothing from ts-WatchQueue-A1")),
        (None, "", ("broken", "WatchQ is gone")),
    ],
)
def test_a_mapping_is_enabled_and_its_batches_do_not_fail(status, result, said):
    mapping = MappingFacts("WatchQ", "u-1", status, result, QUEUE_ARN, "ts-watch")
    ((health, what),) = told(judge_mappings([mapping], stack()))
    assert (health, what[: len(said[1])]) == said


def test_the_relay_is_meant_to_be_off_where_debugger_is_not_heard():
    mapping = MappingFacts("RelayFunctionQueue", "u-1", "Disabled", "", QUEUE_ARN, "ts-relay")
    (finding,) = judge_mappings([mapping], stack(DebuggerTopicMode="none"))
    assert finding.health is Health.OK


def test_a_stream_is_named_by_its_table():
    arn = "arn:aws:dynamodb:us-east-1:111122223333:table/ts-Incidents/stream/2026-11-21T03:00:00.000"
    (finding,) = judge_mappings([MappingFacts("NotifyIncidents", "u-1", "Disabled", "", arn, "ts-notify")], stack())
    assert finding.what.endswith("ts-notify takes nothing from ts-Incidents")


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (FunctionFacts("ts-watch", "Active"), ("ok", "1 function active")),
        (FunctionFacts("ts-watch", "Inactive"), ("ok", "1 function active")),
        (FunctionFacts("ts-watch", None), ("broken", "ts-watch is gone")),
        (FunctionFacts("ts-watch", "Failed", "no role"), ("broken", 'ts-watch failed: "no role"')),
        (
            FunctionFacts("ts-watch", "Active", update_status="Failed", update_reason="bad layer"),
            ("broken", 'the last update of ts-watch failed: "bad layer"'),
        ),
        (
            FunctionFacts("ts-watch", "Active", reserved_concurrency=0),
            ("broken", "ts-watch is throttled: its reserved concurrency is 0"),
        ),
        (FunctionFacts("ts-watch", "Active", reserved_concurrency=1), ("ok", "1 function active")),
        (
            FunctionFacts("ts-watch", "Active", runtime="python3.11"),
            ("ok", "1 function active"),
        ),
    ],
)
def test_a_function_can_run(function, said):
    assert told(judge_functions([function], TODAY)) == [said]


def test_the_end_of_a_python_is_told_half_a_year_before():
    functions = [FunctionFacts("ts-watch", "Active", runtime="python3.11")]
    assert told(judge_functions(functions, date(2027, 5, 10))) == [
        ("warning", "python3.11 gets no security fixes after 2027-10-31: ts-watch")
    ]
    assert "since 2027-10-31" in told(judge_functions(functions, date(2028, 1, 1)))[0][1]


def test_a_function_that_is_being_deployed_is_well():
    assert told(judge_functions([FunctionFacts("ts-watch", "Pending")], TODAY)) == [
        ("ok", "1 function active"),
        ("note", "ts-watch is being deployed just now"),
    ]


def test_concurrency_is_left_and_was_enough():
    assert told(judge_concurrency(ConcurrencyFacts(1000, {}))) == [
        ("ok", "1000 concurrent executions to share, nothing throttled in the last hour")
    ]
    assert told(judge_concurrency(ConcurrencyFacts(10, {"ts-watch": 3}))) == [
        ("warning", "ts-watch was throttled 3 times in the last hour"),
        ("warning", "10 concurrent executions are left for all functions without a reservation"),
    ]


def test_the_stack_knows_its_own_parts():
    assert stack(resources=RESOURCES).holds(QUEUE_ARN)
    assert stack().holds("arn:aws:lambda:us-east-1:111122223333:function:ts-watch")
    assert not stack().holds("arn:aws:sqs:us-east-1:111122223333:another")
    assert not stack().holds("")
