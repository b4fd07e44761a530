import pytest

from tests.unit.stack.resolved import Resolved
from tests.unit.stack.template import (
    arn_of,
    denies_plain_http,
    properties,
    resource,
    resources,
    template,
)

BUCKETS = sorted(resources("AWS::S3::Bucket"))
TOPICS = sorted(resources("AWS::SNS::Topic"))
KEPT = (*BUCKETS, *(f"{bucket}Policy" for bucket in BUCKETS), "IncidentsTable", "DebuggerTopic", "DebuggerTopicPolicy")


def test_the_stores_are_three_buckets_and_six_topics() -> None:
    assert BUCKETS == ["ArchiveBucket", "QueryResultsBucket", "TrailLogsBucket"]
    assert TOPICS == [
        "AlertsTopic",
        "ChatTopic",
        "DebuggerTopic",
        "OperationsTopic",
        "OwnerAlertsTopic",
        "TeamAlertsTopic",
    ]


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_is_closed_to_the_public(bucket: str) -> None:
    block = properties(bucket)["PublicAccessBlockConfiguration"]
    assert block == dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )
    assert properties(bucket)["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_encrypts_and_speaks_tls_alone(bucket: str) -> None:
    (rule,) = properties(bucket)["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    policy = properties(f"{bucket}Policy")
    assert policy["Bucket"] == {"Ref": bucket}
    everything = [arn_of(bucket), {"Fn::Sub": f"${{{bucket}.Arn}}/*"}]
    assert denies_plain_http(policy["PolicyDocument"], "s3:*", everything)


def test_what_was_overwritten_is_kept_for_a_while_and_of_the_table_only_the_newest_versions() -> None:
    archive = properties("ArchiveBucket")
    assert archive["VersioningConfiguration"] == {"Status": "Enabled"}
    of_table, of_all = [
        (rule.get("Prefix"), rule["NoncurrentVersionExpiration"])
        for rule in archive["LifecycleConfiguration"]["Rules"]
        if "NoncurrentVersionExpiration" in rule
    ]
    assert of_table == ("table/", {"NoncurrentDays": 1, "NewerNoncurrentVersions": 3})
    assert of_all == (None, {"NoncurrentDays": 30})


@pytest.mark.parametrize(("days", "expires_after"), [("0", "AWS::NoValue"), ("730", "730")])
def test_the_table_is_kept_for_good_or_for_as_long_as_the_owner_wants(days: str, expires_after: str) -> None:
    rules = properties("ArchiveBucket")["LifecycleConfiguration"]["Rules"]
    of_table, of_reports = [rule for rule in rules if "ExpirationInDays" in rule]
    assert (of_table["Prefix"], of_reports["Prefix"]) == ("table/", "reports/")
    expiration = Resolved({"ArchiveRetentionDays": days}).of(of_table["ExpirationInDays"])
    assert expiration == expires_after
    assert of_reports["ExpirationInDays"] == {"Ref": "ReportRetentionDays"}


def test_a_delete_marker_goes_with_the_last_version() -> None:
    rules = properties("ArchiveBucket")["LifecycleConfiguration"]["Rules"]
    assert [rule["Status"] for rule in rules if rule.get("ExpiredObjectDeleteMarker")] == ["Enabled"]


def test_query_results_are_forgotten() -> None:
    rules = properties("QueryResultsBucket")["LifecycleConfiguration"]["Rules"]
    assert [rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule] == [30]


def test_the_logs_of_the_stacks_own_trail_are_kept_as_long_as_is_asked() -> None:
    rules = properties("TrailLogsBucket")["LifecycleConfiguration"]["Rules"]
    kept = [rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule]
    assert kept == [{"Ref": "TrailRetentionDays"}]


def test_only_the_stacks_own_trail_writes_to_its_bucket_and_below_this_account() -> None:
    trail = {"Fn::Sub": "arn:${AWS::Partition}:cloudtrail:${AWS::Region}:${AWS::AccountId}:trail/${AWS::StackName}"}
    allowed = {
        statement["Action"]: (statement["Principal"], statement["Resource"], statement["Condition"]["StringEquals"])
        for statement in properties("TrailLogsBucketPolicy")["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    }
    service = {"Service": "cloudtrail.amazonaws.com"}
    own_folder = {"Fn::Sub": "${TrailLogsBucket.Arn}/AWSLogs/${AWS::AccountId}/*"}
    with_acl = {"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceArn": trail}
    assert allowed == {
        "s3:GetBucketAcl": (service, arn_of("TrailLogsBucket"), {"aws:SourceArn": trail}),
        "s3:PutObject": (service, own_folder, with_acl),
    }


def test_the_stacks_own_trail_logs_what_changes_something_and_can_be_validated() -> None:
    trail = properties("Trail")
    parts = ("Trail", "TrailLogsBucket", "TrailLogsBucketPolicy")
    assert [resource(name)["Condition"] for name in parts] == ["CreatesTrail"] * 3
    assert resource("Trail")["DependsOn"] == "TrailLogsBucketPolicy"
    assert trail["TrailName"] == {"Ref": "AWS::StackName"}
    assert trail["S3BucketName"] == {"Ref": "TrailLogsBucket"}
    assert trail["IsLogging"] is True
    assert trail["EnableLogFileValidation"] is True
    assert trail["EventSelectors"] == [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]


@pytest.mark.parametrize("logical_id", KEPT)
def test_data_outlives_the_stack(logical_id: str) -> None:
    assert resource(logical_id)["DeletionPolicy"] == "Retain"
    assert resource(logical_id)["UpdateReplacePolicy"] == "Retain"


def test_the_table_is_encrypted_restorable_and_hard_to_delete() -> None:
    table = properties("IncidentsTable")
    assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["ProtectsTable", True, False]}
    assert template()["Parameters"]["DeletionProtection"]["Default"] == "true"


def test_the_table_has_the_keys_that_incidents_are_found_by() -> None:
    table = properties("IncidentsTable")
    found_by = {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in table["GlobalSecondaryIndexes"]
    }
    assert table["KeySchema"] == [{"AttributeName": "pk", "KeyType": "HASH"}]
    assert found_by == {
        "by_day": ["day", "occurred_at"],
        "by_job": ["job_name", "occurred_at"],
        "by_due_time": ["due", "due_at"],
    }
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_encrypted_and_refuses_plain_http(topic: str) -> None:
    own = arn_of("TopicsKey")
    assert properties(topic)["KmsMasterKeyId"] == ("alias/aws/sns" if topic == "DebuggerTopic" else own)
    policy = properties(f"{topic}Policy")
    assert policy["Topics"] == [{"Ref": topic}]
    assert denies_plain_http(policy["PolicyDocument"], "sns:Publish", {"Ref": topic})


def test_alarms_of_this_account_may_use_the_key_and_the_topic_they_go_to() -> None:
    this_account = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    for document, action in (
        (properties("TopicsKey")["KeyPolicy"], ["kms:Decrypt", "kms:GenerateDataKey*"]),
        (properties("OperationsTopicPolicy")["PolicyDocument"], "sns:Publish"),
    ):
        (statement,) = [s for s in document["Statement"] if s["Principal"] == {"Service": "cloudwatch.amazonaws.com"}]
        assert statement["Action"] == action
        assert statement["Condition"] == this_account


@pytest.mark.parametrize(
    ("subscription", "condition", "endpoint", "channels"),
    [
        ("AlertsByEmail", "TellsByEmail", "AlertEmail", ["email"]),
        ("AlertsBySms", "TellsBySms", "AlertPhone", ["sms"]),
    ],
)
def test_a_person_gets_what_is_meant_for_that_channel(
    subscription: str, condition: str, endpoint: str, channels: list[str]
) -> None:
    assert resource(subscription)["Condition"] == condition
    assert properties(subscription)["TopicArn"] == {"Ref": "AlertsTopic"}
    assert properties(subscription)["Endpoint"] == {"Ref": endpoint}
    assert properties(subscription)["FilterPolicy"] == {"channels": channels}
