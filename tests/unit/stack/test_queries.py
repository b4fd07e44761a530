from tests.unit.records.made import an_incident
from tests.unit.stack.template import Node, properties, resource, template
from trainstop.records.row import archive_key
from trainstop.records.schema import COLUMNS, PARTITION_KEY


def table(logical_id: str) -> Node:
    return properties(logical_id)["TableInput"]


def test_the_table_of_incidents_has_the_columns_of_the_archive() -> None:
    columns = [
        (column["Name"], column["Type"], column["Comment"])
        for column in table("IncidentsGlueTable")["StorageDescriptor"]["Columns"]
    ]
    assert columns == [tuple(column) for column in COLUMNS]


def test_the_partition_is_the_day_of_the_archives_key() -> None:
    (key,) = table("IncidentsGlueTable")["PartitionKeys"]
    assert (key["Name"], key["Type"], key["Comment"]) == tuple(PARTITION_KEY)
    parameters = table("IncidentsGlueTable")["Parameters"]
    assert parameters["storage.location.template"]["Fn::Sub"] == "s3://${ArchiveBucket}/incidents/dt=${!dt}"
    assert parameters["projection.dt.range"] == "2024-01-01,NOW"
    assert parameters["projection.dt.format"] == "yyyy-MM-dd"
    incident = an_incident()
    assert archive_key(incident).startswith(f"incidents/dt={incident.occurred_at:%Y-%m-%d}/")


def test_glue_takes_every_comment() -> None:
    assert max(len(column.comment) for column in (*COLUMNS, PARTITION_KEY)) <= 255


def test_the_cloudtrail_table_is_there_when_a_trail_is_named() -> None:
    assert resource("CloudTrailGlueTable")["Condition"] == "HasTrail"
    assert template()["Conditions"]["HasTrail"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "TrailBucket"}, ""]}]}


def test_the_cloudtrail_table_reads_the_days_of_this_account_and_region() -> None:
    condition, prefixed, plain = table("CloudTrailGlueTable")["Parameters"]["storage.location.template"]["Fn::If"]
    days = "/AWSLogs/${AWS::AccountId}/CloudTrail/${AWS::Region}/${!timestamp}"
    assert condition == "HasTrailPrefix"
    assert prefixed == {"Fn::Sub": "s3://${TrailBucket}/${TrailPrefix}" + days}
    assert plain == {"Fn::Sub": "s3://${TrailBucket}" + days}
    parameters = table("CloudTrailGlueTable")["Parameters"]
    assert parameters["projection.timestamp.format"] == "yyyy/MM/dd"
    assert [key["Name"] for key in table("CloudTrailGlueTable")["PartitionKeys"]] == ["timestamp"]


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


def test_nobody_can_scan_more_or_write_results_elsewhere() -> None:
    workgroup = properties("QueryWorkGroup")["WorkGroupConfiguration"]
    assert workgroup["EnforceWorkGroupConfiguration"] is True
    assert workgroup["BytesScannedCutoffPerQuery"] == {"Ref": "BytesScannedCutoff"}
    result = workgroup["ResultConfiguration"]
    assert result["OutputLocation"] == {"Fn::Sub": "s3://${QueryResultsBucket}/results/"}
    assert result["EncryptionConfiguration"] == {"EncryptionOption": "SSE_S3"}
