"""What watch counts of an incident, and notify of an alert that waits."""

from decimal import Decimal

import pytest

from tests.unit.app.test_notify import PLATFORM
from tests.unit.records.made import a_job, a_refusal, a_stop, an_incident
from tests.unit.render.samples import at
from tests.unit.telling import incident, ordered, world
from trainstop.app.measures import measures_of
from trainstop.app.notify import notify
from trainstop.app.telemetry import emit
from trainstop.domain.decision import Action, Delivery, Outcome
from trainstop.domain.finding import Trigger
from trainstop.domain.measure import COUNT, NO_UNIT, Measure
from trainstop.domain.signal import Origin

LOST = Measure("MoneyLostUsd", NO_UNIT, 2.78)


@pytest.mark.parametrize(
    ("saying", "made", "lost"),
    [
        ("a failed job", an_incident(), [LOST]),
        ("a job that met its time limit", an_incident(trigger=Trigger.RUNTIME_LIMIT), [LOST]),
        ("a job that was stopped for a rule", a_stop(), [LOST]),
        ("a rule's later finding", a_stop(outcome=Outcome(action=Action.ALREADY_STOPPED)), []),
        ("a rule that stopped nothing", a_stop(outcome=Outcome(action=Action.NONE)), []),
        ("a job that a person stopped", an_incident(trigger=Trigger.JOB_STOPPED), []),
        ("a person's order to stop", an_incident(trigger=Trigger.OPERATOR, outcome=Outcome(action=Action.STOPPED)), []),
        ("a job of an unknown price", an_incident(job=a_job(cost_usd=None)), []),
        ("a job that was not billed", an_incident(job=a_job(cost_usd=Decimal(0))), [LOST._replace(value=0.0)]),
        ("a submission that was refused", a_refusal(), []),
        ("a failure of before trainstop was there", an_incident(origin=Origin.BACKFILL), []),
        ("a drill", an_incident(drill=True), []),
    ],
)
def test_the_money_that_a_job_lost_is_counted_once_and_when_it_was_lost(saying, made, lost):
    assert [each for each in measures_of(made) if each.name == "MoneyLostUsd"] == lost, saying


def test_money_is_written_as_cloudwatch_reads_it(capsys):
    emit([LOST])
    written = capsys.readouterr().out
    assert '"Metrics":[{"Name":"MoneyLostUsd","Unit":"None"}]' in written
    assert '"MoneyLostUsd":[2.78]' in written


@pytest.mark.parametrize(
    ("delivery", "waiting"),
    [
        (Delivery(quiet_until={PLATFORM: at("07:00:00")}), "quiet_hours"),
        (Delivery(digest_at=at("07:00:00")), "digest"),
    ],
)
def test_an_alert_that_waits_is_counted_by_what_it_waits_for_and_a_drills_is_not(delivery, waiting):
    deps = world()
    notify(ordered(incident(), delivery=delivery), deps)
    notify(ordered(incident(1, drill=True), delivery=delivery.model_copy(update={"group_window_seconds": 0})), deps)
    assert deps.desk.emit.measures == [Measure("AlertHeld", COUNT, 1, ("waiting", waiting))]
