import pytest

from tests.unit.stack.resolved import Resolved
from tests.unit.stack.template import (
    PROJECT,
    Node,
    arn_of,
    as_list,
    properties,
    resource,
    resources,
    statements,
    template,
)
from trainstop.records.lake import part_key
from trainstop.records.schema import COLUMNS, PARTITION_KEY


def table(logical_id: str) -> Node:
    return properties(logical_id)["TableInput"]


def test_the_table_of_incidents_has_the_columns_of_the_archive() -> None:
    columns = [
        (column["Name"], column["Type"], column["Comment"])
        for column in table("IncidentsGlueTable")["StorageDescriptor"]["Columns"]
    ]
    assert columns == [tuple(column) for column in COLUMNS], "run: python -m tests.unit.stack.columns"


def test_the_partition_is_the_day_of_the_parts_key() -> None:
    (key,) = table("IncidentsGlueTable")["PartitionKeys"]
    assert (key["Name"], key["Type"], key["Comment"]) == tuple(PARTITION_KEY)
    parameters = table("IncidentsGlueTable")["Parameters"]
    assert parameters["storage.location.template"]["Fn::Sub"] == "s3://${ArchiveBucket}/table/dt=${!dt}"
    assert parameters["projection.dt.range"] == "2024-01-01,NOW"
    assert parameters["projection.dt.format"] == "yyyy-MM-dd"
    assert part_key("2026-01-15", 1).startswith("table/dt=2026-01-15/")


def test_glue_takes_every_comment() -> None:
    assert max(len(column.comment) for column in (*COLUMNS, PARTITION_KEY)) <= 255


@pytest.mark.parametrize(
    ("given", "there"), [({}, False), ({"TrailBucket": "logs"}, True), ({"CreateTrail": "true"}, True)]
)
def test_the_cloudtrail_table_is_there_with_a_trail(given: dict[str, str], *, there: bool) -> None:
    assert Resolved(given).holds(resource("CloudTrailGlueTable")["Condition"]) is there


@pytest.mark.parametrize(
    ("given", "folder"),
    [
        ({"TrailBucket": "logs"}, "s3://logs/AWSLogs/"),
        ({"TrailBucket": "logs", "TrailPrefix": "a/b"}, "s3://logs/a/b/AWSLogs/"),
        ({"TrailBucket": "logs", "TrailOrganizationId": "o-exampleorgid"}, "s3://logs/AWSLogs/o-exampleorgid/"),
        (
            {"TrailBucket": "logs", "TrailPrefix": "org", "TrailOrganizationId": "o-exampleorgid"},
            "s3://logs/org/AWSLogs/o-exampleorgid/",
        ),
        ({"CreateTrail": "true"}, "s3://TrailLogsBucket/AWSLogs/"),
    ],
)
def test_the_cloudtrail_table_reads_where_cloudtrail_writes(given: dict[str, str], folder: str) -> None:
    resolved = Resolved(given)
    parameters = table("CloudTrailGlueTable")["Parameters"]
    days = "${account}/CloudTrail/${region}/${timestamp}"
    assert resolved.of(parameters["storage.location.template"]) == folder + days
    assert resolved.of(table("CloudTrailGlueTable")["StorageDescriptor"]["Location"]) == folder


@pytest.mark.parametrize(
    ("given", "accounts", "regions"),
    [
        ({}, "111122223333", "us-east-1"),
        (
            {"TrailAccounts": "111122223333, 123456789012", "TrailRegions": "us-east-1, eu-west-1"},
            "111122223333,123456789012",
            "us-east-1,eu-west-1",
        ),
    ],
)
def test_the_cloudtrail_table_reads_the_accounts_and_regions_that_are_named(
    given: dict[str, str], accounts: str, regions: str
) -> None:
    parameters = table("CloudTrailGlueTable")["Parameters"]
    assert Resolved(given).of(parameters["projection.account.values"]) == accounts
    assert Resolved(given).of(parameters["projection.region.values"]) == regions
    assert [parameters[f"projection.{name}.type"] for name in ("account", "region", "timestamp")] == [
        "enum",
        "enum",
        "date",
    ]
    assert parameters["projection.timestamp.format"] == "yyyy/MM/dd"
    keys = [key["Name"] for key in table("CloudTrailGlueTable")["PartitionKeys"]]
    assert keys == ["account", "region", "timestamp"]


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({}, []),
        ({"TrailBucket": "logs", "TrailPrefix": "a", "TrailOrganizationId": "o-exampleorgid"}, []),
        ({"CreateTrail": "true", "TrailAccounts": "111122223333"}, []),
        ({"CreateTrail": "true", "TrailBucket": "logs"}, ["TrailBucket"]),
        ({"CreateTrail": "true", "TrailPrefix": "a"}, ["TrailPrefix"]),
        (
            {"CreateTrail": "true", "TrailBucket": "logs", "TrailOrganizationId": "o-exampleorgid"},
            ["TrailBucket", "TrailOrganizationId"],
        ),
        ({"TrailOrganizationId": "o-exampleorgid"}, ["TrailOrganizationId"]),
    ],
)
def test_parameters_that_contradict_each_other_are_refused(given: dict[str, str], refused: list[str]) -> None:
    resolved = Resolved(given)
    failed = [
        assertion["AssertDescription"]
        for rule in template()["Rules"].values()
        if resolved.of(rule["RuleCondition"])
        for assertion in rule["Assertions"]
        if not resolved.of(assertion["Assert"])
    ]
    assert len(failed) == len(refused)
    assert all(name in told for name, told in zip(refused, failed, strict=True))


def test_the_cloudtrail_table_has_the_columns_that_queries_join_on() -> None:
    columns = {
        column["Name"]: column["Type"] for column in table("CloudTrailGlueTable")["StorageDescriptor"]["Columns"]
    }
    assert len(columns) == 29
    assert {
        name: columns[name] for name in ("eventtime", "eventname", "requestparameters", "errorcode")
    } == dict.fromkeys(("eventtime", "eventname", "requestparameters", "errorcode"), "string")
    assert columns["useridentity"].startswith("struct<type:string,principalid:string,arn:string,")
    assert columns["useridentity"].count("<") == columns["useridentity"].count(">")


def test_queries_know_trainstops_own_calls_by_its_role_and_its_functions_name() -> None:
    changing = {"sagemaker:StopTrainingJob", "sagemaker:CreateTrainingJob"}
    roles = {
        role
        for role in resources("AWS::IAM::Role")
        for held, _ in statements(role)
        if changing & {*as_list(held["Action"])}
    }
    assert roles == {"WatchRole"}
    assert properties("WatchFunction")["Role"] == arn_of("WatchRole")
    assert properties("WatchFunction")["FunctionName"] == {"Fn::Sub": "${AWS::StackName}-watch"}
    for name in ("stop_calls_by_others", "trainstop_audit"):
        sql = (PROJECT / "queries" / f"{name}.sql").read_text(encoding="utf-8")
        assert "LIKE '%:assumed-role/%WatchRole%/%-watch'" in sql


def test_nobody_can_scan_more_or_write_results_elsewhere() -> None:
    workgroup = properties("QueryWorkGroup")["WorkGroupConfiguration"]
    assert workgroup["EnforceWorkGroupConfiguration"] is True
    assert workgroup["BytesScannedCutoffPerQuery"] == {"Ref": "BytesScannedCutoff"}
    result = workgroup["ResultConfiguration"]
    assert result["OutputLocation"] == {"Fn::Sub": "s3://${QueryResultsBucket}/results/"}
    assert result["EncryptionConfiguration"] == {"EncryptionOption": "SSE_S3"}
