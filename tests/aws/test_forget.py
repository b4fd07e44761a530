"""A job is forgotten in DynamoDB and S3, and in nothing else of it."""

import base64
import gzip
from datetime import timedelta

import duckdb
import pytest

from tests.fakes import FakeClock
from tests.unit.records.made import a_diagnosis, an_incident, at, job_arn
from trainstop.adapters.archive_bucket import S3ArchiveBucket
from trainstop.adapters.creators import CreatorsTable
from trainstop.adapters.families import FamiliesTable
from trainstop.adapters.forget_archive import archive_memories
from trainstop.adapters.forget_items import ItemMemory
from trainstop.adapters.groups import GroupsTable
from trainstop.adapters.incident_index import IncidentIndex
from trainstop.adapters.lease import ARCHIVE, TableLease
from trainstop.adapters.looks import LooksTable
from trainstop.adapters.object_versions import ObjectVersions
from trainstop.adapters.parquet import merge
from trainstop.adapters.table import IncidentsTable
from trainstop.app.forget import forget, look
from trainstop.domain.decision import Audience
from trainstop.domain.group import group_key
from trainstop.domain.incident import RetryFacts
from trainstop.domain.run import Run
from trainstop.ports.archive import LeaseTakenError, StoredObject
from trainstop.records.lake import arrival_key, part_key
from trainstop.records.naming import names
from trainstop.records.row import encode, to_row

JOB, LONGER = "bert-1", "bert-10"
DAY = "2026-01-15"
PART = part_key(DAY, 1)
NOW = at("2026-01-16 09:00:00")
MINE = an_incident(JOB, diagnosis=a_diagnosis(stream=None))
OTHERS = an_incident(LONGER, diagnosis=a_diagnosis(stream=None))
RETRY = an_incident(
    "bert-2", diagnosis=a_diagnosis(stream=None), retry=RetryFacts(attempt=1, root=JOB, thread=f"{JOB} failed")
)


@pytest.fixture
def buckets(clients):
    for name in ("archive", "results"):
        clients.s3.create_bucket(Bucket=name)
    clients.s3.put_bucket_versioning(Bucket="archive", VersioningConfiguration={"Status": "Enabled"})
    return ObjectVersions(clients, "archive"), ObjectVersions(clients, "results")


@pytest.fixture
def memories(clients, incidents_table, buckets):
    archive, results = buckets
    places = archive_memories(archive, S3ArchiveBucket(clients, "archive"), results)
    return [*places, ItemMemory(clients, incidents_table)]


@pytest.fixture
def run(clients, incidents_table, memories):
    lease = TableLease(clients, incidents_table, ARCHIVE, lasts=timedelta(minutes=5), clock=FakeClock(NOW))

    def forgotten(job=JOB):
        return {each.place: (each.found, each.left) for each in forget(job, memories, lease, lambda _: None)}

    return forgotten


def put(clients, key, body, bucket="archive"):
    return clients.s3.put_object(Bucket=bucket, Key=key, Body=body).get("VersionId")


def parquet(tmp_path, *incidents):
    """A part of the table with these incidents."""
    folder = tmp_path / f"made-{len(list(tmp_path.iterdir()))}"
    folder.mkdir()
    arrivals = []
    for number, each in enumerate(incidents):
        path = folder / f"{number}.json.gz"
        path.write_bytes(encode(to_row(each)))
        arrivals.append(StoredObject(f"incidents/dt={DAY}/{number}.json.gz", "", path))
    (part,) = merge(DAY, [], arrivals, folder).parts
    return part.path.read_bytes()


def rows(clients, tmp_path, key=PART):
    path = tmp_path / "read.parquet"
    path.write_bytes(clients.s3.get_object(Bucket="archive", Key=key)["Body"].read())
    return duckdb.sql(f"SELECT job_name, retry_root FROM '{path}' ORDER BY job_name").fetchall()  # noqa: S608 - a test's path


def everything(clients, bucket="archive"):
    """Each (key, version) that is there, with its content."""
    answer = clients.s3.list_object_versions(Bucket=bucket)
    found = {
        (each["Key"], each["VersionId"]): clients.s3.get_object(
            Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"]
        )["Body"].read()
        for each in answer.get("Versions", [])
    }
    return found | {(each["Key"], each["VersionId"]): b"" for each in answer.get("DeleteMarkers", [])}


def test_rows_of_the_job_leave_the_table_and_all_its_versions_and_no_other_row_does(clients, run, tmp_path):
    put(clients, PART, parquet(tmp_path, OTHERS))
    put(clients, PART, parquet(tmp_path, OTHERS, MINE))
    put(clients, PART, parquet(tmp_path, OTHERS, MINE, RETRY))
    assert run()["archive: table"] == (2, 0)
    assert rows(clients, tmp_path) == [(LONGER, None), ("bert-2", "forgotten-job")]
    assert len(everything(clients)) == 2


def test_a_day_of_which_nothing_is_left_has_no_object(clients, run, tmp_path):
    put(clients, PART, parquet(tmp_path, MINE))
    assert run()["archive: table"] == (1, 0)
    assert clients.s3.list_objects_v2(Bucket="archive")["KeyCount"] == 0
    assert list(everything(clients).values()) == [b""]


def test_arrivals_go_whether_they_wait_or_were_merged_and_deleted(clients, run, tmp_path):
    waiting, merged, others = (arrival_key(each) for each in (MINE, MINE, OTHERS))
    merged = merged.replace(".1.", ".2.")
    for key, each in ((waiting, MINE), (merged, MINE), (others, OTHERS)):
        put(clients, key, encode(to_row(each)))
    put(clients, PART, parquet(tmp_path, MINE, OTHERS))
    for key in (merged, others):
        clients.s3.delete_object(Bucket="archive", Key=key)
    assert run()["archive: arrivals"] == (3, 0)
    assert {key for key, _ in everything(clients)} == {others, PART}


def test_imports_that_wait_lose_the_jobs_rows(clients, run, tmp_path):
    key = f"incidents/dt={DAY}/import-0123456789abcdef.parquet"
    put(clients, key, parquet(tmp_path, MINE, OTHERS))
    assert run()["archive: imports"] == (1, 0)
    assert rows(clients, tmp_path, key) == [(LONGER, None)]


def test_reports_and_unreadable_arrivals_go_that_name_the_job(clients, run):
    packed = base64.b64encode(gzip.compress(f'["{JOB}"]'.encode())).decode()
    harmless = base64.b64encode(gzip.compress(f'["{LONGER}"]'.encode())).decode()
    put(clients, "reports/named.html", f"<td>{JOB}</td>")
    put(clients, "reports/packed.html", f'<script type="x">{packed}</script>')
    put(clients, "reports/other.html", f'<td>{LONGER}</td><script type="x">{harmless}</script>')
    put(clients, f"unreadable/dt={DAY}/1.json.gz", gzip.compress(f'{{"job_name": "{JOB}"'.encode()))
    put(clients, f"unreadable/dt={DAY}/2.json.gz", b"\x1f\x8b broken")
    forgotten = run()
    assert (forgotten["archive: reports"], forgotten["archive: unreadable"]) == ((2, 0), (1, 0))
    assert {key for key, _ in everything(clients)} == {"reports/other.html", f"unreadable/dt={DAY}/2.json.gz"}


def test_all_results_of_queries_go_for_they_can_be_asked_again(clients, run):
    put(clients, "results/1.csv", b"x", "results")
    put(clients, "kept/1.csv", b"x", "results")
    assert run()["query results (all)"] == (1, 0)
    assert {key for key, _ in everything(clients, "results")} == {"kept/1.csv"}


def remember(clients, table, incident):
    """Everything that trainstop's own adapters note of an incident and its job."""
    name = incident.job.name
    IncidentsTable(clients, table).record(incident)
    CreatorsTable(clients, table).note(job_arn(name), "alice", NOW)
    FamiliesTable(clients, table).keep(f"family of {name}", Run(training_job_name=name, ended_at=NOW), NOW)
    LooksTable(clients, table).first_seen(incident.incident_id, NOW, timedelta(days=1))
    key = group_key(incident, Audience.PLATFORM)
    key = key.model_copy(update={"subject": f"{key.subject} {name}"})
    GroupsTable(clients, table).join(incident, [key], NOW, 900)


def items(clients, table):
    return {item["pk"]["S"]: item for item in clients.dynamodb.scan(TableName=table)["Items"]}


def test_the_incidents_table_forgets_what_trainstop_noted_of_the_job_and_keeps_the_rest(clients, incidents_table, run):
    remember(clients, incidents_table, OTHERS)
    IncidentsTable(clients, incidents_table).record(RETRY)
    before = items(clients, incidents_table)
    remember(clients, incidents_table, MINE)
    found, left = run()["incidents table"]
    assert (found, left) == (8, 0)
    after = items(clients, incidents_table)
    assert set(after) == set(before)
    assert not names(str(after), JOB)
    assert IncidentIndex(clients.dynamodb, incidents_table).get(OTHERS.incident_id) == OTHERS
    assert IncidentIndex(clients.dynamodb, incidents_table).get(RETRY.incident_id).retry.root == "forgotten-job"


def test_looking_changes_nothing(clients, incidents_table, memories, tmp_path):
    remember(clients, incidents_table, MINE)
    put(clients, PART, parquet(tmp_path, MINE))
    put(clients, "results/1.csv", b"x", "results")
    before = items(clients, incidents_table), everything(clients), everything(clients, "results")
    found = look(JOB, memories, lambda _: None)
    assert sum(len(each.traces) for each in found) == 9
    assert (items(clients, incidents_table), everything(clients), everything(clients, "results")) == before


def test_a_run_that_was_cut_short_can_be_begun_anew(clients, memories, run, tmp_path, monkeypatch):
    merged = arrival_key(MINE)
    put(clients, merged, encode(to_row(MINE)))
    clients.s3.delete_object(Bucket="archive", Key=merged)
    put(clients, PART, parquet(tmp_path, MINE, OTHERS))
    monkeypatch.setattr(memories[2], "remove", lambda *_: (_ for _ in ()).throw(ConnectionError))
    with pytest.raises(ConnectionError):
        run()
    monkeypatch.undo()
    again = run()
    assert (again["archive: table"], again["archive: arrivals"]) == ((1, 0), (2, 0))
    assert {key for key, _ in everything(clients)} == {PART}


def test_a_job_that_is_not_known_changes_nothing(clients, incidents_table, run, tmp_path):
    remember(clients, incidents_table, OTHERS)
    put(clients, PART, parquet(tmp_path, OTHERS))
    before = items(clients, incidents_table), everything(clients)
    assert set(run("bert").values()) == {(0, 0)}
    assert (items(clients, incidents_table), everything(clients)) == before


def test_compaction_and_forgetting_keep_each_other_out(clients, incidents_table, run):
    compaction = TableLease(clients, incidents_table, ARCHIVE, lasts=timedelta(minutes=5), clock=FakeClock(NOW))
    with compaction.held(), pytest.raises(LeaseTakenError):
        run()
    assert run()["incidents table"] == (0, 0)
