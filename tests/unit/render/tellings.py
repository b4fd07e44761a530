"""What is told of groups, of days and weeks, and of alerts that waited."""

from datetime import UTC, date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from tests.unit.render.samples import a_diagnosis, a_job, an_incident, at
from tests.unit.telling import PIPELINE, TUNING
from trainstop.domain.category import Category
from trainstop.domain.decision import Action, AlertOrder, Audience, Channel, Delivery, Outcome, Severity
from trainstop.domain.digest import Period, digest_of
from trainstop.domain.finding import Trigger
from trainstop.domain.group import Group, Past, Telling, group_key, joined
from trainstop.domain.held import Box, BoxKey, HeldAlert, Waiting
from trainstop.domain.stored_report import StoredReport
from trainstop.render import AlertMessage, render_box, render_digest, render_telling

OPENED = at("02:10:04")
BERLIN = ZoneInfo("Europe/Berlin")


def member(number, category=Category.GPU_OUT_OF_MEMORY, title="GPU ran out of memory", **changes):
    """One of many incidents that began at ten past two."""
    facts = {
        "trigger": Trigger.JOB_FAILED,
        "diagnosis": a_diagnosis(
            category,
            title=title,
            fingerprint="1234567890abcdef",
            root_line="torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.",
        ),
        "job": a_job(
            f"bert-finetune-2026-09-14-02-{number:02}-00-512",
            cost_usd=None if number % 9 == 8 else Decimal("3.04"),
            tags={"owner": "alice", "Team": "vision"},
        ),
    }
    made = an_incident(incident_id=f"{number:020}", occurred_at=OPENED + timedelta(minutes=number), **facts | changes)
    order = AlertOrder(
        severity=Severity.HIGH,
        audience=(Audience.PLATFORM,),
        channels=(Channel.EMAIL, Channel.CHAT, Channel.JSON),
        delivery=Delivery(group_window_seconds=900),
    )
    return made.model_copy(update={"decision": made.decision.model_copy(update={"alert": order})})


def group_of(members, audience=Audience.PLATFORM, past=None) -> Group:
    """The members' group, a minute apart."""
    group = None
    for number, each in enumerate(members):
        group = joined(
            group,
            each,
            group_key(each, audience),
            now=OPENED + timedelta(minutes=number, seconds=3),
            window_seconds=900,
            past=past or Past(),
        )
    return group.model_copy(
        update={"thread": "[trainstop] GPU ran out of memory: bert-finetune-2026-09-14-02-00-00-512"}
    )


def telling(members, told, audience=Audience.PLATFORM, past=None, zone=UTC) -> AlertMessage:
    """What is told of a group of these members, with the newest for its face, or at first the first."""
    face = members[0] if told is Telling.FIRST else members[-1]
    return render_telling(face, group_of(members, audience, past), told, zone)


def seen_before() -> AlertMessage:
    past = Past(
        times=14,
        first_seen_at=at("2026-08-01 09:00:00"),
        last_seen_at=at("2026-09-12 22:41:00"),
        last_job="bert-finetune-2026-09-12-20-00-00-044",
        resolution="a smaller batch for the 512-token runs, see the run book",
    )
    return telling([member(0)], Telling.FIRST, past=past)


def of_a_tuning_job() -> AlertMessage:
    faults = ["GPU ran out of memory", "GPU ran out of memory", "A key is missing in the data"]
    members = [
        member(number, title=title, job=a_job(f"hpo-7-{number:03}-9c1e2f3a", tuning_job_arn=TUNING))
        for number, title in enumerate(faults)
    ]
    return telling(members, Telling.ESCALATION)


def of_a_pipeline() -> AlertMessage:
    members = [member(number, job=a_job(f"pipelines-e7-train-{number}", tags=PIPELINE)) for number in range(3)]
    return telling(members, Telling.ENDED)


def no_capacity() -> AlertMessage:
    diagnosis = a_diagnosis(
        Category.CAPACITY, title="No capacity for the instance type", fingerprint="c" * 16, root_line="CapacityError"
    )
    job = {
        "instance_type": "ml.p4d.24xlarge",
        "instances": "2 x ml.p4d.24xlarge",
        "cost_usd": Decimal(0),
        "started_at": None,
    }
    members = [member(number, diagnosis=diagnosis, job=a_job(f"pretrain-{number}", **job)) for number in range(12)]
    return telling(members, Telling.ESCALATION)


def stopped_by_one_rule() -> AlertMessage:
    outcomes = [Action.STOPPED, Action.STOPPED, Action.STOP_HELD]
    members = [
        member(
            number,
            trigger=Trigger.DEBUGGER_RULE,
            subject="Overfit",
            outcome=Outcome(action=action, acted_at=OPENED if action is Action.STOPPED else None),
        )
        for number, action in enumerate(outcomes)
    ]
    return telling(members, Telling.ENDED, Audience.OWNER)


def a_week():
    """Incidents of several kinds, as a digest counts them."""
    kinds = [
        {},
        {
            "outcome": Outcome(action=Action.STOPPED, acted_at=OPENED),
            "trigger": Trigger.DEBUGGER_RULE,
            "subject": "Overfit",
        },
        {"trigger": Trigger.REFUSED_SUBMISSION, "job": a_job("refused-1", arn=None, cost_usd=None)},
    ]
    made = [member(number, told_at=OPENED, **kinds[number % 3]) for number in range(30)]
    retried = member(90, trigger=Trigger.RETRY_COMPLETED)
    return [*made, retried, member(91, drill=True)]


def a_stored_report(**facts) -> StoredReport:
    """The report of the week before 2026-09-21."""
    stored = {
        "bucket": "trainstop-archivebucket-1a2b3c4d5e6f",
        "key": "reports/2026-09-14_2026-09-20.html",
        "region": "us-east-1",
        "first_day": date(2026, 9, 14),
        "last_day": date(2026, 9, 20),
        "made_at": at("2026-09-21 05:00:09"),
        "incidents": 34,
        "cost_usd": Decimal("71.20"),
    }
    return StoredReport.model_validate(stored | facts)


def waited() -> AlertMessage:
    key = BoxKey(
        audience=Audience.OWNER,
        name="alice",
        waiting=Waiting.QUIET_HOURS,
        channels=(Channel.EMAIL,),
        release_at=at("07:00:00"),
    )
    alerts = tuple(
        HeldAlert(
            incident_id=f"{number:020}",
            text=f"[trainstop] GPU ran out of memory: bert-finetune-2026-09-14-02-{number:02}-00-512",
            severity=Severity.HIGH if number % 4 else Severity.WARNING,
            occurred_at=OPENED + timedelta(minutes=number),
        )
        for number in range(40)
    )
    return render_box(Box(key=key, alerts=alerts, count=57))


TELLINGS = {
    "group_seen_before": seen_before,
    "group_new_fault": lambda: telling([member(0)], Telling.FIRST),
    "group_told_late": lambda: telling([member(number) for number in range(4)], Telling.FIRST),
    "group_escalation": lambda: telling([member(number) for number in range(37)], Telling.ESCALATION),
    "group_ended": lambda: telling([member(number) for number in range(37)], Telling.ENDED),
    "group_of_an_owner": lambda: telling([member(number) for number in range(12)], Telling.ESCALATION, Audience.OWNER),
    "group_of_a_tuning_job": of_a_tuning_job,
    "group_of_a_pipeline_ended": of_a_pipeline,
    "group_no_capacity": no_capacity,
    "group_stopped_by_one_rule": stopped_by_one_rule,
    "group_ended_read_in_berlin": lambda: telling([member(number) for number in range(3)], Telling.ENDED, zone=BERLIN),
    "digest_of_a_day_read_in_berlin": lambda: render_digest(
        digest_of(a_week(), Period.DAILY, at("2026-09-15 07:00:00")), BERLIN
    ),
    "digest_of_a_day": lambda: render_digest(digest_of(a_week(), Period.DAILY, at("2026-09-15 07:00:00"))),
    "digest_of_a_teams_week": lambda: render_digest(
        digest_of(a_week(), Period.WEEKLY, at("2026-09-21 07:00:00"), name="vision")
    ),
    "digest_of_a_teams_week_with_a_report": lambda: render_digest(
        digest_of(a_week(), Period.WEEKLY, at("2026-09-21 07:00:00"), name="vision", report=a_stored_report())
    ),
    "digest_of_a_week_with_a_report": lambda: render_digest(
        digest_of(a_week(), Period.WEEKLY, at("2026-09-21 07:00:00"), report=a_stored_report())
    ),
    "digest_of_a_week_without_a_console": lambda: render_digest(
        digest_of(
            a_week(),
            Period.WEEKLY,
            at("2026-09-21 07:00:00"),
            report=a_stored_report(region="us-iso-east-1"),
        )
    ),
    "held_in_quiet_hours": waited,
}
"""By the stem of the golden file."""
