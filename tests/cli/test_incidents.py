import json
import re
from datetime import timedelta

import pytest

from tests.unit.records.made import a_diagnosis, a_job, a_refusal, a_stop, an_incident, at
from tests.unit.render.samples import breaker_closed, silence_set, silenced_and_resolved
from trainstop.adapters.incident_index import IncidentIndex
from trainstop.cli import incidents as command
from trainstop.domain.category import Category
from trainstop.domain.handling import Handling
from trainstop.domain.run import Difference, LastGood

NOW = at("2026-01-16 09:00:00")
HOSTILE = "\x1b[31mred\x1b[0m [bold]loud[/bold] \x07 \u202eevil"


@pytest.fixture(autouse=True)
def _at_a_fixed_time(monkeypatch):
    monkeypatch.setattr(command, "now_utc", lambda: NOW)


def _failed(name, occurred_at, category=Category.USER_CODE):
    return an_incident(name, occurred_at=at(occurred_at), diagnosis=a_diagnosis(category))


FAILED = [
    _failed("old-1", "2026-01-01 00:00:00"),
    _failed("bert-1", "2026-01-14 23:59:59.999"),
    _failed("bert-2", "2026-01-15 12:00:00", Category.CAPACITY),
    _failed("bert-3", "2026-01-16 08:59:00"),
]


def _listed(result):
    assert result.exit_code == 0, result.output
    return [incident["job"]["name"] for incident in json.loads(result.stdout)]


def test_the_last_week_is_listed_newest_first(trainstop, cloud):
    cloud.keep(*FAILED)
    assert _listed(trainstop("incidents", "list", "--json")) == ["bert-3", "bert-2", "bert-1"]


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--since", "24h"], ["bert-3", "bert-2"]),
        (["--since", "2026-01-01"], ["bert-3", "bert-2", "bert-1", "old-1"]),
        (["--since", "2026-01-15T12:00:00Z"], ["bert-3", "bert-2"]),
        (["--since", "2026-01-15T13:00:00.001+01:00"], ["bert-3"]),
        (["--category", "capacity"], ["bert-2"]),
        (["--limit", "2"], ["bert-3", "bert-2"]),
        (["--job", "bert-1"], ["bert-1"]),
        (["--job", "old-1"], []),
        (["--job", "old-1", "--since", "30d"], ["old-1"]),
        (["--job", "bert-1", "--category", "capacity"], []),
    ],
)
def test_options_narrow_the_list(trainstop, cloud, options, names):
    cloud.keep(*FAILED)
    assert _listed(trainstop("incidents", "list", "--json", *options)) == names


def test_a_table_row_names_the_job_the_reason_the_act_and_the_id(trainstop, cloud):
    stop = a_stop()
    cloud.keep(stop, FAILED[2])
    lines = trainstop("incidents", "list").stdout.splitlines()
    assert lines[-1].split() == ["01-15", "12:00", "bert-2", "capacity", "-", "open", FAILED[2].incident_id]
    assert ["01-15", "12:00", "resnet-7", "LossNotDecreasing", "stopped", "open", stop.incident_id] in map(
        str.split, lines
    )


def test_a_list_in_80_columns_keeps_all_columns_side_by_side(trainstop, cloud, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    name = "llama31-8b-sft-2026-01-15-06-12-40-481-a-long-name"
    handled = silenced_and_resolved().handling
    cloud.keep(
        an_incident(name),
        a_stop(handling=Handling(entries=handled.entries[:1])),
        _failed("bert-3", "2026-01-16 08:59:00").model_copy(update={"handling": handled}),
    )
    lines = trainstop("incidents", "list").stdout.splitlines()
    assert lines[0].split() == ["when", "(UTC)", "job", "why", "done", "state", "incident"]
    assert all(len(line) <= 80 for line in lines)
    states = [line.split()[-2] for line in lines[1:] if re.search(r" [0-9a-f]{20}$", line)]
    assert states == ["resolved", "open", "ack"]


def test_only_open_incidents_are_listed_where_that_is_asked(trainstop, cloud):
    handled = silenced_and_resolved().handling
    resolved = FAILED[1].model_copy(update={"handling": handled})
    acknowledged = FAILED[2].model_copy(update={"handling": Handling(entries=handled.entries[:1])})
    cloud.keep(resolved, acknowledged, FAILED[3], breaker_closed())
    assert _listed(trainstop("incidents", "list", "--json", "--open")) == ["bert-3", "bert-2"]


def test_show_tells_who_silenced_and_what_people_did(trainstop, cloud):
    cloud.keep(silenced_and_resolved(), silence_set())
    shown = trainstop("incidents", "show", silenced_and_resolved().incident_id).stdout
    text = " ".join(shown.split())
    for told in (
        "Standing resolved",
        "Acknowledged 2026-09-14 02:20:00 UTC by dora: asking for capacity",
        "Acknowledged 2026-09-14 02:26:00 UTC by carol",
        "Note 2026-09-14 02:25:00 UTC by carol: we can wait until Monday",
        "Resolved 2026-09-14 06:00:00 UTC by dora: the reservation began",
        "Told nobody, by silence s-12",
        "Nobody was told: silence s-12 by dora holds until 2026-09-14 03:00:00 UTC.",
        "Its reason: the p4d reservation is late; AWS case 1234 is open.",
    ):
        assert told in text
    by_hand = " ".join(trainstop("incidents", "show", silence_set().incident_id).stdout.split())
    assert "About s-1: category capacity, job vit-*; from 2026-09-14T01:00:00.000Z until" in by_hand
    assert "Standing" not in by_hand


@pytest.mark.usefixtures("cloud")
def test_no_incidents_leave_standard_output_empty(trainstop):
    result = trainstop("incidents", "list")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "No incidents.\n")


def test_claims_and_notes_in_the_table_are_no_incidents(trainstop, cloud):
    item = {"pk": {"S": "incident#a"}, "state": {"S": "acting"}, "day": {"S": "2026-01-15"}}
    cloud.clients["dynamodb"].put_item(TableName=cloud.table, Item=item | {"occurred_at": {"S": "2026-01-15T12"}})
    assert _listed(trainstop("incidents", "list", "--json")) == []


def test_many_pages_are_read_and_their_number_is_bounded(cloud):
    big = "x" * 300_000
    made = [
        an_incident(f"j-{n}", occurred_at=NOW - timedelta(seconds=n), diagnosis=a_diagnosis(root_line=big))
        for n in range(8)
    ]
    cloud.keep(*made)
    full = IncidentIndex(cloud.clients["dynamodb"], cloud.table).since(NOW - timedelta(hours=1), NOW, 100)
    cut = IncidentIndex(cloud.clients["dynamodb"], cloud.table, max_pages=2).since(NOW - timedelta(hours=1), NOW, 100)
    assert [incident.job.name for incident in full.incidents] == [f"j-{n}" for n in range(8)]
    assert full.complete
    assert not cut.complete
    assert 0 < len(cut.incidents) < 8


def test_show_tells_all_in_80_columns(trainstop, cloud):
    incident = an_incident(told_at=at("2026-01-15 12:00:09"))
    cloud.keep(incident)
    result = trainstop("incidents", "show", incident.incident_id)
    text = " ".join(result.stdout.split())
    lines = result.stdout.splitlines()
    for told in (
        incident.incident_id,
        incident.diagnosis.root_line,
        "AlgorithmError: ExecuteUserScriptError: ExitCode 1",
        "high - The line names the cause.",
        "torch-cuda-oom",
        "USD 2.78 for 2 x ml.g5.2xlarge",
        "3300 s billable / 3600 x 2 x 1.515 USD/h",
        "2026-01-15 12:00:09 UTC, 8.5 s later",
        "email, json (rule: failures)",
        "Team=nlp, owner=alice",
        "step 12",
    ):
        assert told in text
    assert all(len(line) <= 80 for line in lines if "https://" not in line)


def test_show_tells_every_difference_to_the_last_good_run_that_is_kept(trainstop, cloud):
    differences = tuple(Difference(field=f"hyperparameter p{n}", then="0.1", now="x" * 160) for n in range(8))
    good = LastGood(training_job_name="bert-0", ended_at=at("2026-01-14 12:00:00"), differences=differences)
    incident = an_incident(last_good=good)
    cloud.keep(incident)
    text = "".join(trainstop("incidents", "show", incident.incident_id).stdout.split())
    assert "Lastgoodbert-0(1d00hbefore)Differenthyperparameterp0:0.1->xxx" in text
    assert text.count("x" * 160) == 8


def test_links_are_never_broken_over_lines(trainstop, cloud):
    cloud.keep(an_incident())
    lines = trainstop("incidents", "show", an_incident().incident_id).stdout.splitlines()
    assert [line.split(": ")[0] for line in lines if "https://" in line] == [
        "Job",
        "Root line's log",
        "Logs of all hosts",
    ]


def test_show_tells_what_rules_said_and_what_was_refused(trainstop, cloud):
    cloud.keep(a_stop(), a_refusal())
    stop = trainstop("incidents", "show", a_stop().incident_id).stdout
    refusal = trainstop("incidents", "show", a_refusal().incident_id).stdout
    assert "LossNotDecreasing: Issue at step 500" in stop
    assert "2026-01-15 12:00:05 UTC, 4.8 s later" in stop
    assert "ResourceLimitExceeded: The account-level service limit" in " ".join(refusal.split())
    assert "assumed-role/ml-engineer/alice" in refusal


def test_show_as_json_is_the_whole_incident(trainstop, cloud):
    cloud.keep(an_incident())
    shown = json.loads(trainstop("incidents", "show", an_incident().incident_id, "--json").stdout)
    assert type(an_incident()).model_validate(shown) == an_incident()


@pytest.mark.usefixtures("cloud")
def test_an_incident_that_is_not_there_is_a_negative_answer(trainstop):
    result = trainstop("incidents", "show", "0123456789abcdef0123")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "trainstop: there is no incident 0123456789abcdef0123\n"


@pytest.mark.parametrize("command", [["show", "ID"], ["list"], ["show", "ID", "--json"], ["list", "--json"]])
def test_text_of_a_job_can_neither_steer_the_terminal_nor_style_the_output(trainstop, cloud, command):
    incident = an_incident(
        job=a_job(failure_reason=HOSTILE, tags={HOSTILE: HOSTILE}, instances=HOSTILE, name="hostile" + HOSTILE),
        diagnosis=a_diagnosis(root_line=HOSTILE, title=HOSTILE, host=HOSTILE),
    )
    cloud.keep(incident)
    result = trainstop("incidents", *[incident.incident_id if word == "ID" else word for word in command])
    assert result.exit_code == 0
    assert not set(result.output) & {"\x1b", "\x07", "\u202e"}
    assert "[bold]loud" in "".join(result.output.split())


def test_a_drill_is_listed_and_shown_as_one(trainstop, cloud):
    drill = _failed("trainstop-drill-user-code-7f3a9c21", "2026-01-16 08:59:00").model_copy(update={"drill": True})
    cloud.keep(drill)
    assert "drill: user_code" in trainstop("incidents", "list").stdout
    shown = trainstop("incidents", "show", drill.incident_id).stdout
    assert shown.startswith("Drill        This is a drill: no job failed. What follows is made up.\n")
    assert "https://" not in shown
