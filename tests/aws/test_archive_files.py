"""Rows of parts are counted by their footers, however long these are."""

import duckdb
import pytest

from trainstop.adapters.archive_files import ArchiveFiles


@pytest.fixture
def bucket(clients):
    clients.s3.create_bucket(Bucket="archive")
    return ArchiveFiles(clients, "archive")


def put(clients, tmp_path, key, sql, row_group_rows):
    path = tmp_path / "made.parquet"
    duckdb.sql(f"COPY ({sql}) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE {row_group_rows})")
    clients.s3.put_object(Bucket="archive", Key=key, Body=path.read_bytes())
    content = path.read_bytes()
    return int.from_bytes(content[-8:-4], "little")


def test_rows_are_counted_of_short_and_of_long_footers(clients, bucket, tmp_path):
    columns = ", ".join(f"range + {number} AS c{number}" for number in range(60))
    short = put(clients, tmp_path, "table/dt=2026-01-15/part-00001.parquet", "SELECT * FROM range(7)", 2048)
    long = put(clients, tmp_path, "table/dt=2026-01-16/part-00001.parquet", f"SELECT {columns} FROM range(50000)", 2048)  # noqa: S608 - made here
    assert short < 65_000 < long
    assert bucket.rows(list(bucket.listed("table/"))) == 50_007


def test_only_the_ends_of_parts_are_read(clients, bucket, tmp_path, monkeypatch):
    put(clients, tmp_path, "table/dt=2026-01-15/part-00001.parquet", "SELECT uuid() FROM range(50000)", 122_880)
    read = []
    get = clients.s3.get_object

    def counting(**request):
        answer = get(**request)
        read.append(answer["ContentLength"])
        return answer

    monkeypatch.setattr(clients.s3, "get_object", counting)
    (part,) = bucket.listed("table/")
    assert bucket.rows([part]) == 50_000
    assert (len(read), sum(read) < part.size / 10) == (1, True)
