import pytest

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


def test_the_stores_are_two_buckets_and_six_topics() -> None:
    assert BUCKETS == ["ArchiveBucket", "QueryResultsBucket"]
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


def test_an_overwritten_incident_is_kept_for_a_while_and_a_current_one_for_good() -> None:
    archive = properties("ArchiveBucket")
    assert archive["VersioningConfiguration"] == {"Status": "Enabled"}
    rules = archive["LifecycleConfiguration"]["Rules"]
    assert any("NoncurrentVersionExpiration" in rule for rule in rules)
    assert not any("ExpirationInDays" in rule for rule in rules)


def test_query_results_are_forgotten() -> None:
    rules = properties("QueryResultsBucket")["LifecycleConfiguration"]["Rules"]
    assert [rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule] == [30]


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
