import gzip
import json
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from tests.unit.records.made import a_job, a_refusal, a_stop, an_incident, at
from tests.unit.render.samples import SAMPLES, silenced_and_resolved
from trainstop.domain.incident import EvidenceFacts, RuleStatus, Transition
from trainstop.records.lake import arrival_key, arrival_prefix
from trainstop.records.row import encode, state_number, to_row
from trainstop.records.schema import COLUMNS, PARTITION_KEY

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}")
FITS = {
    "string": lambda value: isinstance(value, str) and value != "",
    "int": lambda value: type(value) is int and -(2**31) <= value < 2**31,
    "bigint": lambda value: type(value) is int and -(2**63) <= value < 2**63,
    "double": lambda value: type(value) is float,
    "boolean": lambda value: type(value) is bool,
    "timestamp": lambda value: isinstance(value, str) and TIMESTAMP.fullmatch(value) is not None,
    "array<string>": lambda value: type(value) is list and all(type(entry) is str for entry in value),
    "map<string,string>": lambda value: (
        type(value) is dict and all(type(part) is str for pair in value.items() for part in pair)
    ),
}


def _fits(declared, value):
    if not declared.startswith("array<struct"):
        return FITS[declared](value)
    fields = dict(field.split(":") for field in declared.removeprefix("array<struct<").removesuffix(">>").split(","))
    return type(value) is list and all(
        set(entry) == set(fields) and all(held is None or FITS[fields[name]](held) for name, held in entry.items())
        for entry in value
    )


STORIED = a_job(
    transitions=(
        Transition(status="Starting", started_at=at("2026-01-15 11:00:00"), ended_at=at("2026-01-15 11:05:00")),
        Transition(status="Training", started_at=at("2026-01-15 11:05:00"), message="Training in progress."),
    ),
    rule_statuses=(RuleStatus(name="Overfit", status="NoIssuesFound", modified_at=at("2026-01-15 11:30:00")),),
    usd_per_hour=Decimal("3.03"),
)
MADE = [
    an_incident(told_at=at("2026-01-15 12:00:09"), told_as="published"),
    an_incident(job=STORIED),
    an_incident(job=a_job(spot=True, spot_savings_percent=61.5, tuning_job_arn="arn:aws:sagemaker:tune")),
    a_stop(),
    a_refusal(),
    *(sample() for sample in SAMPLES.values()),
]


def test_a_row_has_every_column_in_order_and_no_other():
    names = [column.name for column in COLUMNS]
    assert all(list(to_row(incident)) == names for incident in MADE)


def test_every_value_fits_its_glue_type():
    wrong = [
        (incident.trigger, column.name)
        for incident in MADE
        for row in [to_row(incident)]
        for column in COLUMNS
        if row[column.name] is not None and not _fits(column.type, row[column.name])
    ]
    assert wrong == []


def test_every_column_is_filled_by_some_incident():
    filled = {name for incident in MADE for name, value in to_row(incident).items() if value is not None}
    assert {column.name for column in COLUMNS} - filled == set()


def test_column_names_are_what_glue_takes_and_unique():
    names = [column.name for column in (*COLUMNS, PARTITION_KEY)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    assert all(column.comment and len(column.comment) <= 255 for column in COLUMNS)


def test_an_unknown_cost_is_null_and_never_zero():
    assert to_row(an_incident(job=a_job(cost_usd=None)))["cost_usd"] is None
    assert to_row(an_incident(job=a_job(cost_usd=Decimal(0))))["cost_usd"] == 0.0


@pytest.mark.parametrize(
    ("tags", "team"),
    [
        ({"TEAM": "vision"}, "vision"),
        ({"team-name": "x"}, "x"),
        ({"name": "x"}, None),
        ({"team": "b", "Team": "a"}, "a"),
        ({"team": ""}, None),
    ],
)
def test_the_team_tag_is_found_whatever_its_case(tags, team):
    assert to_row(an_incident(job=a_job(tags=tags)))["team"] == team


def test_a_row_tells_who_silenced_acknowledged_and_resolved():
    row = to_row(silenced_and_resolved())
    dora, carol = "arn:aws:sts::111122223333:assumed-role/ml-platform/dora", "ml-engineer/carol"
    assert (row["silence_id"], row["silenced_by"], row["silenced_until"]) == ("s-12", dora, "2026-09-14 03:00:00.000")
    assert (row["acknowledged_at"], row["acknowledged_by"]) == ("2026-09-14 02:20:00.000", dora)
    assert (row["resolved_by"], row["resolution"]) == (dora, "the reservation began")
    assert row["notes"][0] == f"2026-09-14T02:20:00.000Z acknowledge {dora}: asking for capacity"
    assert row["notes"][2].endswith(f"{carol}")


def test_times_are_utc_whatever_the_offset_was():
    berlin = timezone(timedelta(hours=1))
    row = to_row(an_incident(occurred_at=datetime(2026, 1, 16, 0, 30, 0, 999999, tzinfo=berlin)))
    assert row["occurred_at"] == "2026-01-15 23:30:00.999"


def test_the_key_is_the_day_in_utc_the_id_and_the_state():
    incident = an_incident(occurred_at=datetime(2026, 1, 16, 0, 30, tzinfo=timezone(timedelta(hours=1))))
    assert arrival_key(incident) == f"incidents/dt=2026-01-15/{incident.incident_id}.1.json.gz"


def test_each_state_has_a_key_of_its_own_under_the_incidents_prefix():
    recorded, told = an_incident(), an_incident(told_at=datetime.now(UTC))
    assert arrival_key(recorded) != arrival_key(told)
    assert arrival_prefix(recorded) == arrival_prefix(told)
    assert arrival_key(told).startswith(arrival_prefix(told))


def test_whatever_happens_to_an_incident_raises_the_number_of_its_state():
    recorded, handled = an_incident(), silenced_and_resolved()
    assert state_number(recorded) == 1
    assert state_number(recorded.model_copy(update={"told_at": datetime.now(UTC)})) == 2
    assert state_number(handled) == 1 + len(handled.handling.entries)


def test_the_history_is_what_happened_in_its_order():
    history = to_row(a_stop(told_at=at("2026-01-15 12:00:09"), told_as="published"))["history"]
    assert [(each["what"], each["words"]) for each in history] == [
        ("recorded", None),
        ("acted", "stopped"),
        ("told", "published"),
    ]
    assert history[1]["at"] == "2026-01-15 12:00:05.250"


def test_interruptions_of_a_spot_job_are_counted():
    statuses = ("Starting", "Training", "Interrupted", "Restarting", "Training", "Interrupted")
    job = a_job(transitions=tuple(Transition(status=status) for status in statuses))
    assert to_row(an_incident(job=job))["interruption_count"] == 2


def test_the_body_is_one_json_line_and_always_the_same_bytes():
    row = to_row(an_incident(evidence=EvidenceFacts(excerpt=("first\nsecond", "日本 \u2028"))))
    text = gzip.decompress(encode(row)).decode()
    assert text.count("\n") == 1
    assert text.endswith("}\n")
    assert json.loads(text) == row
    assert encode(row) == encode(json.loads(text))
