"""Send a drill through the deployed stack, and tell station by station how far it came and how long that took."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from trainstop.domain.decision import Action
from trainstop.domain.incident import Incident
from trainstop.domain.signal import Drill
from trainstop.drills import Stage
from trainstop.ports import (
    ArchivedObjects,
    Arrival,
    Clock,
    DrillBus,
    DrillRefusedError,
    KnownIncidents,
    Receivers,
    Reception,
    Stations,
)
from trainstop.records.lake import arrival_prefix
from trainstop.render.governance import held_because

_Seen = TypeVar("_Seen")

_EARLY_PAUSES = [0.5] * 20
_PAUSE = 2.0
"""Seconds between looks: two minutes take 75 of them."""

_REACHED = frozenset({Arrival.DELIVERED, Arrival.LOOK})


class Station(StrEnum):
    """What a drill passes, in order."""

    SENT = "sent"
    NOTICED = "noticed"
    RECORDED = "recorded"
    ARCHIVED = "archived"
    TOLD = "told"
    RECEIVED = "received"


class Progress(StrEnum):
    """Whether a drill passed a station."""

    PASSED = "passed"
    LEFT_OUT = "left_out"
    """It has no business there, e.g. since the policy tells nobody."""
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Step:
    """One station, as the drill found it.

    Attributes:
        seconds: How long it took from the station before; None where that is not known.
        within: Whether ``seconds`` is only an upper bound, since nothing notes the moment itself.
        look_at: Where a drill is stuck: how the parts stand, and where more is to be seen.
        receptions: Of ``received``: who is to receive the alert.
    """

    station: Station
    progress: Progress
    detail: str
    seconds: float | None = None
    within: bool = False
    look_at: tuple[str, ...] = ()
    receptions: tuple[Reception, ...] = ()


@dataclass(frozen=True, slots=True)
class DrillRunDeps:
    """What the sequence needs of the world.

    Attributes:
        receivers: One for each kind of channel. A further kind is a class with ``of``, added where this is wired.
        patience: How long the whole drill may take.
        sleep: Waits so many seconds.
    """

    bus: DrillBus
    incidents: KnownIncidents
    archive: ArchivedObjects
    receivers: Sequence[Receivers]
    stations: Stations
    clock: Clock
    sleep: Callable[[float], None]
    patience: timedelta


@dataclass(frozen=True, slots=True)
class _Run:
    """One drill on its way."""

    drill: Drill
    sent_at: datetime
    deps: DrillRunDeps

    def wait(self, look: Callable[[], _Seen | None]) -> _Seen | None:
        """What ``look`` sees once it sees something; None where the time is up. It looks once at least."""
        pauses = itertools.chain(_EARLY_PAUSES, itertools.repeat(_PAUSE))
        while (seen := look()) is None and self.deps.clock() < self.sent_at + self.deps.patience:
            self.deps.sleep(next(pauses))
        return seen

    def stuck(self, station: Station, detail: str) -> Step:
        """That it comes no further in time, and where to look."""
        late = f"{detail} within {self.deps.patience.total_seconds():.0f} s"
        return Step(station, Progress.STUCK, late, look_at=tuple(self.deps.stations.look(station)))


def run_drill(drill: Drill, deps: DrillRunDeps) -> Iterator[Step]:
    """Ask for the drill and follow it. Each step comes as soon as it is known; after a stuck one there may be more."""
    run = _Run(drill, deps.clock(), deps)
    sent = _send(run)
    yield sent
    if sent.progress is Progress.STUCK:
        return
    incident = run.wait(lambda: deps.incidents.get(Stage(drill, run.sent_at).incident_id))
    if incident is None:
        yield run.stuck(Station.NOTICED, "watch has not recorded it")
        return
    yield _noticed(incident, run)
    yield _recorded(incident, run)
    # Only told notes its own moment: how long archive took is told by looking, so that comes first.
    yield _archived(incident, run)
    told = _told(incident, run)
    yield told
    if told.progress is Progress.PASSED:
        yield _received(incident, run)


def _send(run: _Run) -> Step:
    try:
        event_id = run.deps.bus.put(run.drill)
    except DrillRefusedError as error:
        return Step(Station.SENT, Progress.STUCK, f"EventBridge does not take it: {error}")
    return Step(Station.SENT, Progress.PASSED, f"EventBridge took event {event_id}", _since(run.sent_at, run))


def _noticed(incident: Incident, run: _Run) -> Step:
    seconds = _between(run.sent_at, incident.detected_at)
    return Step(Station.NOTICED, Progress.PASSED, f"watch made incident {incident.incident_id} of it", seconds)


def _recorded(incident: Incident, run: _Run) -> Step:
    decision = incident.decision
    alert = f"by rule {decision.alert_rule}" if decision.alert_rule else "no rule says whom to tell"
    stop = f"; stop held: {held_because(incident)}" if incident.outcome.action is Action.STOP_HELD else ""
    detail = f"policy version {decision.policy_version}, alert {alert}{stop}"
    return Step(Station.RECORDED, Progress.PASSED, detail, _since(incident.detected_at, run), within=True)


def _told(incident: Incident, run: _Run) -> Step:
    if (why := untold_because(incident, run.drill)) is not None:
        return Step(Station.TOLD, Progress.LEFT_OUT, why)

    def told_at() -> datetime | None:
        known = run.deps.incidents.get(incident.incident_id)
        return known.told_at if known else None

    moment = run.wait(told_at)
    if moment is None:
        return run.stuck(Station.TOLD, "notify has not told it")
    order = incident.decision.alert
    over = f", severity {order.severity}, over {', '.join(order.channels)}" if order else ""
    return Step(Station.TOLD, Progress.PASSED, f"SNS took it{over}", _between(incident.detected_at, moment))


def untold_because(incident: Incident, drill: Drill) -> str | None:
    """Why nobody is to be told of the incident; None where somebody is.

    Whatever else may keep an alert back (a silence, a group that was told already) is to be named here.
    """
    decision = incident.decision
    if decision.tells_anybody:
        return None
    if decision.silence is not None:
        return f"it is silenced by {decision.silence.silence_id}, as its job would be"
    rule = f"rule {decision.alert_rule}" if decision.alert_rule else "no rule applies"
    if drill.quiet and decision.alert_rule:
        return f"nobody is told ({rule}, and quiet are {', '.join(drill.quiet)})"
    return f"the policy tells nobody ({rule})"


def _archived(incident: Incident, run: _Run) -> Step:
    key = run.wait(lambda: run.deps.archive.first_under(arrival_prefix(incident)))
    if key is None:
        return run.stuck(Station.ARCHIVED, "archive has not written it to S3")
    return Step(Station.ARCHIVED, Progress.PASSED, key, _since(incident.detected_at, run), within=True)


def _received(incident: Incident, run: _Run) -> Step:
    """Ask every kind of receiver, until none of their deliveries is on its way any more."""

    def settled() -> tuple[Reception, ...] | None:
        asked = _ask(incident, run.deps)
        return None if any(each.arrival is Arrival.PENDING for each in asked) else asked

    receptions = run.wait(settled) or _ask(incident, run.deps)
    progress = _progress(receptions, run.drill)
    look_at = tuple(run.deps.stations.look(Station.RECEIVED)) if progress is Progress.STUCK else ()
    return Step(Station.RECEIVED, progress, _reached(receptions), look_at=look_at, receptions=receptions)


def _progress(receptions: Sequence[Reception], drill: Drill) -> Progress:
    """Stuck where a delivery failed or is late, or where nobody is reached though no channel was to be quiet."""
    arrivals = {each.arrival for each in receptions}
    if arrivals & {Arrival.FAILED, Arrival.PENDING}:
        return Progress.STUCK
    if arrivals & _REACHED:
        return Progress.PASSED
    return Progress.LEFT_OUT if drill.quiet else Progress.STUCK


def _ask(incident: Incident, deps: DrillRunDeps) -> tuple[Reception, ...]:
    return tuple(reception for receivers in deps.receivers for reception in receivers.of(incident))


def _reached(receptions: Sequence[Reception]) -> str:
    if not receptions:
        return "nobody: no subscription takes it"
    sentences = {
        Arrival.DELIVERED: "{} delivered",
        Arrival.LOOK: "{} to confirm by looking",
        Arrival.PENDING: "{} still on the way",
        Arrival.FAILED: "{} FAILED",
        Arrival.UNCONFIRMED: "{} not confirmed, so that nothing reaches it",
    }
    counts = {arrival: sum(each.arrival is arrival for each in receptions) for arrival in sentences}
    return ", ".join(sentences[arrival].format(count) for arrival, count in counts.items() if count)


def _since(moment: datetime, run: _Run) -> float:
    return _between(moment, run.deps.clock())


def _between(start: datetime, end: datetime) -> float:
    """Seconds; 0 where the clocks of two machines disagree."""
    return max(0.0, (end - start).total_seconds())
