"""``trainstop silence``."""

import json
import re
from datetime import timedelta

import pytest

from tests.unit.records.made import a_diagnosis, an_incident, at
from trainstop.adapters.incident_index import IncidentIndex
from trainstop.cli import silence as command
from trainstop.cli.exits import CliError
from trainstop.cli.windows import moment, span, weekly
from trainstop.domain.category import Category
from trainstop.domain.decision import Severity
from trainstop.policy.silences import weekly_words

NOW = at("2026-01-16 09:00:00")


class Clock:
    """The time of the commands, which a test may put forward."""

    now = NOW

    def __call__(self):
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(command, "now_utc", made)
    return made


def failed(name, category=Category.CAPACITY, **changes):
    return an_incident(name, occurred_at=NOW - timedelta(days=1), diagnosis=a_diagnosis(category), **changes)


LATELY = [
    failed("demo-1"),
    failed("demo-2"),
    failed("demo-3", Category.USER_CODE),
    failed("prod-1"),
    failed("demo-4", severity=Severity.CRITICAL),
]
ADD = ("silence", "add", "--reason", "the reservation is late")
DEMO = ("--job", "demo-*", "--category", "capacity")


def recorded(cloud):
    index = IncidentIndex(cloud.clients["dynamodb"], cloud.table)
    listing = index.since(NOW - timedelta(hours=1), NOW + timedelta(hours=9), 10)
    return [each for each in listing.incidents if each.operator]


def test_a_silence_says_what_it_matches_and_what_it_would_have_silenced(trainstop, cloud):
    cloud.keep(*LATELY)
    result = trainstop(*ADD, *DEMO, "--for", "2h")
    assert result.exit_code == 0, result.output
    assert result.stdout == "s-1 silences category capacity, job demo-* until 2026-01-16 11:00 UTC (2 h 00 min)\n"
    assert result.stderr == "It would have silenced 2 of the 5 alerts of the last 7 days: demo-1, demo-2\n"


def test_it_is_on_the_record_with_who_and_why(trainstop, cloud):
    trainstop(*ADD, *DEMO, "--for", "2h")
    (incident,) = recorded(cloud)
    assert incident.operator.command == "add-silence"
    assert incident.operator.principal_arn.startswith("arn:aws:sts::123456789012:")
    assert incident.operator.reason == "the reservation is late"
    assert "category capacity, job demo-*" in incident.operator.details


def test_critical_alerts_are_silenced_only_where_that_is_said(trainstop, cloud):
    cloud.keep(*LATELY)
    result = trainstop(*ADD, *DEMO, "--for", "2h", "--including-critical")
    assert "critical alerts included" in result.stdout
    assert "silenced 3 of the 5 alerts" in result.stderr


def test_a_trial_sets_nothing(trainstop, cloud):
    cloud.keep(*LATELY)
    result = trainstop(*ADD, *DEMO, "--for", "2h", "--dry-run")
    assert result.stdout.startswith("not set: silence silences category capacity, job demo-* until")
    assert "silenced 2 of the 5" in result.stderr
    assert trainstop("silence", "list").stderr == "Nothing is silenced.\n"
    assert recorded(cloud) == []


@pytest.mark.parametrize("matcher", [[], ["--job", "*"]])
def test_what_matches_everything_needs_all(trainstop, cloud, matcher):
    refused = trainstop(*ADD, *matcher, "--for", "2h")
    assert refused.exit_code == 2
    assert refused.stderr == "trainstop: that would silence every alert: name what is meant, or give --all\n"
    assert recorded(cloud) == []
    assert trainstop(*ADD, *matcher, "--for", "2h", "--all").exit_code == 0


def test_what_would_have_silenced_every_alert_is_warned_of(trainstop, cloud):
    cloud.keep(*(failed(f"demo-{number}") for number in range(10)))
    assert "WARNING: that is every alert there was." in trainstop(*ADD, "--job", "demo-*", "--for", "2h").stderr


@pytest.mark.usefixtures("cloud")
def test_maintenance_begins_later_and_comes_back_every_week(trainstop):
    times = ("--from", "2026-01-17T00:00", "--until", "2026-03-01", "--zone", "Europe/Berlin")
    result = trainstop(*ADD, "--pipeline", "nightly-*", *times, "--weekly", "sat,sun 22:00-06:00", "--json")
    silence = json.loads(result.stdout)
    assert (silence["kind"], silence["state"], silence["silence_id"]) == ("maintenance", "waiting", "s-1")
    assert (silence["starts_at"], silence["until"]) == ("2026-01-16T23:00:00Z", "2026-02-28T23:00:00Z")
    assert silence["weekly"] == {"days": ["sat", "sun"], "from": 1320, "until": 360, "zone": "Europe/Berlin"}
    assert silence["when"]["pipeline"] == ["nightly-*"]


@pytest.mark.usefixtures("cloud")
def test_every_matcher_of_the_command_reaches_the_silence(trainstop):
    options = {
        "job": "j-*",
        "rule": "Overfit",
        "role": "training",
        "instance-type": "ml.p5*",
        "tuning-job": "hpo-*",
        "pipeline": "p-*",
        "category": "quota",
        "trigger": "alarm",
    }
    given = [word for name, value in options.items() for word in (f"--{name}", value, f"--{name}", value)]
    result = trainstop(*ADD, *given, "--tag", "team=nlp", "--tag", "stage=dev*", "--for", "1d", "--json")
    when = json.loads(result.stdout)["when"]
    assert when.pop("tags") == {"team": "nlp", "stage": "dev*"}
    assert when == {name.replace("-", "_"): [value, value] for name, value in options.items()}


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "say how long: --for 2h, or --until"),
        (["--for", "2h", "--until", "2026-01-17"], "say how long"),
        (["--for", "two hours"], "--for 'two hours' is not right: give 90m, 2h or 7d"),
        (["--for", "91d"], "lasts 90 days at most"),
        (["--for", "0h"], "ends after it begins"),
        (["--until", "2026-01-16T08:00"], "not in the past"),
        (["--until", "soon"], "--until 'soon' is not right"),
        (["--for", "2h", "--from", "2026-06-01"], "begins within 90 days"),
        (["--for", "2h", "--from", "2026-01-17", "--zone", "Berlin"], "--zone 'Berlin' is not right"),
        (["--for", "2h", "--weekly", "sat 22:00-06:00", "--zone", "Berlin"], "no time zone 'Berlin'"),
        (["--for", "2h", "--weekly", "someday 22:00-06:00"], "--weekly 'someday 22:00-06:00' is not right"),
        (["--for", "2h", "--weekly", "22:00-22:00"], "from and until are the same time"),
        (["--for", "2h", "--tag", "team"], "--tag takes KEY=GLOB"),
        (["--for", "2h", "--trigger", "failed"], "trigger: Input should be 'job_failed'"),
        (["--for", "2h", "--reason", " "], "reason: String should have at least 1 character"),
    ],
)
def test_what_cannot_be_right_is_wrong_usage(trainstop, options, said):
    result = trainstop(*ADD, *DEMO, *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_silences_are_listed_and_ended(trainstop, cloud, clock):
    trainstop(*ADD, *DEMO, "--for", "2h")
    trainstop(*ADD, "--rule", "Overfit", "--for", "1d", "--weekly", "mon-fri 22:00-06:00", "--zone", "Europe/Berlin")
    lines = trainstop("silence", "list").stdout.splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [["s-2", "waiting"], ["s-1", "active"]]
    ended = trainstop("silence", "end", "s-1", "--reason", "capacity is back")
    assert ended.stdout == "s-1 is over: category capacity, job demo-* is told again\n"
    assert {each.operator.command for each in recorded(cloud)} == {"add-silence", "end-silence"}
    clock.now = NOW + timedelta(hours=1)
    assert [each["silence_id"] for each in json.loads(trainstop("silence", "list", "--json").stdout)] == ["s-2"]
    shown = trainstop("silence", "list", "--all").stdout
    assert re.search(r's-1 +over +01-16 09:00 .*ended by .*: "capacity is back"', shown)


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize("silence_id", ["s-9", "\x1b[31m"])
def test_a_silence_that_is_not_there_cannot_be_ended(trainstop, silence_id):
    result = trainstop("silence", "end", silence_id, "--reason", "x")
    assert result.exit_code == 1
    assert "could be ended" in result.stderr
    assert "\x1b" not in result.stderr


@pytest.mark.usefixtures("cloud")
def test_a_list_in_80_columns_is_a_table(trainstop, monkeypatch):
    trainstop(*ADD, "--for", "9d", "--job", "llama-*", "--tag", "team=nlp", "--including-critical")
    trainstop(*ADD, "--rule", "Overfit", "--for", "1d", "--weekly", "mon-fri 22:00-06:00", "--zone", "Europe/Berlin")
    monkeypatch.setenv("COLUMNS", "80")
    lines = trainstop("silence", "list").stdout.splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert lines[0].split() == ["id", "state", "until", "(UTC)", "by", "what"]
    text = " ".join(" ".join(lines).split())
    assert "rule Overfit; only" in text
    assert "critical too" in text


def test_secrets_and_controls_do_not_reach_what_is_kept(trainstop, cloud):
    reason = "\x1b[31mkey AKIAIOSFODNN7EXAMPLE\u202e"
    trainstop("silence", "add", *DEMO, "--for", "2h", "--reason", reason)
    kept = cloud.clients["dynamodb"].get_item(TableName=cloud.table, Key={"pk": {"S": "silences"}})["Item"]
    stored = json.dumps(kept) + "".join(each.model_dump_json() for each in recorded(cloud))
    assert "AKIAIOSFODNN7EXAMPLE" not in stored
    assert "[removed: aws access key]" in stored
    assert not {"\\u001b", "\\u202e"} & set(re.findall(r"\\u[0-9a-f]{4}", stored))


def test_silences_of_an_unknown_form_are_trouble_and_change_nothing(trainstop, cloud):
    item = {"pk": {"S": "silences"}, "version": {"N": "3"}, "silences": {"S": '[{"mute": "all"}]'}}
    cloud.clients["dynamodb"].put_item(TableName=cloud.table, Item=item)
    for words in (("list",), ("end", "s-1", "--reason", "x"), ("add", *DEMO, "--for", "2h", "--reason", "x")):
        result = trainstop("silence", *words)
        assert (result.exit_code, "ValidationError" in result.stderr) == (3, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sat,sun 22:00-06:00", "sat,sun 22:00-06:00 UTC"),
        ("Mon-Wed 9:00-10:30", "mon-wed 09:00-10:30 UTC"),
        ("fri-mon,wed 00:00-24:00", "mon,wed,fri-sun 00:00-24:00 UTC"),
        ("22:00-06:00", "every day 22:00-06:00 UTC"),
    ],
)
def test_weekly_windows_are_read(text, words):
    assert weekly_words(weekly(text, "UTC")) == words


@pytest.mark.parametrize("text", ["", "sat", "sat 22-6", "sat 25:00-26:00", "sat-x 22:00-06:00", ", 22:00-06:00"])
def test_what_is_no_weekly_window_is_refused(text):
    with pytest.raises(CliError):
        weekly(text, "UTC")


def test_spans_and_moments_are_read():
    assert [span(text) for text in ("90m", "2h", "7d")] == [
        timedelta(minutes=90),
        timedelta(hours=2),
        timedelta(days=7),
    ]
    assert moment("--until", "2026-11-22T06:00+01:00", "UTC") == at("2026-11-22 05:00:00")
    assert moment("--until", "2026-07-01 08:00", "Europe/Berlin") == at("2026-07-01 06:00:00")
