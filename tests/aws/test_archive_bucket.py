"""The archive's bucket, and the lease on it."""

from datetime import UTC, datetime, timedelta

import pytest

from trainstop.adapters.archive_bucket import S3ArchiveBucket
from trainstop.adapters.lease import TableLease
from trainstop.ports.archive import LeaseTakenError, NewPart, PartChangedError

PART = "table/dt=2026-01-15/part-00001.parquet"
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.fixture
def bucket(clients):
    clients.s3.create_bucket(Bucket="archive")
    clients.s3.put_bucket_versioning(Bucket="archive", VersioningConfiguration={"Status": "Enabled"})
    return S3ArchiveBucket(clients, "archive")


@pytest.fixture
def put(clients):
    def put(key, body=b"x"):
        clients.s3.put_object(Bucket="archive", Key=key, Body=body)

    return put


def a_part(folder, body, replaces=None):
    path = folder / "new.parquet"
    path.write_bytes(body)
    return NewPart(PART, path, 1, replaces)


def test_days_with_arrivals_are_the_folders_in_their_order(bucket, put):
    for key in ("incidents/dt=2026-01-16/b.1.json.gz", "incidents/dt=2026-01-15/a.1.json.gz", PART, "incidents/x"):
        put(key)
    assert bucket.days_with_arrivals() == ["2026-01-15", "2026-01-16"]


def test_what_was_removed_is_no_arrival_any_more(bucket, put):
    keys = [f"incidents/dt=2026-01-15/{name}.1.json.gz" for name in "ab"]
    for key in keys:
        put(key)
    bucket.remove(keys[:1])
    assert bucket.arrivals("2026-01-15", 10) == keys[1:]


def test_so_many_arrivals_are_listed_and_no_more(bucket, put):
    for number in range(5):
        put(f"incidents/dt=2026-01-15/{number}.1.json.gz")
    assert bucket.arrivals("2026-01-15", 3) == [f"incidents/dt=2026-01-15/{number}.1.json.gz" for number in range(3)]


def test_what_is_fetched_is_in_the_order_of_the_keys_and_what_is_gone_is_left_out(bucket, put, tmp_path):
    keys = [f"incidents/dt=2026-01-15/{number}.1.json.gz" for number in range(20)]
    for number, key in enumerate(keys):
        if number != 7:
            put(key, str(number).encode())
    found = bucket.fetch(keys, tmp_path)
    assert [each.key for each in found] == keys[:7] + keys[8:]
    assert [each.path.read_bytes() for each in found][-1] == b"19"


def test_a_part_takes_the_place_of_the_one_that_it_was_made_from(bucket, tmp_path):
    bucket.put_part(a_part(tmp_path, b"first"))
    [old] = bucket.fetch(bucket.parts("2026-01-15"), tmp_path)
    bucket.put_part(a_part(tmp_path, b"second", old.etag))
    [new] = bucket.fetch([PART], tmp_path)
    assert new.path.read_bytes() == b"second"


def test_a_new_part_takes_the_place_of_none(bucket, put, tmp_path):
    put(PART, b"theirs")
    with pytest.raises(PartChangedError, match="part-00001"):
        bucket.put_part(a_part(tmp_path, b"ours"))


@pytest.mark.parametrize("there", [b"theirs", None])
def test_a_part_that_changed_or_went_meanwhile_is_not_put(bucket, put, tmp_path, there):
    if there is not None:
        put(PART, there)
    with pytest.raises(PartChangedError):
        bucket.put_part(a_part(tmp_path, b"ours", '"0cc175b9c0f1b6a831c399e269772661"'))


def test_what_cannot_be_read_is_moved_and_not_lost(bucket, put, clients):
    put("incidents/dt=2026-01-15/bad.json.gz", b"bad")
    bucket.set_aside(["incidents/dt=2026-01-15/bad.json.gz"])
    kept = clients.s3.get_object(Bucket="archive", Key="unreadable/dt=2026-01-15/bad.json.gz")
    assert kept["Body"].read() == b"bad"
    assert bucket.arrivals("2026-01-15", 10) == []


def lease(clients, table, moment):
    return TableLease(clients, table, "compaction", lasts=timedelta(minutes=5), clock=lambda: moment)


def test_while_one_holds_the_lease_nobody_else_does(clients, incidents_table):
    with (
        lease(clients, incidents_table, NOON).held(),
        pytest.raises(LeaseTakenError, match=r"until 2026-01-15T12:05:00\.000Z"),
        lease(clients, incidents_table, NOON + timedelta(minutes=4)).held(),
    ):
        pytest.fail("two at a time")


def test_a_lease_that_was_given_back_is_free(clients, incidents_table):
    with pytest.raises(ValueError, match="oops"), lease(clients, incidents_table, NOON).held():
        raise ValueError("oops")
    with lease(clients, incidents_table, NOON).held():
        assert clients.dynamodb.get_item(TableName=incidents_table, Key={"pk": {"S": "lease#compaction"}})["Item"]


def test_a_dead_holder_keeps_nobody_out_for_longer_than_the_lease_lasts(clients, incidents_table):
    later = NOON + timedelta(minutes=6)
    with lease(clients, incidents_table, NOON).held(), lease(clients, incidents_table, later).held():
        item = clients.dynamodb.get_item(TableName=incidents_table, Key={"pk": {"S": "lease#compaction"}})["Item"]
        assert item["held_until"]["S"] == "2026-01-15T12:11:00.000Z"


def test_a_lease_that_is_renewed_lasts_from_then_on(clients, incidents_table):
    moments = iter((NOON, NOON + timedelta(minutes=4)))
    ours = TableLease(clients, incidents_table, "compaction", lasts=timedelta(minutes=5), clock=lambda: next(moments))
    with ours.held() as renew:
        renew()
        with (
            pytest.raises(LeaseTakenError, match=r"until 2026-01-15T12:09:00\.000Z"),
            lease(clients, incidents_table, NOON + timedelta(minutes=8)).held(),
        ):
            pytest.fail("two at a time")


def test_a_lease_that_lapsed_and_is_anothers_cannot_be_renewed(clients, incidents_table):
    with (
        lease(clients, incidents_table, NOON).held() as renew,
        lease(clients, incidents_table, NOON + timedelta(minutes=6)).held(),
        pytest.raises(LeaseTakenError),
    ):
        renew()


def test_who_comes_back_from_the_dead_does_not_give_back_what_is_another_s(clients, incidents_table):
    late = NOON + timedelta(minutes=6)
    theirs = lease(clients, incidents_table, late).held()
    with lease(clients, incidents_table, NOON).held():
        theirs.__enter__()
    with pytest.raises(LeaseTakenError), lease(clients, incidents_table, late).held():
        pytest.fail("it was given back")
    theirs.__exit__(None, None, None)
