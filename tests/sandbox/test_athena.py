import gzip
import json
import shutil

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.cloud.athena import objects, tables, trino
from sandbox.cloud.athena.parameters import ParameterError, bind, placeholders


def test_parameters_take_the_places_of_question_marks_in_order():
    assert bind("SELECT ? WHERE a = ? /* since */", ["1", "'x'"]) == "SELECT 1 WHERE a = 'x' /* since */"


@pytest.mark.parametrize("query", ["SELECT '?'", 'SELECT "?"', "SELECT 1 -- ?", "SELECT 1 /* ? */", "SELECT 'it''s ?'"])
def test_a_question_mark_in_text_names_and_comments_is_no_placeholder(query):
    assert list(placeholders(query)) == []


@pytest.mark.parametrize("parameters", [[], ["1", "2"], ["abc"], ["1; DROP TABLE t"], ["'a' OR 1=1"], ["(SELECT 1)"]])
def test_what_is_not_one_literal_for_each_place_is_refused(parameters):
    with pytest.raises(ParameterError):
        bind("SELECT ?", parameters)


@given(st.text())
def test_any_text_as_a_literal_comes_back_as_that_text(text):
    text = text.replace("\0", "").encode("utf-8", "ignore").decode()
    query = bind("SELECT ?", ["'" + text.replace("'", "''") + "'"])
    assert duckdb.connect(":memory:").execute(query).fetchone() == (text,)


INCIDENTS = {
    "Name": "incidents",
    "StorageDescriptor": {
        "Columns": [
            {"Name": "incident_id", "Type": "string"},
            {"Name": "occurred_at", "Type": "timestamp"},
            {"Name": "cost_usd", "Type": "double"},
            {"Name": "tags", "Type": "map<string,string>"},
            {"Name": "excerpt", "Type": "array<string>"},
        ],
        "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"},
        "Location": "s3://archive/incidents/",
    },
    "PartitionKeys": [{"Name": "dt", "Type": "string"}],
    "Parameters": {
        "storage.location.template": "s3://archive/incidents/dt=${dt}/",
        "projection.enabled": "true",
        "projection.dt.format": "yyyy-MM-dd",
        "projection.dt.type": "date",
    },
}


@pytest.fixture
def query(tmp_path):
    """Run SQL over one table whose files are given as {key below the location: content}."""

    def run(table, files, sql):
        names = []
        root = tmp_path / "objects" / table["StorageDescriptor"]["Location"].removeprefix("s3://")
        shutil.rmtree(tmp_path / "scratch", ignore_errors=True)
        (tmp_path / "scratch").mkdir()
        objects.scratch.set(tmp_path / "scratch")
        for key, content in files.items():
            path = root / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(gzip.compress(content.encode()))
            names.append(str(path))
        tables.tables_read.set([])
        connection = duckdb.connect(":memory:")
        trino.define(connection)
        relation = tables.relation(table, names) if names else tables.empty(table)
        return connection.execute(sql.replace("TABLE", relation)).fetchall()

    return run


def test_columns_that_no_row_fills_have_the_types_of_glue(query):
    files = {"dt=2026-01-15/a.json.gz": '{"incident_id": "a", "cost_usd": null}\n'}
    sql = "SELECT typeof(occurred_at), typeof(cost_usd), typeof(tags), typeof(excerpt), dt FROM TABLE"
    assert query(INCIDENTS, files, sql) == [("TIMESTAMP", "DOUBLE", "MAP(VARCHAR, VARCHAR)", "VARCHAR[]", "2026-01-15")]


def test_an_empty_table_has_its_columns_too(query):
    assert query(INCIDENTS, {}, "SELECT sum(cost_usd), max(dt) FROM TABLE") == [(None, None)]


CLOUDTRAIL = {
    "Name": "cloudtrail",
    "StorageDescriptor": {
        "Columns": [
            {"Name": "eventname", "Type": "string"},
            {"Name": "requestparameters", "Type": "string"},
            {"Name": "useridentity", "Type": "struct<type:string,arn:string>"},
        ],
        "InputFormat": "com.amazon.emr.cloudtrail.CloudTrailInputFormat",
        "SerdeInfo": {"SerializationLibrary": "org.apache.hive.hcatalog.data.JsonSerDe"},
        "Location": "s3://trail/AWSLogs/o-exampleorgid/",
    },
    "PartitionKeys": [{"Name": name, "Type": "string"} for name in ("account", "region", "timestamp")],
    "Parameters": {
        "storage.location.template": ("s3://trail/AWSLogs/o-exampleorgid/${account}/CloudTrail/${region}/${timestamp}"),
        "projection.enabled": "true",
        "projection.account.type": "enum",
        "projection.account.values": "111122223333,123456789012",
        "projection.region.type": "enum",
        "projection.region.values": "us-east-1,eu-west-1",
        "projection.timestamp.type": "date",
        "projection.timestamp.format": "yyyy/MM/dd",
    },
}


def test_cloudtrails_files_are_rows_with_lower_case_columns_and_json_text(query):
    record = {
        "eventName": "StopTrainingJob",
        "requestParameters": {"trainingJobName": "a"},
        "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/bob"},
    }
    records = json.dumps({"Records": [record, record | {"requestParameters": None}]})
    files = {"111122223333/CloudTrail/us-east-1/2026/01/15/x.json.gz": records}
    sql = """
        SELECT eventname, json_extract_scalar(requestparameters, '$.trainingJobName'), useridentity.arn, "timestamp"
        FROM TABLE ORDER BY 2"""
    arn = "arn:aws:iam::111122223333:user/bob"
    assert query(CLOUDTRAIL, files, sql) == [
        ("StopTrainingJob", "a", arn, "2026/01/15"),
        ("StopTrainingJob", None, arn, "2026/01/15"),
    ]


def test_only_the_accounts_and_regions_that_the_table_lists_are_read(query):
    folders = [
        "111122223333/CloudTrail/us-east-1",
        "123456789012/CloudTrail/eu-west-1",
        "123456789012/CloudTrail/us-west-2",
        "000000000000/CloudTrail/us-east-1",
        "111122223333/CloudTrail-Digest/us-east-1",
    ]
    one = json.dumps({"Records": [{"eventName": "StopTrainingJob"}]})
    files = {f"{folder}/2026/01/15/x.json.gz": one for folder in folders}
    assert query(CLOUDTRAIL, files, 'SELECT account, region, "timestamp" FROM TABLE ORDER BY 1') == [
        ("111122223333", "us-east-1", "2026/01/15"),
        ("123456789012", "eu-west-1", "2026/01/15"),
    ]
