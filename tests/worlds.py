"""A whole world for watch, in memory."""

from dataclasses import replace
from datetime import timedelta

from tests.fakes import (
    FakeBudget,
    FakeClock,
    FakeCreators,
    FakeFamilies,
    FakeIncidents,
    FakeJobs,
    FakeLogs,
    FakeLooks,
    FakeNeighbours,
    FakeQueue,
    FakeRecipients,
    FakeRetries,
    FakeSilences,
)
from tests.samples import STARTED, describe_answer
from trainstop.app.deps import WatchDeps
from trainstop.domain.cost import price_table
from trainstop.domain.incident import Incident
from trainstop.policy.decide import Switches
from trainstop.policy.default import default_policy
from trainstop.policy.parse import parse_policy
from trainstop.policy.state import PolicyState

NAME = "demo-cnn-20260115"


def world(answer=None, **changes):
    """One job, a log with an error, the shipped policy; ``changes`` replace ports."""
    state = PolicyState(document=default_policy(), version="test")
    deps = WatchDeps(
        jobs=FakeJobs({NAME: answer or describe_answer()}),
        rule_jobs=FakeJobs({NAME: describe_answer()}),
        logs=FakeLogs(("Epoch 1", "ValueError: bad label")),
        incidents=FakeIncidents(),
        stop_budget=FakeBudget(),
        looks=FakeLooks(),
        recipients=FakeRecipients(),
        neighbours=FakeNeighbours(),
        retries=FakeRetries(),
        families=FakeFamilies(),
        creators=FakeCreators(),
        queue=FakeQueue(),
        policy=lambda: state,
        silences=FakeSilences().active,
        prices=price_table(),
        clock=FakeClock(STARTED + timedelta(seconds=610)),
        switches=Switches(),
    )
    return replace(deps, **changes)


def policy(text):
    """A way to read a policy in force."""
    state = PolicyState(document=parse_policy(text), version="test")
    return lambda: state


def one(results) -> Incident:
    """The one incident of a result."""
    (incident,) = results
    assert isinstance(incident, Incident)
    return incident
