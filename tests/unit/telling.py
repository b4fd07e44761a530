"""Incidents that are told, and a world to tell them in."""

from datetime import UTC

from tests.fakes import FakeAlerts, FakeClock, FakeEmit, FakeGroups, FakeHeld, FakeIncidents, FakeListeners
from tests.unit.render.samples import a_diagnosis, a_job, an_incident, at
from trainstop.app.notify import NotifyDeps
from trainstop.app.tell import Desk
from trainstop.domain.category import Actor, Category
from trainstop.domain.decision import AlertOrder, Audience, Channel, Delivery, Severity

_ARN = "arn:aws:sagemaker:us-east-1:111122223333"
PIPELINE = {"sagemaker:pipeline-execution-arn": f"{_ARN}:pipeline/nightly/execution/e7"}
TUNING = f"{_ARN}:hyper-parameter-tuning-job/hpo-7"


def incident(number=0, *, job=None, diagnosis=None, window_seconds=900, **changes):
    """A failure whose fault is the same for every number."""
    facts = {"fingerprint": "0123456789abcdef", "category": Category.USER_CODE, "actor": Actor.JOB_OWNER}
    made = an_incident(
        incident_id=f"{number:024}",
        job=job or a_job(f"demo-{number}"),
        diagnosis=a_diagnosis(**facts | (diagnosis or {})),
        **changes,
    )
    order = AlertOrder(
        severity=made.severity, channels=(Channel.EMAIL,), delivery=Delivery(group_window_seconds=window_seconds)
    )
    return made.model_copy(update={"decision": made.decision.model_copy(update={"alert": order})})


def world(**changes):
    desk = {
        "topics": {audience: FakeAlerts() for audience in Audience},
        "chat": FakeAlerts(),
        "groups": FakeGroups(),
        "held": FakeHeld(),
        "clock": FakeClock(at("04:00:00")),
        "emit": FakeEmit(),
        "zone": UTC,
    }
    facts = {"addressed": FakeAlerts(), "told": FakeIncidents(), "listeners": FakeListeners()}
    return NotifyDeps(
        desk=Desk(**desk | {name: value for name, value in changes.items() if name in desk}),
        **facts | {name: value for name, value in changes.items() if name not in desk},
    )


def published(deps, audience=Audience.PLATFORM):
    return deps.desk.topics[audience].published


def ordered(made, **changes):
    """The incident with its alert ordered in another way."""
    facts = {"severity": Severity.HIGH, "audience": (Audience.PLATFORM,), "channels": (Channel.EMAIL, Channel.CHAT)}
    order = AlertOrder(**facts | {"delivery": Delivery(group_window_seconds=900)} | changes)
    return made.model_copy(update={"decision": made.decision.model_copy(update={"alert": order})})
