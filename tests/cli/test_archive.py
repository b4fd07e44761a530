import hashlib
import io
import json
import shutil
from datetime import timedelta

import duckdb
import pytest

from tests.unit.records.made import a_diagnosis, an_incident
from trainstop.adapters.lease import ARCHIVE, TableLease
from trainstop.adapters.parquet import merge
from trainstop.cli import aws
from trainstop.cli.since import now_utc
from trainstop.ports.archive import StoredObject
from trainstop.records.lake import arrival_key, part_key
from trainstop.records.row import encode, to_row

DAY = "2026-01-15"
PART = part_key(DAY, 1)
JOB, LONGER = "bert-1", "bert-10"
MINE, OTHERS = (an_incident(name, diagnosis=a_diagnosis(stream=None)) for name in (JOB, LONGER))


@pytest.fixture
def part(tmp_path):
    """A day's part with the incidents of both jobs."""
    folder = tmp_path / "made"
    folder.mkdir()
    arrivals = []
    for each in (MINE, OTHERS):
        path = folder / f"{each.incident_id}.json.gz"
        path.write_bytes(encode(to_row(each)))
        arrivals.append(StoredObject(arrival_key(each), "", path))
    return merge(DAY, [], arrivals, folder).parts[0].path.read_bytes()


@pytest.fixture
def archived(cloud, part):
    """The incidents of both jobs, recorded and archived."""
    cloud.keep(MINE, OTHERS)
    put(cloud, PART, part)
    return cloud


def put(cloud, key, body):
    cloud.clients["s3"].put_object(Bucket=cloud.archive, Key=key, Body=body)


def keys(cloud):
    return [each["Key"] for each in cloud.clients["s3"].list_objects_v2(Bucket=cloud.archive).get("Contents", [])]


def table_of(stdout):
    """The places and their numbers, as they are printed."""
    table = stdout[stdout.index("place") :].split("\n\n")[0]
    lines = [line.rsplit(maxsplit=3) for line in table.splitlines()[1:]]
    return {place: tuple(map(int, numbers)) for place, *numbers in lines}


@pytest.mark.usefixtures("archived")
def test_a_job_is_forgotten_by_its_name_and_the_proof_is_printed(trainstop):
    result = trainstop("archive", "forget", "--job", JOB, stdin=f"{JOB}\n")
    assert result.exit_code == 0
    places = table_of(result.stdout)
    assert (places["archive: table"], places["incidents table"]) == ((1, 1, 0), (1, 1, 0))
    assert set(places.values()) == {(1, 1, 0), (0, 0, 0)}
    assert "What trainstop cannot remove:" in result.stdout
    assert "90 days (parameter LogRetentionDays)" in " ".join(result.stdout.split())
    assert trainstop("incidents", "show", MINE.incident_id).exit_code == 1
    assert trainstop("incidents", "show", OTHERS.incident_id).exit_code == 0


@pytest.mark.usefixtures("archived")
@pytest.mark.parametrize("typed", ["\n", f"{LONGER}\n", "y\n"])
def test_nothing_is_removed_where_another_name_is_typed(trainstop, typed):
    result = trainstop("archive", "forget", "--job", JOB, stdin=typed)
    assert (result.exit_code, "place" in result.stdout) == (1, False)
    assert trainstop("incidents", "show", MINE.incident_id).exit_code == 0


def test_a_dry_run_asks_nothing_and_removes_nothing(trainstop, archived):
    archived.set_aside("WatchDeadLetterQueueUrl", "{}")
    result = trainstop("archive", "forget", "--job", JOB, "--dry-run", "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["dry_run"]) == (0, True)
    assert {each["place"]: each["removed"] for each in told["places"] if each["found"]} == {
        "archive: table": 0,
        "incidents table": 0,
    }
    assert told["stays"]["dead letters"].startswith("1 messages")
    assert trainstop("incidents", "show", MINE.incident_id).exit_code == 0


def test_a_name_that_no_job_can_have_is_refused(trainstop, cloud):
    del cloud
    assert trainstop("archive", "forget", "--job", "bert*", "--yes").exit_code == 2


def test_forgetting_waits_for_no_compaction(trainstop, archived):
    lease = TableLease(aws.Deployment(None).clients, archived.table, ARCHIVE, lasts=timedelta(minutes=5), clock=now_utc)
    with lease.held():
        result = trainstop("archive", "forget", "--job", JOB, "--yes")
    assert result.exit_code == 1
    assert "compaction is at work" in result.stderr


@pytest.mark.usefixtures("archived")
def test_what_is_left_makes_the_command_fail(trainstop, monkeypatch):
    monkeypatch.setattr("trainstop.adapters.forget_items.ItemMemory.remove", lambda *_: None)
    result = trainstop("archive", "forget", "--job", JOB, "--yes")
    assert (result.exit_code, table_of(result.stdout)["incidents table"]) == (1, (1, 0, 1))
    assert "1 traces of bert-1 are left" in result.stderr


def test_a_part_that_cannot_be_read_makes_the_command_fail(trainstop, archived):
    put(archived, f"incidents/dt={DAY}/import-0123456789abcdef.parquet", b"PAR1")
    result = trainstop("archive", "forget", "--job", JOB, "--yes")
    assert result.exit_code == 1
    assert "an object under incidents/ is no Parquet file" in result.stderr


def test_status_counts_rows_without_reading_them(trainstop, archived):
    put(archived, arrival_key(MINE), encode(to_row(MINE)))
    put(archived, "unreadable/dt=2026-01-15/x.json.gz", b"x")
    told = json.loads(trainstop("archive", "status", "--json").stdout)
    assert told.pop("bytes") > 1000
    assert 0 <= told.pop("oldest_arrival_seconds") < 60
    assert told == {
        "days": 1,
        "first_day": DAY,
        "last_day": DAY,
        "objects": 1,
        "rows": 2,
        "arrivals": 1,
        "unreadable": 1,
    }
    assert "rows              2\n" in trainstop("archive", "status").stdout


def test_an_empty_archive_has_a_status(trainstop, cloud):
    del cloud
    result = trainstop("archive", "status")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "days              0")


class FakeLambda:
    """Answers as the compact function does."""

    def __init__(self, answer, error=None):
        self.answer, self.error, self.asked = answer, error, []

    def invoke(self, FunctionName):  # noqa: N803 - boto3's name
        self.asked.append(FunctionName)
        failed = {"FunctionError": self.error} if self.error else {}
        return {"Payload": io.BytesIO(json.dumps(self.answer).encode())} | failed


DONE = {"days": 2, "arrivals": 5, "rows": 40, "bytes": 61_000, "unreadable": 0, "complete": True}


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [(DONE, None, 0), (DONE | {"complete": False}, None, 1), ({"errorMessage": "out of memory"}, "Unhandled", 3)],
)
def test_compaction_can_be_had_at_once(trainstop, monkeypatch, answer, error, code):
    fake = FakeLambda(answer, error)
    monkeypatch.setattr(aws, "slow_client", lambda _: fake)
    result = trainstop("archive", "compact")
    assert (result.exit_code, fake.asked) == (code, ["trainstop-compact"])
    if code == 0:
        assert result.stdout == ("5 arrivals of 2 days were merged: 40 rows, 0.1 MB written; 0 could not be read\n")


def exported(trainstop, folder, *arguments):
    return trainstop("archive", "export", "--out", str(folder), *arguments)


@pytest.mark.usefixtures("archived")
def test_an_export_has_the_table_and_says_what_it_is(trainstop, tmp_path):
    result = exported(trainstop, tmp_path / "out")
    assert result.exit_code == 0
    assert result.stdout.startswith("2 rows of 1 days (2026-01-15 to 2026-01-15), 0.0 MB are in ")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert (manifest["account"], manifest["region"], manifest["stack"]) == ("123456789012", "us-east-1", "trainstop")
    assert [each["rows"] for each in manifest["objects"]] == [2]
    copy = tmp_path / "out" / "dt=2026-01-15" / "part-00001.parquet"
    assert duckdb.sql(f"SELECT count(*) FROM '{copy}'").fetchall() == [(2,)]  # noqa: S608 - a test's path


@pytest.mark.usefixtures("archived")
def test_an_export_of_other_days_is_empty(trainstop, tmp_path):
    manifest = json.loads(exported(trainstop, tmp_path, "--since", "2026-01-16", "--json").stdout)
    assert manifest["objects"] == []
    manifest = json.loads(exported(trainstop, tmp_path, "--until", "2026-01-14", "--json").stdout)
    assert manifest["objects"] == []
    manifest = json.loads(exported(trainstop, tmp_path, "--since", DAY, "--until", DAY, "--json").stdout)
    assert len(manifest["objects"]) == 1


@pytest.mark.usefixtures("archived")
def test_an_export_that_is_begun_anew_copies_only_what_differs(trainstop, tmp_path):
    exported(trainstop, tmp_path)
    copy = tmp_path / "dt=2026-01-15" / "part-00001.parquet"
    written = copy.stat().st_mtime_ns
    exported(trainstop, tmp_path)
    assert copy.stat().st_mtime_ns == written
    copy.write_bytes(b"cut short")
    assert exported(trainstop, tmp_path).exit_code == 0
    assert copy.stat().st_size > 1000


def test_an_import_puts_each_object_once_as_an_arrival(trainstop, archived, tmp_path, part):
    exported(trainstop, tmp_path)
    archived.clients["s3"].delete_object(Bucket=archived.archive, Key=PART)
    assert trainstop("archive", "import", str(tmp_path), stdin="n\n").exit_code == 1
    assert keys(archived) == []
    result = trainstop("archive", "import", str(tmp_path), stdin="y\n")
    assert result.exit_code == 0
    assert "of account 123456789012, us-east-1" in result.stderr
    (key,) = keys(archived)
    assert key.startswith(f"incidents/dt={DAY}/import-")
    assert archived.clients["s3"].get_object(Bucket=archived.archive, Key=key)["Body"].read() == part
    again = json.loads(trainstop("archive", "import", str(tmp_path), "--yes", "--json").stdout)
    assert again == {"put": 0, "skipped": 1, "rows": 2, "checked": 1}


def changed(folder, **values):
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def objects(folder, **values):
    made = json.loads((folder / "manifest.json").read_text())["objects"][0]
    changed(folder, objects=[made | values])


def with_a_column(folder):
    """The part as a newer trainstop would export it, with the manifest of this one."""
    path = folder / "dt=2026-01-15" / "part-00001.parquet"
    newer = folder / "newer.parquet"
    duckdb.sql(f"COPY (SELECT *, 1 AS mood FROM read_parquet('{path}', hive_partitioning = false)) TO '{newer}'")  # noqa: S608 - a test's path
    newer.replace(path)
    objects(folder, sha256=hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "there is no manifest.json"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "is not of the form"),
        (lambda folder: changed(folder, format_version=2), "of a newer trainstop: format 2, known is 1"),
        (lambda folder: changed(folder, schema_version=99), "of a newer trainstop: schema 99, known is"),
        (lambda folder: changed(folder, columns=["incident_id", "mood"]), "unknown columns mood"),
        (lambda folder: shutil.rmtree(folder / "dt=2026-01-15"), "part-00001.parquet: is missing"),
        (lambda folder: objects(folder, rows=3), "has 2 rows, not 3"),
        (lambda folder: objects(folder, sha256="0" * 64), "its SHA-256 differs"),
        (lambda folder: objects(folder, path="../../etc/passwd"), "is not of the form: objects.0.path"),
        (lambda folder: objects(folder, path="dt=2026-01-15/../part-00001.parquet"), "is not of the form"),
        (with_a_column, "has columns of a newer trainstop: mood"),
        (
            lambda folder: (folder / "dt=2026-01-15" / "part-00001.parquet").write_bytes(b"PAR1"),
            "part-00001.parquet is no Parquet file",
        ),
    ],
)
def test_an_export_that_is_not_whole_or_too_new_is_refused(trainstop, archived, tmp_path, damage, said):
    exported(trainstop, tmp_path)
    damage(tmp_path)
    before = keys(archived)
    result = trainstop("archive", "import", str(tmp_path), "--yes")
    assert (result.exit_code, keys(archived)) == (1, before)
    assert said in result.stderr


def test_the_check_alone_puts_nothing(trainstop, archived, tmp_path):
    exported(trainstop, tmp_path)
    result = trainstop("archive", "import", str(tmp_path), "--dry-run")
    assert (result.exit_code, keys(archived)) == (0, [PART])
    assert "are whole; nothing was imported" in result.stdout
