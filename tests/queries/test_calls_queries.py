"""The queries on who did what to training jobs, beside what the incidents say."""

import random
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.queries.calls import ALICE, BOB, WATCH, a_call, a_quota, a_session, a_submission, refused
from tests.queries.lake import Lake
from tests.unit.records.made import ACCOUNT, REGION, a_job, a_stop, an_incident, at, job_arn
from trainstop.domain.category import Category
from trainstop.domain.decision import Action, Outcome, PlannedRetry
from trainstop.domain.finding import Trigger
from trainstop.domain.incident import OperatorFacts
from trainstop.domain.run import LastGood

CREATE, STOP, UPDATE = "CreateTrainingJob", "StopTrainingJob", "UpdateTrainingJob"
OTHER_ACCOUNT = "123456789012"
DEBUGGER = a_session("training", "SageMaker")
PRETENDER = a_session("ml-engineer", "trainstop-watch")
"""A person who gave their session the name of trainstop's function."""
DENIED = f"User: {BOB['arn']} is not authorized to perform: sagemaker:StopTrainingJob on resource: "


@pytest.fixture
def asked(tmp_path):
    """Ask a query of a lake of the given incidents and calls."""
    made = []

    def ask(name, incidents, calls, **values):
        made.append(Lake(tmp_path / str(len(made)), [*incidents, an_incident("none-of-these")], calls))
        return made[-1].run(name, **values)

    yield ask
    for lake in made:
        lake.close()


def picked(rows, *fields):
    return [tuple(row[field] for field in fields) for row in rows]


def test_refusals_by_a_quota_come_by_principal_quota_and_region(asked):
    eu = {"awsRegion": "eu-west-1"}
    calls = [
        a_quota("q1", ALICE, "2026-01-10T08:00:00Z", "ml.p3.2xlarge", 3, asked=4, in_use=3),
        a_quota("q2", ALICE, "2026-01-10T09:00:00Z", "ml.p3.2xlarge", 2, asked=1, in_use=2),
        a_quota("q2", ALICE, "2026-01-10T09:00:00Z", "ml.p3.2xlarge", 2, asked=1, in_use=2),
        a_quota("q3", ALICE, "2026-01-10T07:00:00Z", "ml.p3.2xlarge", 9, **eu),
        a_quota("q4", ALICE, "2026-01-11T07:00:00Z", "ml.g5.2xlarge", 1, asked=2, in_use=1),
        a_quota("q5", BOB, "2026-01-11T07:00:00Z", "ml.p3.2xlarge", 0, recipientAccountId=OTHER_ACCOUNT),
        refused(
            "q6", ALICE, "2026-01-12T07:00:00Z", "AccessDenied", "The account-level service limit 'x' is 0 Instances"
        ),
        a_quota("q7", ALICE, "2025-01-12T07:00:00Z", "ml.p3.2xlarge", 0),
    ]
    rows = asked("refused_by_quota_and_region", [], calls)
    p3, g5 = "ml.p3.2xlarge for training job usage", "ml.g5.2xlarge for training job usage"
    fields = ("who", "account", "region", "quota", "calls", "most_asked_for", "last_limit", "last_in_use")
    assert picked(rows, *fields) == [
        ("alice", ACCOUNT, REGION, p3, 2, 4, 2, 2),
        ("bob", OTHER_ACCOUNT, REGION, p3, 1, 1, 0, 0),
        ("alice", ACCOUNT, "eu-west-1", p3, 1, 1, 9, 0),
        ("alice", ACCOUNT, REGION, g5, 1, 2, 1, 1),
    ]
    assert (rows[0]["first_at"].hour, rows[0]["last_at"].hour) == (8, 9)


@pytest.mark.parametrize(
    ("message", "quota", "limit"),
    [
        ("account-level service limit for training-job/ml.p2.xlarge is 3 Instances", "training-job/ml.p2.xlarge", 3),
        ("account-level service limit 'Number of instances' is 0 Instances, with", "Number of instances", 0),
        ("Too many of something", "(not named)", None),
        (None, "(not named)", None),
    ],
)
def test_a_quotas_name_is_read_out_of_each_form_of_the_message(asked, message, quota, limit):
    call = refused("q1", BOB, "2026-01-20T00:00:00Z", "ResourceLimitExceededException", message)
    rows = asked("refused_by_quota_and_region", [], [call])
    assert picked(rows, "quota", "last_limit", "most_asked_for") == [(quota, limit, None)]


def _some_calls(dice):
    for number in range(200):
        when = datetime(2026, 1, 20) + timedelta(seconds=dice.randrange(11 * 86_400))  # noqa: DTZ001 - a text is made of it
        yield a_call(
            f"c{number}",
            dice.choice([CREATE, STOP, UPDATE, "DeleteTrainingJob", "DescribeTrainingJob"]),
            dice.choice([None, "bert-1", "bert-2", "gpt-1"]),
            dice.choice([ALICE, BOB, WATCH]),
            f"{when:%Y-%m-%dT%H:%M:%SZ}",
            awsRegion=dice.choice([REGION, "eu-west-1"]),
            **dice.choice([{}, {"errorCode": "AccessDenied"}]),
        )


def test_calls_are_counted_by_day_principal_and_kind(asked):
    calls = list(_some_calls(random.Random(7)))  # noqa: S311 - made data, not a secret
    groups = defaultdict(list)
    for call in calls:
        if call["eventName"] != "DescribeTrainingJob" and call["eventTime"][:10] >= "2026-01-24":
            groups[call["eventTime"][:10], call["userIdentity"]["arn"], call["eventName"]].append(call)
    expected = {
        key: (
            len(group),
            sum("errorCode" in call for call in group),
            len(
                {
                    (call["awsRegion"], call["requestParameters"]["trainingJobName"])
                    for call in group
                    if "errorCode" not in call and call["requestParameters"]
                }
            ),
            min(call["eventTime"] for call in group),
            max(call["eventTime"] for call in group),
        )
        for key, group in groups.items()
    }
    rows = asked("calls_on_jobs", [], [*calls, *calls[:50]])
    assert {
        (str(row["day"]), row["principal"], row["call"]): (
            *(row[field] for field in ("calls", "refused_calls", "jobs")),
            f"{row['first_at'].isoformat()}Z",
            f"{row['last_at'].isoformat()}Z",
        )
        for row in rows
    } == expected
    assert [str(row["day"]) for row in rows] == sorted((str(row["day"]) for row in rows), reverse=True)


def test_every_call_on_a_job_comes_in_time_order_however_it_names_the_job(asked):
    arn = job_arn("bert-12")
    calls = [
        a_call("e4", STOP, "Bert-12", WATCH, "2026-01-15T12:00:05Z"),
        a_call("e4", STOP, "Bert-12", WATCH, "2026-01-15T12:00:05Z"),
        a_submission("e1", "Bert-12", ALICE, "2026-01-15T11:00:00Z", image="train:2", role="training"),
        a_call("e2", "AddTags", None, BOB, "2026-01-15T11:10:00Z", requestParameters={"resourceArn": arn}),
        a_call(
            "e3",
            STOP,
            None,
            BOB,
            "2026-01-15T11:20:00Z",
            errorCode="AccessDenied",
            errorMessage=f"{DENIED}{arn} because",
        ),
        a_call("e5", UPDATE, "bert-12b", BOB, "2026-01-15T11:20:00Z"),
        a_call("e6", "AddTags", None, BOB, "2026-01-15T11:10:00Z", requestParameters={"resourceArn": f"{arn}3"}),
        a_call("e7", STOP, "Bert-12", BOB, "2025-12-15T11:20:00Z"),
    ]
    rows = asked("calls_on_job", [], calls, job="Bert-12")
    assert picked(rows, "call", "who", "error_code") == [
        (CREATE, "alice", None),
        ("AddTags", "bob", None),
        (STOP, "bob", "AccessDenied"),
        (STOP, "trainstop-watch", None),
    ]
    assert picked(rows[:1], "image", "job_role_arn", "instance_type", "instance_count") == [
        (
            f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/train:2",
            f"arn:aws:iam::{ACCOUNT}:role/training",
            "ml.g5.2xlarge",
            2,
        )
    ]
    assert rows[2]["error_message"].endswith("because")


def _stopped_by(name, command="stop", **changes):
    return an_incident(
        name,
        Trigger.JOB_STOPPED,
        operator=OperatorFacts(command=command, principal_arn=BOB["arn"], reason="no use"),
        outcome=Outcome(action=Action.STOPPED, acted_at=at("2026-01-15 11:59:59")),
        **changes,
    )


def test_stops_by_others_are_shown_with_the_incident_of_the_jobs_stop(asked):
    failed = an_incident("bert-9", occurred_at=at("2026-01-15 13:00:00"))
    by_command = _stopped_by("bert-9")
    calls = [
        a_call("s1", STOP, "bert-9", BOB, "2026-01-15T11:59:59Z"),
        a_call("s1", STOP, "bert-9", BOB, "2026-01-15T11:59:59Z"),
        a_call("s2", STOP, "bert-9", WATCH, "2026-01-15T11:58:00Z"),
        a_call("s3", STOP, "gpt-2", DEBUGGER, "2026-01-14T08:30:00Z"),
        a_call("s4", STOP, "gpt-2", PRETENDER, "2026-01-14T08:00:00Z"),
        a_call(
            "s5",
            STOP,
            None,
            BOB,
            "2026-01-13T08:00:00Z",
            errorCode="AccessDenied",
            errorMessage=DENIED + job_arn("gpt-2"),
        ),
        a_call("s6", STOP, "bert-9", BOB, "2026-01-12T08:00:00Z", awsRegion="eu-west-1"),
        a_call("s7", CREATE, "bert-9", BOB, "2026-01-12T08:00:00Z"),
    ]
    rows = asked("stop_calls_by_others", [failed, by_command], calls)
    assert picked(rows, "job_name", "who", "error_code", "trigger", "command", "reason", "seconds_to_incident") == [
        ("bert-9", "bob", None, "job_stopped", "stop", "no use", 1.5),
        ("gpt-2", "SageMaker", None, None, None, None, None),
        ("gpt-2", "trainstop-watch", None, None, None, None, None),
        ("gpt-2", "bob", "AccessDenied", None, None, None, None),
        ("bert-9", "bob", None, None, None, None, None),
    ]
    assert rows[0]["incident_id"] == by_command.incident_id


def test_a_stop_call_meets_the_latest_incident_where_none_is_of_the_stop(asked):
    older, latest = a_stop("bert-9"), an_incident("bert-9", occurred_at=at("2026-01-15 13:00:00"))
    (row,) = asked("stop_calls_by_others", [latest, older], [a_call("s1", STOP, "bert-9", BOB, "2026-01-15T11:59:59Z")])
    assert (row["incident_id"], row["trigger"]) == (latest.incident_id, "job_failed")


def _retried(name):
    planned = PlannedRetry(training_job_name=f"{name}-retry-1", attempt=1, due_at=at("2026-01-15 12:05:00"))
    failed = an_incident(name, outcome=Outcome(action=Action.NONE, retry=planned))
    return failed.model_copy(update={"decision": failed.decision.model_copy(update={"resubmit_rule": "once"})})


AUDITED = [
    a_stop("resnet-7"),
    a_stop(
        "resnet-7",
        "Overfit",
        outcome=Outcome(action=Action.ALREADY_STOPPED, acted_at=at("2026-01-15 12:00:09")),
    ),
    a_stop("unseen-1"),
    a_stop("held-1", outcome=Outcome(action=Action.STOP_HELD)),
    a_stop("ended-1", outcome=Outcome(action=Action.ALREADY_STOPPED)),
    _stopped_by("bert-9"),
    _retried("t5-1"),
    _retried("t5-2"),
]
CALLS = [
    a_call("a1", STOP, "resnet-7", WATCH, "2026-01-15T12:00:05Z"),
    a_call("a2", STOP, "resnet-7", WATCH, "2026-01-15T12:00:09Z", errorCode="ValidationException"),
    a_call("a2", STOP, "resnet-7", WATCH, "2026-01-15T12:00:09Z", errorCode="ValidationException"),
    a_call("a3", CREATE, "t5-1-retry-1", WATCH, "2026-01-15T12:05:00Z"),
    a_call("a4", STOP, "gpt-2", WATCH, "2026-01-14T08:00:00Z"),
    a_call("a5", STOP, "unseen-1", WATCH, "2026-01-14T07:00:00Z", awsRegion="eu-west-1"),
    a_call("a6", STOP, "bert-9", BOB, "2026-01-15T11:59:59Z"),
    a_call("a7", STOP, "gpt-3", PRETENDER, "2026-01-14T08:00:00Z"),
]


def test_the_audit_lays_each_call_of_trainstop_beside_the_incident_that_says_why(asked):
    rows = asked("trainstop_audit", AUDITED, CALLS)
    assert picked(rows, "verdict", "call", "job_name", "calls", "refused_calls", "action", "rule") == [
        ("call without incident", STOP, "gpt-2", 1, 0, None, None),
        ("call without incident", STOP, "unseen-1", 1, 0, None, None),
        ("incident without call", STOP, "unseen-1", None, None, "stopped", "debugger-rules"),
        ("incident without call", CREATE, "t5-2-retry-1", None, None, "retry_planned", "once"),
        ("explained", CREATE, "t5-1-retry-1", 1, 0, "retry_planned", "once"),
        ("explained", STOP, "resnet-7", 2, 1, "stopped", "debugger-rules"),
    ]
    assert picked(rows[-1:], "incidents", "incident_id", "region") == [(2, AUDITED[0].incident_id, REGION)]


def _failed(name, last_good, **changes):
    good = LastGood(training_job_name=last_good, ended_at=at("2026-01-10 12:00:00"))
    return an_incident(name, last_good=good, job=a_job(name, cost_usd=Decimal("41.20")), **changes)


def test_failures_after_a_change_name_who_changed_what(asked):
    incidents = [_failed(name, f"{name}-good") for name in ("image-1", "role-1", "both-1", "same-1", "unseen-1")]
    calls = [
        a_submission("g1", "image-1-good", BOB, "2026-01-10T09:00:00Z", image="train:1", role="old"),
        a_submission("f1", "image-1", ALICE, "2026-01-15T09:00:00Z", image="train:2", role="old"),
        a_submission("f1", "image-1", ALICE, "2026-01-15T09:00:00Z", image="train:2", role="old"),
        a_submission("g2", "role-1-good", BOB, "2026-01-10T09:00:00Z", image="train:1", role="old"),
        a_submission("f2", "role-1", BOB, "2026-01-15T09:00:00Z", image="train:1", role="new"),
        a_submission("g3", "both-1-good", BOB, "2026-01-10T09:00:00Z", image="train:1", role="old"),
        a_submission("f3", "both-1", WATCH, "2026-01-15T09:00:00Z", image="train:2", role="new"),
        a_submission("g4", "same-1-good", BOB, "2026-01-10T09:00:00Z", image="train:1", role="old"),
        a_submission("f4", "same-1", ALICE, "2026-01-15T09:00:00Z", image="train:1", role="old"),
        a_submission("f5", "unseen-1", ALICE, "2026-01-15T09:00:00Z", image="train:2", role="old"),
        a_submission("f6", "role-1", ALICE, "2026-01-15T08:00:00Z", image="train:9", role="old")
        | {"errorCode": "AccessDenied"},
        a_submission("f7", "role-1", ALICE, "2026-01-15T08:00:00Z", image="train:9", role="old")
        | {"awsRegion": "eu-west-1"},
    ]
    rows = asked("failed_after_change", incidents, calls)
    found = {row["job_name"]: (row["changed"], row["who"], row["last_good_who"]) for row in rows}
    assert len(rows) == len(found)
    assert found == {
        "image-1": ("image", "alice", "bob"),
        "role-1": ("role", "bob", "bob"),
        "both-1": ("image and role", "trainstop-watch", "bob"),
    }
    (image,) = (row for row in rows if row["job_name"] == "image-1")
    assert [
        image[field].rpartition("/")[2] for field in ("old_image", "new_image", "old_role_arn", "new_role_arn")
    ] == [
        "train:1",
        "train:2",
        "old",
        "old",
    ]
    assert (image["last_good_job_name"], image["cost_usd"]) == ("image-1-good", 41.2)
    assert image["category"] == Category.GPU_OUT_OF_MEMORY


def test_an_older_good_run_needs_a_longer_span(asked):
    calls = [
        a_submission("g1", "old-1-good", BOB, "2025-09-10T09:00:00Z", image="train:1", role="old"),
        a_submission("f1", "old-1", ALICE, "2026-01-15T09:00:00Z", image="train:2", role="old"),
    ]
    incidents = [_failed("old-1", "old-1-good")]
    assert asked("failed_after_change", incidents, calls) == []
    assert len(asked("failed_after_change", incidents, calls, since="2025-09-01")) == 1
