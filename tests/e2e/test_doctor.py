"""``trainstop doctor`` on the deployed stack: well, and with one fault after the other."""

import json
from collections import defaultdict
from datetime import UTC, datetime
from functools import cache

import pytest

from trainstop.adapters.health.caller import Caller
from trainstop.adapters.health.stack import read_stack
from trainstop.app.doctor.checks import CHECKS, Site

MOVED = ("queues", "dead-letters", "lag", "alarms", "mappings", "breakers", "subscriptions", "neighbours")
"""What the events of other tests on the same stack may move; each has a test of its own, here or in ``unit``."""


@pytest.fixture
def doctor(stack):
    """Makes some checks; gives the exit code, and what was found by check and health."""

    def make(*checks):
        only = [argument for check in checks for argument in ("--only", check)]
        made = stack.trainstop("doctor", *only, "--json", check=False)
        found = defaultdict(list)
        for each in json.loads(made.stdout)["findings"]:
            found[each["check"], each["health"]].append(each["what"])
        return made.returncode, found

    return make


@pytest.fixture
def resources(stack):
    pages = stack.client("cloudformation").get_paginator("list_stack_resources")
    listed = pages.paginate(StackName=stack.environment["TRAINSTOP_STACK"]).search("StackResourceSummaries[]")
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in listed}


def test_a_deployment_that_is_well_has_nothing_broken(stack):
    skipped = [argument for check in MOVED for argument in ("--skip", check)]
    findings = json.loads(stack.trainstop("doctor", *skipped, "--json").stdout)["findings"]
    assert [each for each in findings if each["health"] in {"broken", "warning"}] == []


def test_every_check_can_be_made_but_those_that_the_emulator_knows_nothing_of(stack):
    findings = json.loads(stack.trainstop("doctor", "--json", check=False).stdout)["findings"]
    assert {each["check"] for each in findings} == {check.name for check in CHECKS}
    unknown = [each for each in findings if each["health"] == "unknown"]
    assert {each["check"] for each in unknown} == {"sms"}
    assert all(" could not be checked: " in each["what"] for each in unknown)


def test_people_see_it_in_80_columns_and_the_worst_last_line(stack):
    shown = stack.trainstop("doctor", check=False).stdout
    assert shown.startswith("trainstop in us-east-1, account 111122223333, ")
    assert [line for line in shown.splitlines() if len(line) > 80 and not line.startswith("    $ ")] == []
    assert shown.splitlines()[-1].endswith(" well")


def test_a_check_needs_no_more_than_it_says(stack):
    """IAM is not enforced here, so the calls that are made are compared with the permissions that are documented."""
    client = cache(stack.client)
    first = Caller(client)
    deployed = read_stack(first, stack.environment["TRAINSTOP_STACK"])
    assert first.actions == set(CHECKS[0].needs)
    for check in CHECKS:
        caller = Caller(client)
        list(check.examine(Site(caller, deployed, datetime.now(UTC))))
        assert caller.actions <= set(check.needs), check.name


def test_a_disabled_rule_is_broken(stack, doctor, resources):
    events, rule = stack.client("events"), resources["TrainingJobRule"]
    events.disable_rule(Name=rule)
    try:
        code, found = doctor("rules")
    finally:
        events.enable_rule(Name=rule)
    assert (code, found["rules", "broken"]) == (1, ["TrainingJobRule is disabled"])
    assert doctor("rules")[0] == 0


def test_a_dead_letter_is_told_with_its_reason_and_stays(stack, doctor):
    sqs, url = stack.client("sqs"), stack.outputs()["RelayDeadLetterQueueUrl"]
    sqs.purge_queue(QueueUrl=url)
    reason = {"reason": {"DataType": "String", "StringValue": "not JSON: \x1b[31mat line 1"}}
    sqs.send_message(QueueUrl=url, MessageBody="{", MessageAttributes=reason)
    try:
        code, found = doctor("dead-letters")
        assert stack.queue_depth("RelayDeadLetterQueueUrl") == 1
    finally:
        sqs.purge_queue(QueueUrl=url)
    (what,) = [each for each in found["dead-letters", "broken"] if "RelayDeadLetterQueue" in each]
    assert code == 1
    assert what.startswith("1 message in RelayDeadLetterQueue, the oldest sent ")
    assert what.endswith(' ago: "not JSON: at line 1"')


def test_an_unconfirmed_subscription_is_a_warning(stack, doctor):
    sns, topic = stack.client("sns"), stack.outputs()["OwnerAlertsTopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="newcomer@example.com")
    code, found = doctor("subscriptions")
    what = "newcomer@example.com (email) has not confirmed its subscription to OwnerAlertsTopic"
    assert code == 0
    assert what in found["subscriptions", "warning"]
    strict = stack.trainstop("doctor", "--only", "subscriptions", "--strict", check=False)
    assert strict.returncode == 1
    (link,) = stack.confirmations("newcomer@example.com")
    stack.visit(link)
    try:
        assert what not in doctor("subscriptions")[1]["subscriptions", "warning"]
    finally:
        # As nobody's filter it would hear for every owner, also in other tests.
        stack.trainstop("unsubscribe", "newcomer@example.com")
        stack.trainstop("subscriptions", "--sync")


def test_an_open_breaker_is_broken_until_it_is_closed(stack, doctor):
    item = {
        "pk": {"S": "breaker#doctor-owner"},
        "is_open": {"BOOL": True},
        "owner": {"S": "doctor-owner"},
        "opened_at": {"S": "2026-11-21T03:12:00Z"},
        "stops_per_hour": {"N": "10"},
    }
    stack.client("dynamodb").put_item(TableName=stack.outputs()["IncidentsTableName"], Item=item)
    code, found = doctor("breakers")
    what = "a breaker is open since 2026-11-21 03:12 UTC: 10 stops in the hour"
    assert code == 1
    assert what in found["breakers", "broken"]
    stack.trainstop("breaker", "close", "--owner", "doctor-owner", "--reason", "a test")
    assert what not in doctor("breakers")[1]["breakers", "broken"]


def test_a_broken_policy_that_was_pushed_past_the_command_is_broken(stack, doctor, policy):
    assert policy
    appconfig, outputs = stack.client("appconfig"), stack.outputs()
    application, profile = outputs["PolicyApplicationId"], outputs["PolicyProfileId"]
    number = appconfig.create_hosted_configuration_version(
        ApplicationId=application,
        ConfigurationProfileId=profile,
        Content=b"version: 1\nrules: [{name: a, stopp: true}]\n",
        ContentType="application/x-yaml",
    )["VersionNumber"]
    appconfig.start_deployment(
        ApplicationId=application,
        EnvironmentId=outputs["PolicyEnvironmentId"],
        ConfigurationProfileId=profile,
        ConfigurationVersion=str(number),
        DeploymentStrategyId=outputs["PolicyStrategyId"],
    )
    code, found = doctor("policy")
    assert code == 1
    assert found["policy", "broken"][0].startswith(f"version {number} is in force and not valid: ")
    stack.trainstop("policy", "rollback")
    assert doctor("policy")[0] == 0


def test_a_role_that_lost_the_permission_to_stop_is_broken(stack, doctor, resources):
    iam, role = stack.client("iam"), resources["WatchRole"]
    whole = iam.get_role_policy(RoleName=role, PolicyName="watch")["PolicyDocument"]
    less = whole | {"Statement": [each for each in whole["Statement"] if each["Sid"] != "StopJobs"]}
    iam.put_role_policy(RoleName=role, PolicyName="watch", PolicyDocument=json.dumps(less))
    try:
        code, found = doctor("permissions")
    finally:
        iam.put_role_policy(RoleName=role, PolicyName="watch", PolicyDocument=json.dumps(whole))
    assert (code, found["permissions", "broken"]) == (1, ["WatchRole may not sagemaker:StopTrainingJob"])
    assert doctor("permissions")[0] == 0


def test_a_mapping_and_a_function_that_were_switched_off_are_broken(stack, doctor, resources):
    functions, uuid = stack.client("lambda"), resources["RelayFunctionQueue"]
    functions.update_event_source_mapping(UUID=uuid, Enabled=False)
    functions.put_function_concurrency(FunctionName=resources["RelayFunction"], ReservedConcurrentExecutions=0)
    try:
        code, found = doctor("mappings", "functions")
    finally:
        functions.update_event_source_mapping(UUID=uuid, Enabled=True)
        functions.delete_function_concurrency(FunctionName=resources["RelayFunction"])
    assert code == 1
    assert found["mappings", "broken"][0].startswith("RelayFunctionQueue is disabled: trainstop-relay takes nothing")
    assert found["functions", "broken"] == ["trainstop-relay is throttled: its reserved concurrency is 0"]


def test_a_trail_that_does_not_log_and_other_notifiers_are_told(stack, doctor):
    cloudtrail, events = stack.client("cloudtrail"), stack.client("events")
    (trail,) = cloudtrail.describe_trails()["trailList"]
    pattern = {"source": ["aws.sagemaker"], "detail-type": ["SageMaker Training Job State Change"]}
    events.put_rule(Name="sm-pysdk-job-notif-doctor", EventPattern=json.dumps(pattern))
    cloudtrail.stop_logging(Name=trail["Name"])
    try:
        code, found = doctor("trail", "neighbours")
    finally:
        cloudtrail.start_logging(Name=trail["Name"])
        events.delete_rule(Name="sm-pysdk-job-notif-doctor")
    assert (code, found["trail", "warning"]) == (0, [f"the trail {trail['Name']} does not log"])
    assert "the SageMaker SDK tells of jobs too: 1 rule sm-pysdk-job-notif-*" in found["neighbours", "note"]
