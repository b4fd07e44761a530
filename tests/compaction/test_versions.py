"""Archives that earlier versions wrote: one of each is in tests/archives, by its number."""

import gzip
import json
from itertools import pairwise

import duckdb
import pytest

from tests.compaction.made import Bucket, arrive, compacted, table
from tests.unit.records.made import a_refusal, a_stop, an_incident, at
from tests.unit.stack.template import PROJECT
from trainstop.records.hive import duckdb_type
from trainstop.records.schema import COLUMNS

ARCHIVES = PROJECT / "tests/archives"
VERSIONS = sorted(int(folder.name) for folder in ARCHIVES.iterdir())
TYPES = {column.name: duckdb_type(column.type) for column in COLUMNS}
TODAY = [an_incident(told_at=at("2026-01-15 12:00:09")), a_stop(), a_refusal()]
"""The incidents of which each archive was made."""


def archive(version: int) -> Bucket:
    """A bucket with that version's archive of one day."""
    bucket = Bucket()
    for path in sorted((ARCHIVES / str(version)).iterdir()):
        place = "table" if path.suffix == ".parquet" else "incidents"
        bucket.put(f"{place}/dt=2026-01-15/{path.name}", path.read_bytes())
    return bucket


def columns_of(version: int) -> set[str]:
    (first, *_) = sorted((ARCHIVES / str(version)).iterdir())
    if first.suffix == ".parquet":
        return set(duckdb.read_parquet(str(first)).columns)
    return set(json.loads(gzip.decompress(first.read_bytes())))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_column_that_was_there_is_there_still(version):
    assert columns_of(version) <= set(TYPES)


def test_todays_columns_are_those_of_the_last_version():
    assert columns_of(VERSIONS[-1]) == set(TYPES), "keep an archive of this version: python -m tests.compaction.keep"


def test_each_version_has_more_columns_than_the_one_before():
    assert all(columns_of(one) < columns_of(two) for one, two in pairwise(VERSIONS))


@pytest.mark.parametrize("version", VERSIONS)
def test_an_old_archive_is_read_as_it_was_written(tmp_path, version):
    bucket = archive(version)
    compacted(bucket)
    fields = "incident_id, trigger, occurred_at, cost_usd, tags, evidence"
    today = Bucket()
    arrive(today, *TODAY)
    compacted(today)
    assert table(bucket, tmp_path / "then", fields) == table(today, tmp_path / "now", fields)


@pytest.mark.parametrize("version", VERSIONS)
def test_an_old_row_knows_how_often_it_had_changed(tmp_path, version):
    bucket = archive(version)
    arrive(bucket, an_incident("new"))
    compacted(bucket)
    states = dict(table(bucket, tmp_path, "job_name || ' ' || trigger, state_number"))
    assert states == {
        "bert-1 job_failed": 2,
        "bert-2 refused_submission": 1,
        "new job_failed": 1,
        "resnet-7 debugger_rule": 1,
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_archived_today_takes_the_place_of_the_same_state_of_then(tmp_path, version):
    bucket = archive(version)
    compacted(bucket)
    arrive(bucket, *TODAY)
    compacted(bucket)
    rows = table(bucket, tmp_path, "incident_id, interruption_count, len(history)")
    assert len(rows) == 3
    assert all(interruptions == 0 and states for _, interruptions, states in rows)


def test_the_parts_have_the_types_that_glue_declares(tmp_path):
    bucket = Bucket()
    arrive(bucket, *TODAY)
    compacted(bucket)
    path = tmp_path / "part.parquet"
    path.write_bytes(bucket.objects["table/dt=2026-01-15/part-00001.parquet"])
    with duckdb.connect() as database:
        part = database.read_parquet(str(path))
        found = {name: database.sql(f"SELECT NULL::{kind} AS x").types[0] for name, kind in TYPES.items()}
        assert dict(zip(part.columns, part.types, strict=True)) == found
