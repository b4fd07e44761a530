"""A job that was forgotten is found nowhere, and one whose name begins with its name everywhere."""

import json

import duckdb
import pytest

TRAINING = {"do": "status", "at_seconds": 0.2, "status": "Training"}
LOG = {"do": "log", "at_seconds": 0.4, "lines": ["torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB"]}
FAILED = {"do": "status", "at_seconds": 0.6, "status": "Failed", "failure_reason": "AlgorithmError: , exit code: 1"}
COMPLETED = {"do": "status", "at_seconds": 0.6, "status": "Completed"}
JOB = "e2e-forgotten-1"
LONGER, GOOD = f"{JOB}0", f"{JOB}-good"


def told_rows(stack, job):
    """What Athena says of a job."""
    return stack.rows("incidents_of_job", job=job)


def holders(stack, folder, job):
    """Keys of the archive's objects of which a version holds a row of the job; pages have no rows."""
    s3, bucket = stack.client("s3"), stack.outputs()["ArchiveBucketName"]
    found = []
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket)
    versions = [each for page in pages for each in page.get("Versions", [])]
    for number, each in enumerate(each for each in versions if not each["Key"].startswith("reports/")):
        path = folder / f"{number}-{each['Key'].rpartition('/')[2]}"
        path.write_bytes(s3.get_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])["Body"].read())
        rows = duckdb.sql(f"SELECT count(*) FROM '{path}' WHERE job_name = '{job}'")  # noqa: S608 - a test's values
        found += [each["Key"]] if rows.fetchall() != [(0,)] else []
    return found


@pytest.fixture
def failed(stack, wait, tmp_path):
    """Two jobs that failed and are in the table, and the id of the first one's incident."""
    timelines = {JOB: FAILED, LONGER: FAILED, GOOD: COMPLETED}
    stack.play(tmp_path, jobs=[{"name": name, "timeline": [TRAINING, LOG, end]} for name, end in timelines.items()])
    wait(lambda: all(stack.incidents(job) and stack.incidents(job)[0]["told_at"] for job in (JOB, LONGER)))
    wait(lambda: told_rows(stack, JOB) and told_rows(stack, LONGER))
    return stack.incidents(JOB)[0]["incident_id"]


def test_a_forgotten_job_is_found_nowhere_and_does_not_come_back(stack, failed, tmp_path):
    assert len(holders(stack, tmp_path, JOB)) >= 2
    assert stack.trainstop("archive", "forget", "--job", JOB, "--dry-run").returncode == 0
    done = json.loads(stack.trainstop("archive", "forget", "--job", JOB, "--yes", "--json").stdout)
    places = {each["place"]: each for each in done["places"]}
    assert places["archive: table"]["removed"] >= 1
    assert places["incidents table"]["removed"] >= 3
    assert not any(each["left"] for each in done["places"])
    assert stack.trainstop("incidents", "show", failed, check=False).returncode == 1
    assert stack.incidents(JOB) == []
    assert holders(stack, tmp_path, JOB) == []
    assert len(holders(stack, tmp_path, LONGER)) >= 2
    assert stack.trainstop("archive", "compact").returncode == 0
    assert told_rows(stack, JOB) == []
    assert len(stack.incidents(LONGER)) == 1
    assert len(told_rows(stack, LONGER)) == 1
