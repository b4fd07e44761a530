"""One row an incident, in its latest state, whatever happens on the way."""

import gzip
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.compaction.made import Bucket, FakeLease, KilledError, arrive, compacted, table
from tests.unit.records.made import a_refusal, a_stop, an_incident, at
from trainstop.adapters import parquet
from trainstop.app import compact as sequence
from trainstop.domain.handling import Handling, HandlingAction, HandlingEntry
from trainstop.records.lake import arrival_key
from trainstop.records.row import encode, to_row

DORA = "arn:aws:sts::111122223333:assumed-role/ml-platform/dora"
STATES = 4
PART = "table/dt=2026-01-15/part-00001.parquet"


def in_state(number: int, name: str = "bert-1", **changes):
    """The incident of a job when it has changed so often: told at its second state, then noted about."""
    told = {"told_at": at("2026-01-15 12:00:09"), "told_as": "published"} if number > 1 else {}
    entries = tuple(
        HandlingEntry(action=HandlingAction.NOTE, at=at(f"2026-01-15 13:00:0{each}"), by=DORA, text=f"note {each}")
        for each in range(number - 2)
    )
    return an_incident(name, handling=Handling(entries=entries), **told, **changes)


def test_what_arrived_is_in_the_table_and_no_longer_among_the_arrivals(tmp_path):
    bucket = Bucket()
    arrive(bucket, an_incident(), a_stop(), a_refusal())
    done = compacted(bucket)
    assert (done.days, done.arrivals, done.rows, done.unreadable, done.complete) == (1, 3, 3, 0, True)
    assert list(bucket.objects) == [PART]
    assert done.bytes == len(bucket.objects[PART])
    assert len(table(bucket, tmp_path)) == 3


def test_what_is_counted_tells_how_long_arrivals_waited():
    bucket = Bucket()
    assert [each.name for each in sequence.measures_of(compacted(bucket))] == [
        "ArrivalsCompacted",
        "RowsCompacted",
        "OldestArrivalSeconds",
    ]
    arrive(bucket, an_incident())
    bucket.put("incidents/dt=2026-01-15/bad.json.gz", b"bad")
    values = {each.name: each.value for each in sequence.measures_of(compacted(bucket))}
    assert 180 <= values.pop("OldestArrivalSeconds") < 190
    assert values == {"ArrivalsCompacted": 2, "RowsCompacted": 1, "ArrivalsUnreadable": 1}


def test_the_latest_state_is_the_row_whichever_arrives_last(tmp_path):
    bucket = Bucket()
    arrive(bucket, in_state(3))
    compacted(bucket)
    arrive(bucket, in_state(1), in_state(2))
    compacted(bucket)
    assert table(bucket, tmp_path, "state_number, told_as, len(notes)") == [(3, "published", 1)]


def test_a_days_incidents_are_in_the_order_in_which_they_happened(tmp_path):
    bucket = Bucket()
    for hour in (14, 9, 23, 0):
        arrive(bucket, an_incident(f"job-{hour}", occurred_at=at(f"2026-01-15 {hour:02}:00:00")))
        compacted(bucket)
    (tmp_path / "part.parquet").write_bytes(bucket.objects[PART])
    with parquet.database_at(tmp_path) as database:
        names = database.sql(f"SELECT job_name FROM '{tmp_path / 'part.parquet'}'").fetchall()  # noqa: S608 - a test's path
    assert [name for (name,) in names] == ["job-0", "job-9", "job-14", "job-23"]


def test_each_day_has_an_object_of_its_own():
    bucket = Bucket()
    arrive(bucket, an_incident("a"), an_incident("b", occurred_at=at("2026-01-16 00:00:00")))
    assert compacted(bucket).days == 2
    assert sorted(bucket.objects) == [PART, "table/dt=2026-01-16/part-00001.parquet"]


def test_a_run_without_arrivals_reads_and_writes_no_table():
    bucket = Bucket()
    arrive(bucket, an_incident())
    compacted(bucket)
    before, bucket.fetched = dict(bucket.objects), []
    assert compacted(bucket).arrivals == 0
    assert (bucket.objects, bucket.fetched) == (before, [])


def test_who_comes_second_leaves_everything_to_the_first():
    bucket = Bucket()
    arrive(bucket, an_incident())
    done = compacted(bucket, lease=FakeLease(renewals_left=-1))
    assert (done.arrivals, done.complete) == (0, False)


def test_who_lost_the_lease_merges_no_further_day(tmp_path):
    bucket = Bucket()
    arrive(bucket, an_incident("a"), an_incident("b", occurred_at=at("2026-01-16 00:00:00")))
    done = compacted(bucket, lease=FakeLease(renewals_left=1))
    assert (done.arrivals, done.complete) == (1, False)
    assert len(table(bucket, tmp_path)) == 1


def test_when_the_time_is_up_the_rest_is_left_for_the_next(tmp_path):
    bucket = Bucket()
    arrive(bucket, an_incident("a"), an_incident("b", occurred_at=at("2026-01-16 00:00:00")))
    first = compacted(bucket, seconds=1)
    assert (first.arrivals, first.complete) == (1, False)
    assert compacted(bucket).complete
    assert len(table(bucket, tmp_path)) == 2


def test_more_arrivals_than_are_taken_at_once_are_all_merged(tmp_path, monkeypatch):
    monkeypatch.setattr(sequence, "ARRIVALS_AT_ONCE", 2)
    bucket = Bucket()
    arrive(bucket, *(an_incident(f"job-{number}") for number in range(5)))
    assert compacted(bucket).arrivals == 5
    assert len(table(bucket, tmp_path)) == 5


def test_a_part_that_somebody_else_wrote_meanwhile_is_not_overwritten(tmp_path):
    bucket = Bucket()
    arrive(bucket, an_incident("a"))
    compacted(bucket)
    arrive(bucket, an_incident("b"))
    theirs = Bucket(dict(bucket.objects))
    arrive(theirs, an_incident("c"))
    compacted(theirs)

    class Raced(Bucket):
        def put_part(self, part):
            self.objects[PART] = theirs.objects[PART]
            super().put_part(part)

    raced = Raced(bucket.objects)
    done = compacted(raced)
    assert not done.complete
    assert arrival_key(an_incident("b")) in raced.objects
    compacted(Bucket(raced.objects))
    assert len(table(raced, tmp_path)) == 3


def test_a_full_part_takes_no_new_incident_and_still_takes_new_states_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "PART_ROWS", 3)
    bucket = Bucket()
    for number in range(4):
        arrive(bucket, *(in_state(1, f"job-{number}-{each}") for each in range(2)))
        compacted(bucket)
    parts = [key for key in sorted(bucket.objects) if key.startswith("table/")]
    assert [key.rpartition("/")[2] for key in parts] == [f"part-0000{number}.parquet" for number in (1, 2, 3)]
    before = {key: bucket.objects[key] for key in parts}
    arrive(bucket, in_state(2, "job-0-0"))
    compacted(bucket)
    assert [key for key in parts if bucket.objects[key] != before[key]] == parts[:1]
    rows = table(bucket, tmp_path, "job_name, state_number")
    assert len(rows) == 8
    assert ("job-0-0", 2) in rows


BAD = {
    "no gzip": b"{}",
    "cut off": encode(to_row(an_incident()))[:-20],
    "no JSON": gzip.compress(b"not json\n"),
    "no object": gzip.compress(b"[1, 2]\n"),
    "deeply nested": gzip.compress(b"[" * 100_000),
    "no id": gzip.compress(b'{"job_name": "bert-1"}\n'),
    "another type": encode(to_row(an_incident()) | {"exit_code": "many"}),
    "another day": encode(to_row(an_incident(occurred_at=at("2026-01-17 00:00:00")))),
    "no day": encode(to_row(an_incident()) | {"occurred_at": None}),
}


@pytest.mark.parametrize("what", BAD)
def test_an_arrival_that_is_no_row_is_set_aside_and_holds_nothing_up(tmp_path, what):
    bucket = Bucket()
    arrive(bucket, an_incident("a"), an_incident("b"))
    bucket.put("incidents/dt=2026-01-15/bad.1.json.gz", BAD[what])
    done = compacted(bucket)
    assert (done.unreadable, done.rows) == (1, 2)
    assert bucket.objects["unreadable/dt=2026-01-15/bad.1.json.gz"] == BAD[what]
    assert len(table(bucket, tmp_path)) == 2
    assert bucket.days_with_arrivals() == []


def test_an_exported_part_is_merged_and_never_takes_the_place_of_the_same_or_a_later_state(tmp_path):
    exported = Bucket()
    arrive(exported, in_state(1, "a"), in_state(2, "b"), in_state(3, "c"))
    compacted(exported)
    bucket = Bucket()
    arrive(bucket, in_state(2, "a"), in_state(2, "b", severity="critical"))
    compacted(bucket)
    bucket.put("incidents/dt=2026-01-15/import-0123456789abcdef.parquet", exported.objects[PART])
    compacted(bucket)
    rows = table(bucket, tmp_path, "job_name, state_number, severity")
    assert rows == [("a", 2, "high"), ("b", 2, "critical"), ("c", 3, "high")]


def test_an_import_that_is_no_part_is_set_aside():
    bucket = Bucket({"incidents/dt=2026-01-15/import-0.parquet": b"PAR1nothingPAR1"})
    assert compacted(bucket).unreadable == 1


def test_the_history_in_the_row_names_who_did_what(tmp_path):
    bucket = Bucket()
    arrive(bucket, in_state(3))
    compacted(bucket)
    [(history,)] = table(bucket, tmp_path, "history")
    assert [(each["what"], each["by"], each["words"]) for each in history] == [
        ("recorded", None, None),
        ("told", None, "published"),
        ("note", DORA, "note 0"),
    ]
    assert history[1]["at"] - history[0]["at"] == timedelta(seconds=5)


step = st.one_of(
    st.tuples(st.just("arrives"), st.integers(1, STATES), st.integers(0, 5)),
    st.tuples(st.just("compacted"), st.integers(0, 12), st.just(0)),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(step, min_size=1, max_size=12))
def test_no_row_is_lost_or_doubled_in_whatever_order_states_arrive_and_whenever_it_is_killed(steps):
    bucket, latest = Bucket(), {}
    for what, number, job in steps:
        if what == "arrives":
            incident = in_state(number, f"job-{job}", occurred_at=at(f"2026-01-1{5 + job % 2} 10:00:00"))
            arrive(bucket, incident)
            latest[incident.incident_id] = max(number, latest.get(incident.incident_id, 0))
        else:
            bucket.writes_left = number
            with suppress(KilledError):
                compacted(bucket)
            bucket.writes_left = 10**9
    compacted(bucket)
    with TemporaryDirectory() as folder:
        assert table(bucket, Path(folder) / "table") == sorted(latest.items())
