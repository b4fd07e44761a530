"""The same fault in many jobs: a group is told once, again when it has grown tenfold, and when it has ended.

Everything about a group is in one value of bounded size, so that an incident costs the same whether it is the second
of its group or the thousandth.
"""

import hashlib
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from trainstop.domain.audience import reader_name
from trainstop.domain.base import Frozen
from trainstop.domain.category import Actor, Category
from trainstop.domain.decision import Action, Audience, Severity
from trainstop.domain.finding import Trigger
from trainstop.domain.incident import Incident
from trainstop.domain.listener import listener_name
from trainstop.domain.neighbours import batch_job_of
from trainstop.domain.tags import pipeline_execution_of

GROWTH = 10
"""A group is told again when it has so many times as many jobs as when it was last told."""

LISTED_MEMBERS = 20
LISTED_FAULTS = 5
LISTED_TEAMS = 3
_KEY_DIGITS = 32
_TELLING_TAKES = timedelta(seconds=60)
"""Whoever set out to tell a group has so long before somebody else may; notify's own time-out."""

_ALONE = frozenset({Trigger.BREAKER, Trigger.OPERATOR, Trigger.RETRY_COMPLETED})
"""What is about trainstop's own doing or a person's is told each time."""

_WIDE = frozenset({Actor.PLATFORM_TEAM, Actor.AWS, Actor.NOBODY})
"""Who has to act on a cause that strikes many jobs at once, whoever's they are; on missing capacity, nobody can."""


class Sameness(StrEnum):
    """What the jobs of a group have in common."""

    CAUSE = "cause"
    """A cause outside of the jobs, such as missing capacity."""
    PARENT = "parent"
    """The tuning job, pipeline execution or Batch job that made them."""
    FAULT = "fault"
    """The same fault, each in its own job."""
    NOTHING = "nothing"
    """It is told by itself."""


class GroupKey(Frozen):
    """What a group is of, and who hears of it.

    Attributes:
        name: The owner or the team; "" for the platform.
        subject: What distinguishes groups of one kind, e.g. trigger and fingerprint, or the parent's name.
        about: For people: the parent, e.g. ``tuning job hpo-7``, or what is missing or wrong, e.g. an instance type;
            "" for other groups.
    """

    audience: Audience
    name: str = ""
    sameness: Sameness
    subject: str
    about: str = ""

    @property
    def digest(self) -> str:
        """The key as so many hexadecimal digits."""
        text = f"{self.audience}\n{self.name}\n{self.sameness}\n{self.subject}"
        return hashlib.sha256(text.encode()).hexdigest()[:_KEY_DIGITS]


class Member(Frozen):
    """One incident of a group."""

    incident_id: str
    training_job_name: str
    occurred_at: datetime


class Past(Frozen):
    """What is known of a fault from before.

    Attributes:
        times: How many incidents of it there were before this group.
        resolution: How it ended then, in a person's words; "" where nobody said.
    """

    times: int = 0
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None
    last_job: str = ""
    resolution: str = ""


_NO_PAST = Past()


class Group(Frozen):
    """A group as it stands.

    Attributes:
        opened_at: When its first incident was told or would have been.
        newest_at: When its newest incident came in.
        members: The first ones, at most ``LISTED_MEMBERS``; ``count`` tells how many there are.
        faults: Titles and how often each, the first ``LISTED_FAULTS`` of them.
        actions: What was done about its members, and how often.
        teams: Whose the members are, as far as tags tell; the first ``LISTED_TEAMS`` and one more.
        cost_usd: Of the members whose cost is known.
        unknown_costs: How many members' cost is not.
        severity: The highest of its members.
        told_count: How many members it had when it was last told; 0 where it never was, or where more came when it had
            ended and nobody had told so yet: that is told at once.
        told_severity: The severity that was told.
        thread: The subject of its first alert.
        window_seconds: It ends when so long no other incident has come.
        past: What was known of the fault when the group opened.
        teller: The incident whose worker set out to tell the group, until ``telling_until``.
        acknowledged: Whether a person said that it is seen to: then it does not escalate.
        in_chat: Whether chat shows it: of the groups of an incident the one with the most readers.
        over: Whether its end was told, or somebody said that it is over.
        closed: Whether somebody said so: then what comes next is told anew.
    """

    key: GroupKey
    opened_at: datetime
    newest_at: datetime
    count: int
    members: tuple[Member, ...]
    newest: Member
    faults: dict[str, int]
    actions: dict[Action, int]
    teams: tuple[str, ...] = ()
    cost_usd: Decimal = Decimal(0)
    unknown_costs: int = 0
    severity: Severity
    told_count: int = 0
    told_severity: Severity = Severity.INFO
    thread: str = ""
    window_seconds: int
    past: Past = Past()
    teller: str = ""
    telling_until: datetime | None = None
    acknowledged: bool = False
    in_chat: bool = False
    over: bool = False
    closed: bool = False

    @property
    def first(self) -> Member:
        """Its first incident."""
        return self.members[0]

    @property
    def ends_at(self) -> datetime:
        """When it ends if nothing more comes."""
        return self.newest_at + timedelta(seconds=self.window_seconds)


class Telling(StrEnum):
    """What is to be told of a group now."""

    FIRST = "first"
    ESCALATION = "escalation"
    NOTHING = "nothing"
    ENDED = "ended"


def group_key(incident: Incident, audience: Audience) -> GroupKey:
    """The group that an incident belongs to for one audience."""
    sameness, subject, about = _sameness(incident)
    name = listener_name(reader_name(incident, audience))
    return GroupKey(audience=audience, name=name, sameness=sameness, subject=subject, about=about)


def _sameness(incident: Incident) -> tuple[Sameness, str, str]:
    """What the incident has in common with others, how that is told apart, and what it is about."""
    diagnosis = incident.diagnosis
    if _is_alone(incident):
        return Sameness.NOTHING, incident.incident_id, ""
    fault = f"{incident.trigger} {incident.subject} {diagnosis.fingerprint}"
    if diagnosis.category is Category.UNKNOWN and not incident.trigger.is_rule:
        return Sameness.FAULT, f"{fault} {incident.job.name}", ""
    if diagnosis.actor in _WIDE or diagnosis.category is Category.IMAGE:
        where = _where(incident)
        return Sameness.CAUSE, f"{fault} {where}", where
    if parent := _parent(incident):
        return Sameness.PARENT, parent, parent
    return Sameness.FAULT, fault, ""


def _is_alone(incident: Incident) -> bool:
    """A job whose stop failed runs on and needs somebody, so it is never one among others; a drill would hide some."""
    alert = incident.decision.alert
    return (
        alert is None
        or not alert.delivery.group_window_seconds
        or not incident.diagnosis.fingerprint
        or incident.trigger in _ALONE
        or incident.drill
        or incident.outcome.action is Action.STOP_FAILED
    )


def _where(incident: Incident) -> str:
    """What sets two causes of one kind apart: the type that is missing, the image that is wrong."""
    match incident.diagnosis.category:
        case Category.CAPACITY | Category.QUOTA:
            return incident.job.instance_type or ""
        case Category.IMAGE:
            return incident.job.image or ""
        case _:
            return ""


def _parent(incident: Incident) -> str:
    job = incident.job
    if job.tuning_job_arn:
        return f"tuning job {job.tuning_job_arn.rpartition('/')[2]}"
    if execution := pipeline_execution_of(job.tags):
        return f"pipeline {execution}"
    if batch := batch_job_of(job.name):
        return f"Batch job {batch}"
    return ""


def joined(
    group: Group | None,
    incident: Incident,
    key: GroupKey,
    *,
    now: datetime,
    window_seconds: int,
    past: Past = _NO_PAST,
    in_chat: bool = False,
) -> Group:
    """The group with the incident in it: the one that stands, or a new one where that is past.

    Args:
        group: As it stands; None where there never was one.
        incident: Not in it yet.
        key: Of the group.
        now: When the incident came in.
        window_seconds: By the policy in force.
        past: What a new group remembers.
        in_chat: Whether chat shows a new group.
    """
    member = Member(
        incident_id=incident.incident_id, training_job_name=incident.job.name, occurred_at=incident.occurred_at
    )
    title, cost = incident.diagnosis.title, incident.job.cost_usd
    if group is None or is_past(group, now):
        return Group(
            key=key,
            opened_at=now,
            newest_at=now,
            count=1,
            members=(member,),
            newest=member,
            faults={title: 1},
            actions={incident.outcome.action: 1},
            teams=_with_team((), incident.job.team),
            cost_usd=cost or Decimal(0),
            unknown_costs=int(cost is None),
            severity=incident.severity,
            window_seconds=window_seconds,
            past=past,
            in_chat=in_chat,
        )
    return group.model_copy(
        update={
            "newest_at": max(group.newest_at, now),
            "count": group.count + 1,
            "members": (*group.members, member)[:LISTED_MEMBERS],
            "newest": member,
            "faults": _counted(group.faults, title),
            "actions": group.actions | {incident.outcome.action: group.actions.get(incident.outcome.action, 0) + 1},
            "teams": _with_team(group.teams, incident.job.team),
            "cost_usd": group.cost_usd + (cost or 0),
            "unknown_costs": group.unknown_costs + int(cost is None),
            "severity": max(group.severity, incident.severity, key=lambda severity: severity.rank),
            "window_seconds": window_seconds,
            "told_count": 0 if has_ended(group, now) else group.told_count,
        }
    )


def _counted(faults: dict[str, int], title: str) -> dict[str, int]:
    if title not in faults and len(faults) >= LISTED_FAULTS:
        return faults
    return faults | {title: faults.get(title, 0) + 1}


def _with_team(teams: tuple[str, ...], team: str) -> tuple[str, ...]:
    return teams if team in teams else (*teams, team)[: LISTED_TEAMS + 1]


def has_ended(group: Group, now: datetime) -> bool:
    """Whether so long nothing came that the group's end may be told."""
    return group.closed or now > group.ends_at


def is_past(group: Group, now: datetime) -> bool:
    """Whether what comes now is told anew: the group has ended, and nothing of it waits to be told."""
    return has_ended(group, now) and due_at(group, now) is None


def wanted(group: Group, now: datetime) -> Telling:
    """What is to be told of the group as it stands."""
    if group.closed:
        return Telling.NOTHING
    if group.told_count == 0:
        return Telling.FIRST
    if group.severity.rank > group.told_severity.rank:
        return Telling.ESCALATION
    if group.count >= GROWTH * group.told_count and not group.acknowledged:
        return Telling.ESCALATION
    if has_ended(group, now) and group.count > 1 and not group.over:
        return Telling.ENDED
    return Telling.NOTHING


def claimed(group: Group, teller: str, now: datetime) -> Group | None:
    """The group with the right to tell it given to one incident's worker; None where another has it."""
    taken = group.telling_until is not None and group.telling_until > now and group.teller != teller
    return None if taken else group.model_copy(update={"teller": teller, "telling_until": now + _TELLING_TAKES})


def seen_to(group: Group, told_at: datetime) -> Group | None:
    """The group after a person acknowledged an incident of it; None where there is nothing to note.

    Args:
        group: As it stands; a newer one than the incident's has nothing to do with it.
        told_at: When the incident was told.
    """
    if group.acknowledged or group.opened_at > told_at:
        return None
    return group.model_copy(update={"acknowledged": True})


def closed(group: Group, told_at: datetime) -> Group | None:
    """The group after a person resolved an incident of it; None where there is nothing to note."""
    if group.closed or group.opened_at > told_at:
        return None
    return group.model_copy(update={"closed": True, "over": True})


def told(group: Group, telling: Telling, shown: Group, thread: str) -> Group | None:
    """The group after it was told as it was ``shown``; None where a newer group has taken its place.

    Others may have joined it meanwhile: of its growth they are told later, and its end was not one.
    """
    if group.opened_at != shown.opened_at:
        return None
    return group.model_copy(
        update={
            "told_count": group.told_count if telling is Telling.ENDED else max(group.told_count, shown.count),
            "told_severity": max(group.told_severity, shown.severity, key=lambda each: each.rank),
            "thread": group.thread or thread,
            "teller": "",
            "telling_until": None,
            "over": group.closed or (telling is Telling.ENDED and group.count == shown.count),
        }
    )


def due_at(group: Group, now: datetime) -> datetime | None:
    """When somebody has to look at the group again; None where nothing more can come of it."""
    if wanted(group, now) in {Telling.FIRST, Telling.ESCALATION}:
        return group.telling_until or now
    return None if group.over or (has_ended(group, now) and group.count == 1) else group.ends_at
