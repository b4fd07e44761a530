"""How far a drill came, told from what can be looked at."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from tests.drilled import a_drill, drill_event, drilled
from tests.fakes import FakeClock
from tests.samples import STARTED
from tests.worlds import policy, world
from trainstop.app.drill_run import DrillRunDeps, Progress, Station, run_drill
from trainstop.app.watch import watch
from trainstop.ports import Arrival, DrillRefusedError, Reception

MAIL = Reception("email", "o***@example.com", Arrival.LOOK, "platform topic, takes everything")


@dataclass
class FakeStack:
    """A deployed stack: watch notices a drill at once, what follows takes as many looks as it is told.

    Attributes:
        looks: Looks that it takes until the drill is recorded, archived and told; None: never.
    """

    clock: FakeClock
    looks: dict[str, int | None] = field(default_factory=dict)
    noticed_after: timedelta = timedelta(seconds=0.8)
    policy: object = None
    refusal: str | None = None
    receptions: list[tuple[Reception, ...]] = field(default_factory=lambda: [(MAIL,)])
    slept: list[float] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    incident: object = None

    def put(self, drill):
        if self.refusal:
            raise DrillRefusedError(self.refusal)
        changes = {"policy": self.policy} if self.policy else {}
        detail = {"Owner": drill.owner, "Team": drill.team, "QuietChannels": list(drill.quiet)}
        deps = world(clock=FakeClock(self.clock.now + self.noticed_after), **changes)
        self.incident = drilled(watch(drill_event(drill.scenario, **detail), deps))
        return "event-1"

    def get(self, incident_id):
        if incident_id != self.incident.incident_id or not self._ready("recorded"):
            return None
        told = self.clock.now if self._ready("told") else None
        return self.incident.model_copy(update={"told_at": told})

    def first_under(self, prefix):
        assert prefix == f"incidents/dt=2026-01-15/{self.incident.incident_id}."
        return f"{prefix}1.json.gz" if self._ready("archived") else None

    def of(self, incident):
        assert incident.drill
        yield from self.receptions[0] if len(self.receptions) == 1 else self.receptions.pop(0)

    def look(self, station):
        yield f"the parts of {station}"

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.clock.now += timedelta(seconds=seconds)

    def _ready(self, what):
        self.seen[what] = self.seen.get(what, 0) + 1
        needed = self.looks.get(what, 1)
        return needed is not None and self.seen[what] >= needed


def a_stack(**changes):
    return FakeStack(FakeClock(STARTED + timedelta(seconds=610)), **changes)


def run(stack, **changes):
    """The steps of a drill, by station."""
    deps = DrillRunDeps(
        bus=stack,
        incidents=stack,
        archive=stack,
        receivers=(stack,),
        stations=stack,
        clock=stack.clock,
        sleep=stack.sleep,
        patience=timedelta(seconds=30),
    )
    scenario = changes.pop("scenario", "gpu-out-of-memory")
    return {step.station: step for step in run_drill(a_drill(scenario, **changes), deps)}


def test_a_drill_that_comes_through_passes_every_station_in_order():
    steps = run(a_stack())
    assert list(steps) == list(Station)
    assert {step.progress for step in steps.values()} == {Progress.PASSED}
    assert steps[Station.SENT].detail == "EventBridge took event event-1"
    assert steps[Station.TOLD].detail == "SNS took it, severity high, over email, chat, json"
    assert steps[Station.RECEIVED].receptions == (MAIL,)


def test_times_are_the_incidents_own_where_it_has_them_and_else_an_upper_bound():
    steps = run(a_stack(looks={"recorded": 3, "archived": 3}))
    assert (steps[Station.NOTICED].seconds, steps[Station.NOTICED].within) == (0.8, False)
    assert (steps[Station.RECORDED].seconds, steps[Station.RECORDED].within) == (pytest.approx(0.2), True)
    assert (steps[Station.ARCHIVED].seconds, steps[Station.ARCHIVED].within) == (pytest.approx(1.2), True)
    assert (steps[Station.TOLD].seconds, steps[Station.TOLD].within) == (pytest.approx(1.2), False)


def test_clocks_that_disagree_give_no_negative_times():
    steps = run(a_stack(noticed_after=timedelta(seconds=-5)))
    assert steps[Station.NOTICED].seconds == 0


def test_what_eventbridge_does_not_take_goes_no_further():
    (step,) = run(a_stack(refusal="AccessDeniedException: no")).values()
    assert (step.station, step.progress) == (Station.SENT, Progress.STUCK)
    assert "AccessDeniedException: no" in step.detail


def test_a_drill_that_watch_never_records_is_stuck_there_with_where_to_look():
    stack = a_stack(looks={"recorded": None})
    steps = run(stack)
    assert list(steps) == [Station.SENT, Station.NOTICED]
    stuck = steps[Station.NOTICED]
    assert (stuck.progress, stuck.look_at) == (Progress.STUCK, ("the parts of noticed",))
    assert stuck.detail == "watch has not recorded it within 30 s"
    assert 30 <= sum(stack.slept) < 33


def test_an_alert_that_is_never_told_is_stuck_though_the_archive_has_the_incident():
    steps = run(a_stack(looks={"told": None}))
    assert steps[Station.ARCHIVED].progress is Progress.PASSED
    assert steps[Station.TOLD].progress is Progress.STUCK
    assert Station.RECEIVED not in steps


def test_an_incident_that_is_never_archived_is_stuck_though_it_was_told():
    steps = run(a_stack(looks={"archived": None}))
    assert steps[Station.ARCHIVED].progress is Progress.STUCK
    assert steps[Station.TOLD].progress is Progress.PASSED


def test_whom_the_policy_does_not_tell_the_drill_does_not_wait_for():
    silent = policy("version: 1\nrules: [{name: hush, alert: none}]")
    stack = a_stack(policy=silent, looks={"told": None})
    steps = run(stack)
    assert steps[Station.TOLD].progress is Progress.LEFT_OUT
    assert steps[Station.TOLD].detail == "the policy tells nobody (rule hush)"
    assert Station.RECEIVED not in steps
    assert stack.slept == []


def test_that_no_rule_applies_is_said():
    narrow = policy("version: 1\nrules: [{name: others, when: {job: prod-*}, alert: {}}]")
    assert run(a_stack(policy=narrow))[Station.TOLD].detail == "the policy tells nobody (no rule applies)"


def test_where_all_channels_are_quiet_the_drill_says_so():
    steps = run(a_stack(), quiet=("email", "json", "chat", "sms"))
    assert steps[Station.TOLD].progress is Progress.LEFT_OUT
    assert "quiet are email, json, chat, sms" in steps[Station.TOLD].detail


def test_a_stop_that_was_held_is_said():
    assert "stop held: this is a drill" in run(a_stack(), scenario="debugger-rule")[Station.RECORDED].detail


def arriving(*arrivals):
    return tuple(Reception("webhook", f"host-{number}", Arrival(arrival)) for number, arrival in enumerate(arrivals))


@pytest.mark.parametrize(
    ("saying", "receptions", "quiet", "progress", "detail"),
    [
        ("delivered", [arriving("delivered")], (), Progress.PASSED, "1 delivered"),
        ("failed", [arriving("delivered", "failed")], (), Progress.STUCK, "1 delivered, 1 FAILED"),
        ("nobody", [()], (), Progress.STUCK, "nobody: no subscription takes it"),
        ("nobody, as was asked for", [()], ("sms",), Progress.LEFT_OUT, "nobody: no subscription takes it"),
        (
            "unconfirmed alone",
            [arriving("unconfirmed")],
            (),
            Progress.STUCK,
            "1 not confirmed, so that nothing reaches it",
        ),
        (
            "unconfirmed beside another",
            [arriving("look", "unconfirmed")],
            (),
            Progress.PASSED,
            "1 to confirm by looking, 1 not confirmed, so that nothing reaches it",
        ),
        (
            "late, then delivered",
            [arriving("pending"), arriving("pending"), arriving("delivered")],
            (),
            Progress.PASSED,
            "1 delivered",
        ),
        ("late for good", [arriving("pending")], (), Progress.STUCK, "1 still on the way"),
    ],
)
def test_what_receivers_know_decides_whether_the_drill_reached_somebody(saying, receptions, quiet, progress, detail):
    received = run(a_stack(receptions=receptions), quiet=quiet)[Station.RECEIVED]
    assert (received.progress, received.detail) == (progress, detail), saying
