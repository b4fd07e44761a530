from typing import Any

import pytest

from tests.unit.stack.template import FUNCTIONS, Node, arn_of, as_list, properties, resources, statements

CONSUME = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"}
STREAM = {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"}
LOG = {"logs:CreateLogStream", "logs:PutLogEvents"}
MAY = {
    "Watch": LOG
    | CONSUME
    | {"sagemaker:DescribeTrainingJob", "sagemaker:ListTags", "sagemaker:StopTrainingJob"}
    | {"sagemaker:DescribeProcessingJob", "logs:DescribeLogStreams", "logs:GetLogEvents"}
    | {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}
    | {"appconfig:StartConfigurationSession", "appconfig:GetLatestConfiguration", "sqs:SendMessage"}
    | {"sagemaker:ListTrainingJobs", "events:ListRules"}
    | {"sns:Subscribe", "sns:SetSubscriptionAttributes", "sns:ListSubscriptionsByTopic"}
    | {"sagemaker:CreateTrainingJob", "sagemaker:AddTags", "iam:PassRole", "scheduler:CreateSchedule"},
    "Notify": LOG
    | STREAM
    | {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "sns:Publish"}
    | {"kms:Decrypt", "kms:GenerateDataKey", "sqs:SendMessage", "events:PutEvents"},
    "Followup": LOG
    | {"appconfig:StartConfigurationSession", "appconfig:GetLatestConfiguration", "dynamodb:Query"}
    | {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
    | {"sns:ListSubscriptionsByTopic", "sns:GetSubscriptionAttributes"}
    | {"sns:Publish", "kms:Decrypt", "kms:GenerateDataKey"},
    "Archive": LOG | STREAM | {"s3:PutObject", "sqs:SendMessage"},
    "Compact": LOG
    | {"dynamodb:PutItem", "dynamodb:DeleteItem"}
    | {"s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"},
    "Report": LOG
    | {"dynamodb:PutItem", "s3:ListBucket", "s3:GetObject", "s3:PutObject"}
    | {"athena:StartQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults", "athena:StopQueryExecution"}
    | {"glue:GetDatabase", "glue:GetTable", "glue:GetPartitions"}
    | {"s3:GetBucketLocation", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"},
    "Sweep": LOG
    | {"sagemaker:ListTrainingJobs", "sagemaker:DescribeTrainingJob", "sqs:SendMessage"}
    | {"dynamodb:GetItem", "dynamodb:PutItem"},
    "Relay": LOG | CONSUME | {"sagemaker:ListTrainingJobs", "sagemaker:DescribeTrainingJob", "sqs:SendMessage"},
    "Webhook": LOG | CONSUME | {"dynamodb:GetItem", "dynamodb:UpdateItem", "ssm:GetParameter", "sqs:SendMessage"},
}
# The APIs know no resource for them (Service Authorization Reference, Amazon SageMaker AI and Amazon EventBridge).
WITHOUT_RESOURCE = {"sagemaker:ListTrainingJobs", "events:ListRules"}
DEBUGGER_TOPIC = {"Fn::Sub": "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:SMDebugRules"}
ROLES = sorted(resources("AWS::IAM::Role"))


def granted(role: str) -> list[tuple[str, Any]]:
    return [
        (action, resource)
        for statement, _ in statements(role)
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    ]


def of(role: str, action: str) -> list[Any]:
    return [resource for name, resource in granted(role) if name == action]


def trust(role: str) -> Node:
    (statement,) = properties(role)["AssumeRolePolicyDocument"]["Statement"]
    return statement


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_may_do_this_and_nothing_else(name: str) -> None:
    assert {action for action, _ in granted(f"{name}Role")} == MAY[name]


def test_every_function_has_a_role_of_its_own() -> None:
    roles = [function["Role"] for function in resources("AWS::Serverless::Function").values()]
    assert sorted(role["Fn::GetAtt"][0] for role in roles) == sorted(f"{name}Role" for name in FUNCTIONS)
    assert not any("Policies" in function for function in resources("AWS::Serverless::Function").values())


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_assumed_by_one_service(role: str) -> None:
    service = "scheduler" if role.endswith(("TimerRole", "SchedulesRole")) else "lambda"
    assert trust(role)["Principal"] == {"Service": f"{service}.amazonaws.com"}
    assert trust(role)["Action"] == "sts:AssumeRole"


@pytest.mark.parametrize("role", ROLES)
def test_everything_is_granted_by_inline_statements(role: str) -> None:
    assert "ManagedPolicyArns" not in properties(role)
    assert all(statement["Effect"] == "Allow" for statement, _ in statements(role))


@pytest.mark.parametrize("role", ROLES)
def test_no_action_is_granted_by_wildcard(role: str) -> None:
    assert not [action for action, _ in granted(role) if "*" in action]


@pytest.mark.parametrize("role", ROLES)
def test_a_resource_is_named_wherever_the_api_knows_one(role: str) -> None:
    everywhere = {action for action, resource in granted(role) if resource == "*"}
    assert everywhere <= WITHOUT_RESOURCE


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_writes_to_its_own_log_alone(name: str) -> None:
    assert of(f"{name}Role", "logs:PutLogEvents") == [arn_of(f"{name}LogGroup")]
    assert of(f"{name}Role", "logs:CreateLogStream") == [arn_of(f"{name}LogGroup")]


def test_only_watch_may_stop_jobs_and_only_where_that_is_allowed() -> None:
    stops = [
        (role, condition)
        for role in ROLES
        for statement, condition in statements(role)
        if "sagemaker:StopTrainingJob" in as_list(statement["Action"])
    ]
    assert stops == [("WatchRole", "MayStop")]


def test_jobs_are_those_of_this_account_and_region() -> None:
    for role in ("WatchRole", "SweepRole", "RelayRole"):
        (jobs,) = of(role, "sagemaker:DescribeTrainingJob")
        assert jobs["Fn::Sub"].endswith(":sagemaker:${AWS::Region}:${AWS::AccountId}:training-job/*")


def test_archive_writes_incidents_and_nothing_beside_them() -> None:
    assert of("ArchiveRole", "s3:PutObject") == [{"Fn::Sub": "${ArchiveBucket.Arn}/incidents/*"}]


@pytest.mark.parametrize(
    ("role", "queue"),
    [
        ("RetrySchedulesRole", "WatchQueue"),
        ("SweepRole", "WatchQueue"),
        ("RelayRole", "WatchQueue"),
        ("NotifyRole", "NotifyDeadLetterQueue"),
        ("ArchiveRole", "ArchiveDeadLetterQueue"),
        ("SweepTimerRole", "EventsDeadLetterQueue"),
        ("FollowupTimerRole", "EventsDeadLetterQueue"),
    ],
)
def test_messages_are_sent_to_one_queue(role: str, queue: str) -> None:
    assert of(role, "sqs:SendMessage") == [arn_of(queue)]


def test_watch_sets_unreadable_events_aside_and_reminds_itself() -> None:
    assert of("WatchRole", "sqs:SendMessage") == [arn_of("WatchDeadLetterQueue"), arn_of("WatchQueue")]


def test_only_watch_may_create_jobs_and_pass_roles_and_only_where_roles_are_named_for_it() -> None:
    grants = [
        (role, action, condition)
        for role in ROLES
        for statement, condition in statements(role)
        for action in as_list(statement["Action"])
        if action in {"sagemaker:CreateTrainingJob", "sagemaker:AddTags", "iam:PassRole", "scheduler:CreateSchedule"}
    ]
    assert {(role, condition) for role, _, condition in grants} == {("WatchRole", "MayResubmit")}
    assert of("WatchRole", "iam:PassRole") == [{"Ref": "ResubmitRoles"}, arn_of("RetrySchedulesRole")]


def test_a_passed_role_goes_to_the_service_that_it_is_meant_for() -> None:
    services = [
        statement["Condition"]["StringEquals"]["iam:PassedToService"]
        for statement, _ in statements("WatchRole")
        if "iam:PassRole" in as_list(statement["Action"])
    ]
    assert services == ["sagemaker.amazonaws.com", "scheduler.amazonaws.com"]


@pytest.mark.parametrize(
    ("role", "queues"),
    [("WatchRole", ["WatchQueue", "UrgentQueue"]), ("RelayRole", ["RelayQueue"]), ("WebhookRole", ["WebhookQueue"])],
)
def test_messages_are_taken_from_these_queues(role: str, queues: list[str]) -> None:
    assert all(of(role, action) == [arn_of(queue) for queue in queues] for action in CONSUME)


def test_notify_may_publish_to_the_topics_of_alerts_and_of_debugger_and_use_the_key() -> None:
    audiences = [{"Ref": name} for name in ("AlertsTopic", "TeamAlertsTopic", "OwnerAlertsTopic", "ChatTopic")]
    assert of("NotifyRole", "sns:Publish") == [*audiences, DEBUGGER_TOPIC]
    assert of("NotifyRole", "kms:GenerateDataKey") == [arn_of("TopicsKey")]


@pytest.mark.parametrize("name", ["Sweep", "Compact", "Report", "Followup"])
def test_a_timer_may_start_its_function_and_nothing_else(name: str) -> None:
    assert dict(granted(f"{name}TimerRole")) == {
        "lambda:InvokeFunction": arn_of(f"{name}Function"),
        "sqs:SendMessage": arn_of("EventsDeadLetterQueue"),
    }
    assert trust(f"{name}TimerRole")["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_only_notify_may_put_events_and_only_on_the_default_bus() -> None:
    assert [role for role in ROLES if of(role, "events:PutEvents")] == ["NotifyRole"]
    (bus,) = of("NotifyRole", "events:PutEvents")
    assert bus["Fn::Sub"].endswith(":events:${AWS::Region}:${AWS::AccountId}:event-bus/default")


def test_webhook_reads_the_secrets_of_this_stack_alone() -> None:
    (parameters,) = of("WebhookRole", "ssm:GetParameter")
    assert parameters["Fn::Sub"].endswith(":${AWS::AccountId}:parameter/trainstop/${AWS::StackName}/webhooks/*")


def test_webhook_reads_its_registry_and_no_incident() -> None:
    (statement,) = [each for each, _ in statements("WebhookRole") if "dynamodb:GetItem" in as_list(each["Action"])]
    assert statement["Condition"] == {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["webhooks#registry"]}}


def test_report_notes_what_it_stored_and_no_incident() -> None:
    (statement,) = [each for each, _ in statements("ReportRole") if "dynamodb:PutItem" in as_list(each["Action"])]
    assert statement["Condition"] == {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["report#latest"]}}


def test_report_reads_the_table_and_writes_reports_and_athenas_results() -> None:
    always = [each for each, condition in statements("ReportRole") if condition is None]
    (written,) = [each["Resource"] for each in always if each["Action"] == "s3:PutObject"]
    (read,) = [each["Resource"] for each in always if each["Action"] == "s3:GetObject"]
    assert written == {"Fn::Sub": "${ArchiveBucket.Arn}/reports/*"}
    assert read == {"Fn::Sub": "${ArchiveBucket.Arn}/table/*"}


def test_without_a_trail_report_may_ask_nothing_of_athena() -> None:
    asked = {
        (action, condition)
        for each, condition in statements("ReportRole")
        for action in as_list(each["Action"])
        if action.startswith(("athena:", "glue:")) or action == "s3:GetBucketLocation"
    }
    assert {condition for _, condition in asked} == {"HasTrail"}
    variables = properties("ReportFunction")["Environment"]["Variables"]
    assert variables["TRAINSTOP_QUERY_WORKGROUP"] == {"Fn::If": ["HasTrail", {"Ref": "QueryWorkGroup"}, ""]}


def test_webhook_sends_to_its_own_queue_and_its_dead_letters() -> None:
    assert of("WebhookRole", "sqs:SendMessage") == [arn_of("WebhookQueue"), arn_of("WebhookDeadLetterQueue")]
