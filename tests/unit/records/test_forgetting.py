"""What stays of an item of the incidents table when a job is forgotten."""

import json
from decimal import Decimal

import pytest

from tests.unit.records.made import a_diagnosis, a_job, an_incident, at, job_arn
from trainstop.domain.decision import Action, OtherStop, Outcome, PlannedRetry
from trainstop.domain.handling import Resolution
from trainstop.domain.held import HeldAlert
from trainstop.domain.incident import OperatorFacts, RetryFacts
from trainstop.domain.run import LastGood, Run
from trainstop.policy.silences import Silence
from trainstop.policy.when import When
from trainstop.records.forgetting import forgotten
from trainstop.records.item import from_item, incident_key, to_item
from trainstop.records.naming import names, unnamed

JOB, LONGER = "bert-1", "bert-1-retry-1"
NOW = at("2026-01-15 12:00:00")


def item(pk, **values):
    return {"pk": {"S": pk}} | {name: {"S": value} for name, value in values.items()}


def plan(name, root, predecessor):
    return json.dumps({"training_job_name": name, "root": root, "predecessor": predecessor, "thread": ""})


def group(*jobs, **facts):
    return json.dumps({"members": [{"training_job_name": job} for job in jobs], "count": 2} | facts)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (JOB, True),
        ("bert-1 failed", True),
        ("2 jobs: (bert-1, bert-2)", True),
        (job_arn(JOB), True),
        ("bert-1/algo-1-1768478400", True),
        ("bert-1 and bert-1", True),
        ("bert-10", False),
        ("bert-1-retry-1", False),
        ("my-bert-1", False),
        ("Bert-1", False),
        ("", False),
    ],
)
def test_a_text_names_a_job_by_its_whole_name(text, named):
    assert names(text, JOB) is named
    assert names(unnamed(text, JOB), JOB) is False
    assert (unnamed(text, JOB) != text) is named


@pytest.mark.parametrize(
    ("saying", "made", "of_longer"),
    [
        ("its incident", to_item(an_incident(JOB)), to_item(an_incident(LONGER))),
        ("who started it", item(f"creator#{job_arn(JOB)}".lower()), item(f"creator#{job_arn(LONGER)}".lower())),
        (
            "the last good run of its family",
            item("family#1", run=Run(training_job_name=JOB, ended_at=NOW).model_dump_json()),
            item("family#2", run=Run(training_job_name=LONGER, ended_at=NOW).model_dump_json()),
        ),
        (
            "its own plan as a retry",
            item(f"retry#{JOB}", plan=plan(JOB, "a", "a")),
            item("retry#x", plan=plan("x", "a", "a")),
        ),
        (
            "a retry of it",
            item(f"retry#{LONGER}", plan=plan(LONGER, JOB, JOB)),
            item("retry#y", plan=plan("y", LONGER, "y")),
        ),
        ("a group that lists it", item("group#1", group=group("x", JOB)), item("group#2", group=group("x", LONGER))),
        (
            "a group of a fault that it had",
            item("group#1", group=group("x", past={"last_job": JOB})),
            item("group#2", group=group("x", past={"last_job": LONGER})),
        ),
        (
            "a group that was told by its name",
            item("group#1", group=group("x", thread=f"{JOB} failed")),
            item("group#2", group=group("x", thread=f"{LONGER} failed")),
        ),
    ],
)
def test_what_is_about_the_job_goes_and_what_is_about_one_whose_name_begins_so_stays(saying, made, of_longer):
    assert forgotten(made, JOB, set()) is None, saying
    assert forgotten(of_longer, JOB, set()) == of_longer, saying


def test_another_jobs_incident_keeps_all_but_the_name():
    others = an_incident(
        LONGER,
        diagnosis=a_diagnosis(stream=f"{LONGER}/algo-1-1768478400"),
        retry=RetryFacts(attempt=1, root=JOB, thread=f"{JOB} failed: CUDA out of memory", cost_usd=Decimal(3)),
        last_good=LastGood(training_job_name=JOB, ended_at=NOW),
        outcome=Outcome(
            action=Action.NONE,
            others=(OtherStop(training_job_name=JOB, action=Action.STOPPED),),
            retry=PlannedRetry(training_job_name="bert-2", attempt=2, due_at=NOW),
        ),
    )
    kept = forgotten(to_item(others), JOB, set())
    assert kept is not None
    read = from_item(kept)
    assert not names(json.dumps(read.model_dump(mode="json")), JOB)
    assert read.retry.thread == "forgotten-job failed: CUDA out of memory"
    assert (read.last_good.training_job_name, read.outcome.retry) == ("forgotten-job", others.outcome.retry)
    assert read.model_dump(exclude={"retry", "last_good", "outcome"}) == others.model_dump(
        exclude={"retry", "last_good", "outcome"}
    )


def test_a_jobs_name_that_is_also_a_word_of_records_changes_no_other_field():
    made = an_incident("bert-2", job=a_job("bert-2", tags={"origin": "event"}))
    for word in ("event", "job_failed", "high", "email", "alice"):
        assert forgotten(to_item(made), word, set()) == to_item(made)


def test_a_persons_order_on_no_job_loses_the_name_in_its_words():
    made = an_incident(
        "", operator=OperatorFacts(command="add-silence", principal_arn="p", reason="r", details=f"job {JOB}")
    )
    assert from_item(forgotten(to_item(made), JOB, set())).operator.details == "job forgotten-job"


def box(*alerts, count):
    held = [
        {"S": HeldAlert(incident_id=identity, text=text, severity="high", occurred_at=NOW).model_dump_json()}
        for identity, text in alerts
    ]
    return item("held#1") | {"alerts": {"L": held}, "count": {"N": str(count)}, "due_at": {"S": "x"}}


def test_a_box_keeps_the_alerts_of_others():
    full = box(("1", f"{JOB} failed"), ("2", "7 jobs failed"), ("3", f"{LONGER} failed"), count=5)
    kept = forgotten(full, JOB, {"2"})
    assert kept["alerts"] == {"L": full["alerts"]["L"][2:]}
    assert (kept["count"], kept["due_at"]) == ({"N": "3"}, {"S": "x"})
    assert forgotten(box(("1", f"{JOB} failed"), count=1), JOB, set()) is None


def test_a_fault_forgets_its_last_job_and_keeps_what_else_is_known():
    words = Resolution(text=f"as {JOB}: smaller batches", by="p", at=NOW, incident_id="1")
    fault = item("fault#1", last_job=JOB, resolution=words.model_dump_json()) | {"times": {"N": "3"}}
    kept = forgotten(fault, JOB, set())
    assert (set(kept), kept["times"]) == ({"pk", "resolution", "times"}, {"N": "3"})
    assert Resolution.model_validate_json(kept["resolution"]["S"]).text == "as forgotten-job: smaller batches"
    assert forgotten(item("fault#1", last_job=LONGER), JOB, set()) == item("fault#1", last_job=LONGER)


def test_silences_lose_the_name_and_get_a_version():
    silence = Silence(
        silence_id="s-1",
        when=When(job=(JOB, "bert-*", LONGER)),
        starts_at=NOW,
        until=at("2026-01-15 14:00:00"),
        author="p",
        reason=f"{JOB} is known",
        created_at=NOW,
    )
    text = json.dumps([silence.model_dump(mode="json", by_alias=True, exclude_defaults=True)])
    kept = forgotten(item("silences", silences=text) | {"version": {"N": "4"}}, JOB, set())
    (read,) = [Silence.model_validate(each) for each in json.loads(kept["silences"]["S"])]
    assert (read.when.job, read.reason) == (("forgotten-job", "bert-*", LONGER), "forgotten-job is known")
    assert kept["version"] == {"N": "5"}


@pytest.mark.parametrize(
    "other",
    [
        {"pk": {"S": "sweep#state"}, "swept_until": {"S": JOB}},
        {"pk": {"S": "lease#compaction"}, "holder": {"S": "x"}},
        {"pk": {"S": "breaker#alice"}, "owner": {"S": "alice"}},
        incident_key("1") | {"state": {"S": "acting"}},
        {"pk": {"S": "silences"}, "silences": {"S": "[]"}, "version": {"N": "1"}},
    ],
)
def test_what_tells_nothing_of_jobs_stays(other):
    assert forgotten(other, JOB, {"1"}) == other
