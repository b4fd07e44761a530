"""What comes later: groups that ended or that nobody got to tell, alerts that waited, digests.

Each minute. What is due is an index of its own, so that a minute with nothing due costs one query.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from trainstop.app.listeners import sync
from trainstop.app.tell import Desk, publish, tell
from trainstop.domain.decision import Channel, Severity
from trainstop.domain.digest import Digest, Period, digest_of
from trainstop.domain.group import Telling, wanted
from trainstop.domain.incident import Incident
from trainstop.domain.stored_report import StoredReport
from trainstop.policy.alerting import Digests
from trainstop.policy.state import PolicyState
from trainstop.ports import Calendar, Due, ListenerRegistry, Recorded, Subscriptions
from trainstop.ports.report import Reports
from trainstop.render import render_box, render_digest
from trainstop.render.digest import most_urgent

MOST_DUE = 200
"""In one minute; the rest is due in the next one."""

_MOST_INCIDENTS = 20_000
_MOST_TEAMS = 50
_SYNC_MINUTES = 10
_DIGEST_CHANNELS = (Channel.EMAIL, Channel.CHAT, Channel.JSON)


@dataclass(frozen=True, slots=True)
class FollowUpDeps:
    """What the sequence needs of the world."""

    desk: Desk
    due: Due
    calendar: Calendar
    recorded: Recorded
    policy: Callable[[], PolicyState]
    subscriptions: Subscriptions
    registry: ListenerRegistry
    reports: Reports


@dataclass(frozen=True, slots=True)
class Followed:
    """What was done.

    Attributes:
        late_count: Groups that whoever set out to tell them did not.
        left_count: What was due and had no time.
    """

    ended_count: int = 0
    late_count: int = 0
    released_count: int = 0
    digest_count: int = 0
    left_count: int = 0


def follow_up(deps: FollowUpDeps, deadline: datetime) -> Followed:
    """Do what is due; what raises is due again in the next minute, after everything else was done.

    Raises:
        ExceptionGroup: some of it failed.
    """
    _plan_digests(deps)
    _sync_listeners(deps)
    done: list[str] = []
    failures: list[Exception] = []
    keys = deps.due.due(deps.desk.clock(), MOST_DUE)
    for key in keys:
        if deps.desk.clock() > deadline:
            break
        try:
            done.append(_do(key, deps))
        except Exception as error:  # noqa: BLE001 - one that fails keeps none of the others waiting; raised below
            failures.append(error)
    if failures:
        raise ExceptionGroup("follow-ups failed", failures)
    return Followed(
        ended_count=done.count(Telling.ENDED),
        late_count=done.count(Telling.FIRST) + done.count(Telling.ESCALATION),
        released_count=done.count("held"),
        digest_count=done.count("digest"),
        left_count=len(keys) - len(done),
    )


def _do(key: str, deps: FollowUpDeps) -> str:
    kind, _, name = key.partition("#")
    match kind:
        case "group":
            return _group(name, deps)
        case "held":
            return _box(name, deps)
        case "digest":
            return _digest(Period(name), deps)
        case _:
            raise ValueError(f"nothing is known of {kind!r} that is due")


def _group(digest: str, deps: FollowUpDeps) -> str:
    """Tell a group that ended, or that its own incidents' workers did not get to tell."""
    now = deps.desk.clock()
    group = deps.desk.groups.load(digest)
    if group is None:
        return Telling.NOTHING
    telling = wanted(group, now)
    if telling is Telling.NOTHING:
        deps.desk.groups.put_off(digest, now)
        return Telling.NOTHING
    member = group.newest if telling is Telling.ENDED else group.first
    incident = deps.recorded.get(member.incident_id)
    if incident is None:
        # Somebody removed it: there is nothing left to tell.
        deps.desk.groups.close(digest, now, now)
        return Telling.NOTHING
    return tell(digest, "follow-up", incident, deps.desk)


def _box(digest: str, deps: FollowUpDeps) -> str:
    box = deps.desk.held.release(digest, deps.desk.clock())
    if box is None:
        return Telling.NOTHING
    publish(
        render_box(box, deps.desk.zone), box.key.audience, box.key.channels, most_urgent(box), deps.desk, to_chat=True
    )
    deps.desk.held.empty(box)
    return "held"


def _digest(period: Period, deps: FollowUpDeps) -> str:
    """Tell the digest of the time up to when it was due, not to when somebody got to it."""
    until = deps.calendar.next_digest(period)
    if until is None:
        return Telling.NOTHING
    listing = deps.recorded.since(until - period.span, until, _MOST_INCIDENTS)
    found = [each for each in listing.incidents if each.occurred_at <= until]
    complete = listing.complete and len(found) < _MOST_INCIDENTS
    report = deps.reports.latest() if period is Period.WEEKLY and found else None
    for digest in _digests(found, period, until, complete=complete, report=report):
        if digest.count:
            publish(
                render_digest(digest, deps.desk.zone),
                digest.audience,
                _DIGEST_CHANNELS,
                Severity.INFO,
                deps.desk,
                to_chat=not digest.name,
            )
    deps.calendar.plan_digest(period, _next(period, deps.policy().document.alerts.digests, deps.desk.clock()))
    return "digest"


def _digests(
    found: list[Incident], period: Period, until: datetime, *, complete: bool, report: StoredReport | None = None
) -> list[Digest]:
    """The platform's, and one for each team."""
    teams = sorted(filter(None, {each.job.team for each in found}))[:_MOST_TEAMS]
    by_team = {team: [each for each in found if each.job.team == team] for team in teams}
    return [
        digest_of(incidents, period, until, name=name, complete=complete, report=report)
        for name, incidents in {"": found, **by_team}.items()
    ]


def _sync_listeners(deps: FollowUpDeps) -> None:
    """Read who listens every ten minutes: people confirm, and subscribe in the console, when nobody of ours looks."""
    now = deps.desk.clock()
    if now.minute % _SYNC_MINUTES == 0:
        sync(deps.subscriptions, deps.registry, now)


def _plan_digests(deps: FollowUpDeps) -> None:
    """Plan each digest that the policy asks for. One that is due is told first, whatever the policy says now."""
    now, digests = deps.desk.clock(), deps.policy().document.alerts.digests
    for period in Period:
        planned, wanted_at = deps.calendar.next_digest(period), _next(period, digests, now)
        if planned != wanted_at and (planned is None or planned > now):
            deps.calendar.plan_digest(period, wanted_at)


def _next(period: Period, digests: Digests, now: datetime) -> datetime | None:
    time = digests.daily if period is Period.DAILY else digests.weekly
    return time.after(now) if time else None
