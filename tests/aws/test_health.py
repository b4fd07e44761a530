"""What the checks read, on a stack that moto's CloudFormation makes; what moto has not, by botocore's stubs."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from tests.unit.records.made import an_incident
from trainstop.adapters.health.alarms import read_alarms
from trainstop.adapters.health.caller import Caller
from trainstop.adapters.health.events import read_other_rules, read_rules, read_schedules
from trainstop.adapters.health.functions import read_functions, read_mappings
from trainstop.adapters.health.metrics import newest_extremes
from trainstop.adapters.health.permissions import Question, simulate
from trainstop.adapters.health.queues import read_dead_letters, read_queues
from trainstop.adapters.health.stack import read_stack
from trainstop.adapters.health.storage import read_archive, read_key_status, read_swept_until, read_table
from trainstop.adapters.health.topics import (
    read_debugger_subscribers,
    read_failed_deliveries,
    read_opted_out,
    read_sms_spending,
    read_topics,
    read_verified_numbers,
    sms_numbers,
)
from trainstop.adapters.health.trail import read_trails
from trainstop.adapters.stack import StackError
from trainstop.adapters.table import IncidentsTable
from trainstop.domain.deployed import StackResource
from trainstop.domain.health import UncheckableError
from trainstop.domain.health_facts import FunctionFacts, SmsSpending, SubscriptionFacts
from trainstop.records.lake import arrival_key

NOW = datetime.now(UTC)
JOB_EVENTS = {"source": ["aws.sagemaker"], "detail-type": ["SageMaker Training Job State Change"]}
TEMPLATE = {
    "Parameters": {"SweepMinutes": {"Type": "Number", "Default": "5"}},
    "Resources": {
        "WatchQueue": {"Type": "AWS::SQS::Queue"},
        "WatchDeadLetterQueue": {"Type": "AWS::SQS::Queue"},
        "JobRule": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventPattern": JOB_EVENTS,
                "State": "ENABLED",
                "Targets": [{"Id": "WatchQueue", "Arn": {"Fn::GetAtt": ["WatchQueue", "Arn"]}}],
            },
        },
        "AlertsTopic": {"Type": "AWS::SNS::Topic"},
        "ArchiveBucket": {"Type": "AWS::S3::Bucket"},
        "IncidentsTable": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [
                    {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "day", "occurred_at")
                ],
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
                "GlobalSecondaryIndexes": [
                    {
                        "IndexName": "by_day",
                        "KeySchema": [
                            {"AttributeName": "day", "KeyType": "HASH"},
                            {"AttributeName": "occurred_at", "KeyType": "RANGE"},
                        ],
                        "Projection": {"ProjectionType": "ALL"},
                    }
                ],
            },
        },
    },
}


@pytest.fixture
def caller(clients):  # noqa: ARG001 - moto and its credentials
    made = {}
    return Caller(lambda service: made.setdefault(service, boto3.client(service)))


@pytest.fixture
def stack(caller):
    caller.client("cloudformation").create_stack(StackName="ts", TemplateBody=json.dumps(TEMPLATE))
    return read_stack(caller, "ts")


@pytest.fixture
def stubbed():
    """A caller of one service that answers what it is told to."""
    stubbers = []

    def make(service, *answers):
        client = boto3.client(service, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        stubber = Stubber(client)
        for operation, answer in answers:
            if isinstance(answer, str):
                stubber.add_client_error(operation, answer, "no")
            else:
                stubber.add_response(operation, answer)
        stubber.activate()
        stubbers.append(stubber)
        return Caller(lambda _: client)

    yield make
    for stubber in stubbers:
        stubber.assert_no_pending_responses()


def physical(stack, logical_id):
    return stack.find(logical_id).physical_id


def test_a_stack_is_read_with_its_parameters_and_resources(stack):
    assert (stack.status, stack.account, stack.region, stack.partition) == (
        "CREATE_COMPLETE",
        "123456789012",
        "us-east-1",
        "aws",
    )
    assert stack.parameter("SweepMinutes") == "5"
    assert {each.logical_id for each in stack.resources} == set(TEMPLATE["Resources"])


def test_a_stack_that_is_not_there_is_said(caller):
    with pytest.raises(StackError, match="no stack nowhere"):
        read_stack(caller, "nowhere")


def test_a_rule_is_read_with_its_targets_until_it_is_gone(caller, stack):
    (rule,) = read_rules(caller, stack)
    assert rule.status == "ENABLED"
    assert all(map(stack.holds, rule.target_arns))
    assert rule.target_arns
    events = caller.client("events")
    events.remove_targets(Rule=rule.name, Ids=["WatchQueue"])
    events.delete_rule(Name=rule.name)
    assert read_rules(caller, stack)[0].status is None


def test_only_enabled_rules_of_others_that_mention_sagemaker_are_read(caller, stack):
    events = caller.client("events")
    topic = physical(stack, "AlertsTopic")
    for name, pattern in (("theirs", JOB_EVENTS), ("off", JOB_EVENTS), ("other", {"source": ["aws.ec2"]})):
        events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule="theirs", Targets=[{"Id": "a", "Arn": topic}])
    events.disable_rule(Name="off")
    (found,) = read_other_rules(caller, stack, "sagemaker")
    assert (found.name, found.target_arns) == ("theirs", (topic,))


def test_what_waits_is_counted_and_a_queue_that_is_gone_is_said(caller, stack):
    sqs = caller.client("sqs")
    sqs.send_message(QueueUrl=physical(stack, "WatchQueue"), MessageBody="{}")
    assert [(each.logical_id, each.waiting) for each in read_queues(caller, stack, NOW)] == [("WatchQueue", 1)]
    sqs.delete_queue(QueueUrl=physical(stack, "WatchQueue"))
    assert read_queues(caller, stack, NOW)[0].waiting is None


def test_dead_letters_are_looked_at_and_stay_where_they_are(caller, stack):
    url, sqs = physical(stack, "WatchDeadLetterQueue"), caller.client("sqs")
    for body, attributes in (
        ("{", {"reason": "not JSON"}),
        ("{}", {"ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": "denied"}),
        (json.dumps({"requestContext": {"condition": "RetryAttemptsExhausted"}}), {}),
        ("[]", {}),
    ):
        said = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=said)
    (letters,) = read_dead_letters(caller, stack)
    assert letters.letter_count == 4
    assert set(letters.reasons) == {"not JSON", "NO_PERMISSIONS: denied", "RetryAttemptsExhausted"}
    assert abs(letters.oldest_at - NOW) < timedelta(minutes=5)
    assert read_dead_letters(caller, stack) == (letters,)


def with_resource(stack, logical_id, kind, physical_id):
    return replace(stack, resources=(StackResource(logical_id, kind, physical_id),))


def test_an_alarm_is_read_and_one_that_is_gone_is_said(caller, stack):
    cloudwatch = caller.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="ts-errors",
        AlarmDescription="Its log says why.",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        Threshold=1,
        AlarmActions=[physical(stack, "AlertsTopic")],
    )
    cloudwatch.set_alarm_state(AlarmName="ts-errors", StateValue="ALARM", StateReason="1 >= 1")
    alarmed = with_resource(stack, "ErrorsAlarm", "AWS::CloudWatch::Alarm", "ts-errors")
    (alarm,) = read_alarms(caller, alarmed)
    assert (alarm.status, alarm.reason, alarm.notifies) == ("ALARM", "1 >= 1", True)
    assert alarm.description == "Its log says why."
    cloudwatch.delete_alarms(AlarmNames=["ts-errors"])
    assert read_alarms(caller, alarmed)[0].status is None


def test_a_function_is_read_with_its_reservation_and_one_that_is_gone_is_said(stubbed, stack):
    deployed = with_resource(stack, "WatchFunction", "AWS::Lambda::Function", "ts-watch")
    described = {
        "State": "Active",
        "LastUpdateStatus": "Failed",
        "LastUpdateStatusReason": "no",
        "Runtime": "python3.13",
    }
    caller = stubbed(
        "lambda",
        ("get_function_configuration", described),
        ("get_function_concurrency", {"ReservedConcurrentExecutions": 0}),
        ("get_function_configuration", "ResourceNotFoundException"),
    )
    assert read_functions(caller, deployed) == (
        FunctionFacts("ts-watch", "Active", "", "Failed", "no", "python3.13", reserved_concurrency=0),
    )
    assert read_functions(caller, deployed) == (FunctionFacts("ts-watch", None),)


def test_a_mapping_is_read_with_its_last_result_and_one_that_is_gone_is_said(stubbed, stack):
    uuid = "3d1ff59c-b9ea-48b3-a21e-a20027f96697"
    deployed = with_resource(stack, "WatchFunctionQueue", "AWS::Lambda::EventSourceMapping", uuid)
    described = {
        "State": "Enabled",
        "LastProcessingResult": "PROBLEM: Function call failed",
        "EventSourceArn": "arn:aws:sqs:us-east-1:111122223333:q",
        "FunctionArn": "arn:aws:lambda:us-east-1:111122223333:function:ts-watch",
    }
    caller = stubbed(
        "lambda",
        ("get_event_source_mapping", described),
        ("get_event_source_mapping", "ResourceNotFoundException"),
    )
    (mapping,) = read_mappings(caller, deployed)
    assert (mapping.status, mapping.last_result, mapping.function_name) == (
        "Enabled",
        "PROBLEM: Function call failed",
        "ts-watch",
    )
    assert read_mappings(caller, deployed)[0].status is None


def test_a_schedule_is_read_and_one_that_is_gone_is_said(stubbed, stack):
    deployed = with_resource(stack, "SweepTimer", "AWS::Scheduler::Schedule", "ts-SweepTimer-A1")
    arn = "arn:aws:lambda:us-east-1:111122223333:function:ts-sweep"
    caller = stubbed(
        "scheduler",
        ("get_schedule", {"State": "DISABLED", "Target": {"Arn": arn, "RoleArn": "arn:aws:iam::111122223333:role/r"}}),
        ("get_schedule", "ResourceNotFoundException"),
    )
    assert [each.status for _ in range(2) for each in read_schedules(caller, deployed)] == ["DISABLED", None]


def test_subscribers_are_read_until_the_topic_is_gone(caller, stack):
    sns, arn = caller.client("sns"), physical(stack, "AlertsTopic")
    sns.subscribe(TopicArn=arn, Protocol="sms", Endpoint="+15550100123")
    topics = read_topics(caller, stack)
    assert topics[0].subscriptions == (SubscriptionFacts("sms", "+15550100123", is_confirmed=True),)
    assert sms_numbers(topics) == ("+15550100123",)
    sns.delete_topic(TopicArn=arn)
    assert read_topics(caller, stack)[0].subscriptions is None


def test_deliveries_that_failed_are_summed_by_topic(caller, stack):
    topics = read_topics(caller, stack)
    assert read_failed_deliveries(caller, topics, NOW) == {}
    caller.client("cloudwatch").put_metric_data(
        Namespace="AWS/SNS",
        MetricData=[
            {
                "MetricName": "NumberOfNotificationsFailed",
                "Dimensions": [{"Name": "TopicName", "Value": topics[0].arn.rpartition(":")[2]}],
                "Value": 1.0,
                "Timestamp": NOW - timedelta(hours=hours),
            }
            for hours in (1, 20, 30)
        ],
    )
    assert read_failed_deliveries(caller, topics, NOW) == {topics[0].arn: 2}


def test_a_recorded_incident_is_looked_for_in_the_archive(caller, stack, clients):
    incident = an_incident(detected_at=NOW - timedelta(hours=2), occurred_at=NOW - timedelta(hours=2))
    IncidentsTable(clients, physical(stack, "IncidentsTable")).record(incident)
    archive = read_archive(caller, stack, NOW)
    assert (archive.incident_id, archive.is_archived) == (incident.incident_id, False)
    caller.client("s3").put_object(Bucket=archive.bucket, Key=arrival_key(incident), Body=b"{}")
    assert read_archive(caller, stack, NOW).is_archived


def test_what_waits_to_be_merged_and_what_cannot_be_read_is_seen(caller, stack):
    archive = read_archive(caller, stack, NOW)
    assert (archive.waits_since, archive.unreadable) == (None, False)
    for key in ("incidents/dt=2026-01-15/a.1.json.gz", "unreadable/dt=2026-01-15/b.1.json.gz"):
        caller.client("s3").put_object(Bucket=archive.bucket, Key=key, Body=b"{}")
    archive = read_archive(caller, stack, NOW)
    assert archive.unreadable
    assert archive.waits_since is not None


def test_debuggers_own_messages_reach_those_without_a_filter(caller, stack):
    assert read_debugger_subscribers(caller, stack) == ()
    sns = caller.client("sns")
    arn = sns.create_topic(Name="SMDebugRules")["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="sms", Endpoint="+15550100123")
    sns.subscribe(
        TopicArn=arn, Protocol="sms", Endpoint="+15550100124", Attributes={"FilterPolicy": json.dumps({"to": ["x"]})}
    )
    queue = "arn:aws:sqs:us-east-1:123456789012:" + physical(stack, "WatchQueue").rpartition("/")[2]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue)
    assert [each.endpoint for each in read_debugger_subscribers(caller, stack)] == ["+15550100123"]


def test_the_sms_sandbox_is_asked_for_its_numbers_where_the_account_is_in_it(stubbed):
    numbers = [{"PhoneNumber": "+15550100", "Status": "Verified"}, {"PhoneNumber": "+15550101", "Status": "Pending"}]
    inside = stubbed(
        "sns",
        ("get_sms_sandbox_account_status", {"IsInSandbox": True}),
        ("list_sms_sandbox_phone_numbers", {"PhoneNumbers": numbers}),
    )
    assert read_verified_numbers(inside) == {"+15550100"}
    assert read_verified_numbers(stubbed("sns", ("get_sms_sandbox_account_status", {"IsInSandbox": False}))) is None


def test_who_opted_out_is_asked_number_by_number(stubbed):
    caller = stubbed(
        "sns",
        ("check_if_phone_number_is_opted_out", {"isOptedOut": False}),
        ("check_if_phone_number_is_opted_out", {"isOptedOut": True}),
    )
    assert read_opted_out(caller, ("+15550100", "+15550101")) == ("+15550101",)


def test_the_months_spending_is_the_greatest_value_of_the_month(caller):
    sns = caller.client("sns")
    sns.set_sms_attributes(attributes={"MonthlySpendLimit": "20"})
    noon = NOW.replace(day=2, hour=12)
    cloudwatch = caller.client("cloudwatch")
    for hour, value in ((10, 1.5), (11, 2.25)):
        cloudwatch.put_metric_data(
            Namespace="AWS/SNS",
            MetricData=[{"MetricName": "SMSMonthToDateSpentUSD", "Value": value, "Timestamp": noon.replace(hour=hour)}],
        )
    assert read_sms_spending(caller, noon) == SmsSpending(20.0, 2.25)


def test_an_account_that_never_set_a_limit_has_none(caller):
    assert read_sms_spending(caller, NOW) == SmsSpending(None, None)


def test_metrics_without_a_value_are_left_out(caller):
    caller.client("cloudwatch").put_metric_data(
        Namespace="AWS/Lambda",
        MetricData=[
            {
                "MetricName": "Throttles",
                "Dimensions": [{"Name": "FunctionName", "Value": "ts-watch"}],
                "Value": 2.0,
                "Timestamp": NOW - timedelta(minutes=minutes),
            }
            for minutes in (5, 25)
        ],
    )
    found = newest_extremes(
        caller,
        "AWS/Lambda",
        "Throttles",
        "FunctionName",
        ("ts-watch", "ts-notify"),
        statistic="Sum",
        now=NOW,
        span=timedelta(hours=1),
    )
    assert found == {"ts-watch": 4.0}


def test_a_trail_is_read_with_its_status_and_selectors(caller, stack):
    cloudtrail, s3 = caller.client("cloudtrail"), caller.client("s3")
    s3.create_bucket(Bucket="trail-bucket")
    cloudtrail.create_trail(Name="main", S3BucketName="trail-bucket", S3KeyPrefix="org", IsMultiRegionTrail=True)
    (silent,) = read_trails(caller, stack)
    assert (silent.is_logging, silent.logs_management_writes) == (False, True)
    cloudtrail.start_logging(Name="main")
    cloudtrail.put_event_selectors(
        TrailName="main", EventSelectors=[{"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True}]
    )
    (logging,) = read_trails(caller, stack)
    assert (logging.is_logging, logging.logs_management_writes) == (True, False)
    assert (logging.bucket, logging.prefix, logging.is_of_organization) == ("trail-bucket", "org", False)


@pytest.mark.parametrize(
    ("fields", "takes"),
    [
        ([{"Field": "eventCategory", "Equals": ["Management"]}], True),
        ([{"Field": "eventCategory", "Equals": ["Management"]}, {"Field": "readOnly", "Equals": ["true"]}], False),
        ([{"Field": "eventCategory", "Equals": ["Data"]}], False),
    ],
)
def test_advanced_selectors_are_understood(caller, stack, fields, takes):
    cloudtrail = caller.client("cloudtrail")
    caller.client("s3").create_bucket(Bucket="trail-bucket")
    cloudtrail.create_trail(Name="main", S3BucketName="trail-bucket")
    cloudtrail.put_event_selectors(TrailName="main", AdvancedEventSelectors=[{"Name": "a", "FieldSelectors": fields}])
    assert [each.logs_management_writes for each in read_trails(caller, stack)] == [takes]


def test_the_table_and_the_sweep_are_read(caller, stack, clients):
    name = physical(stack, "IncidentsTable")
    table = read_table(caller, stack)
    assert (table.status, table.has_stream, table.is_restorable, table.forgets) == ("ACTIVE", True, False, False)
    assert read_swept_until(caller, stack) is None
    IncidentsTable(clients, name).save(NOW.replace(microsecond=0))
    assert read_swept_until(caller, stack) == NOW.replace(microsecond=0)


def test_a_key_is_read_and_one_that_is_gone_is_said(caller, stack):
    key_id = caller.client("kms").create_key()["KeyMetadata"]["KeyId"]
    deployed = with_resource(stack, "TopicsKey", "AWS::KMS::Key", key_id)
    assert read_key_status(caller, deployed) == "Enabled"
    caller.client("kms").disable_key(KeyId=key_id)
    assert read_key_status(caller, deployed) == "Disabled"
    gone = with_resource(stack, "TopicsKey", "AWS::KMS::Key", "3d1ff59c-b9ea-48b3-a21e-a20027f96697")
    assert read_key_status(caller, gone) is None


def test_an_archive_without_incidents_is_only_looked_for(caller, stack):
    archive = read_archive(caller, stack, NOW)
    assert (archive.exists, archive.incident_id) == (True, None)
    caller.client("s3").delete_bucket(Bucket=physical(stack, "ArchiveBucket"))
    assert not read_archive(caller, stack, NOW).exists


def test_a_simulation_says_who_forbids_it(stubbed):
    answers = [
        {"EvalActionName": "sns:Publish", "EvalDecision": "allowed"},
        {
            "EvalActionName": "sns:Subscribe",
            "EvalDecision": "implicitDeny",
            "OrganizationsDecisionDetail": {"AllowedByOrganizations": False},
        },
    ]
    caller = stubbed("iam", ("simulate_principal_policy", {"EvaluationResults": answers}))
    role_arn = "arn:aws:iam::111122223333:role/r"
    question = Question("NotifyRole", role_arn, ("sns:Publish", "sns:Subscribe"), "*", {"aws:x": "y"})
    first, second = simulate(caller, [question])
    assert (first.decision, first.by_organization) == ("allowed", False)
    assert (second.decision, second.by_organization) == ("implicitDeny", True)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("AccessDenied", "needs kms:DescribeKey"),
        ("AccessDeniedException", "needs kms:DescribeKey"),
        ("InvalidAction", "DescribeKey was refused (InvalidAction: no)"),
    ],
)
def test_what_aws_refuses_becomes_a_reason(stubbed, code, said):
    caller = stubbed("kms", ("describe_key", code))
    with pytest.raises(UncheckableError) as raised:
        caller.ask("kms", "DescribeKey", KeyId="k")
    assert str(raised.value) == said


def test_an_operation_is_called_by_the_name_that_iam_has_for_it(stubbed):
    caller = stubbed("s3", ("head_bucket", "403"))
    with pytest.raises(UncheckableError, match="needs s3:ListBucket"):
        caller.find("s3", "HeadBucket", Bucket="b")
    assert caller.actions == {"s3:ListBucket"}


def test_a_page_that_is_refused_is_a_reason_too(stubbed):
    with pytest.raises(UncheckableError, match="needs events:ListRules"):
        list(stubbed("events", ("list_rules", "AccessDeniedException")).pages("events", "ListRules", "Rules"))


def test_errors_of_aws_stay_the_cause(stubbed):
    with pytest.raises(UncheckableError) as raised:
        stubbed("kms", ("describe_key", "AccessDenied")).ask("kms", "DescribeKey", KeyId="k")
    assert isinstance(raised.value.__cause__, ClientError)
