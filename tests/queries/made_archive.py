"""A made archive of some hundred incidents, the same at each run: jobs with several, unknown costs, drills."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.queries.lake import TODAY
from tests.unit.records.made import a_diagnosis, an_incident, at, job_arn
from trainstop.domain.category import Category
from trainstop.domain.decision import Action, AlertOrder, Audience, Channel, Decision, Outcome, Severity, StopReason
from trainstop.domain.finding import Trigger
from trainstop.domain.handling import Handling, HandlingAction, HandlingEntry
from trainstop.domain.incident import Incident, JobFacts, RuleFacts, Transition
from trainstop.domain.signal import Origin
from trainstop.domain.silence import SilenceFacts, SilenceKind
from trainstop.domain.training_job import INTERRUPTED

FAILURES = (Trigger.JOB_FAILED, Trigger.RUNTIME_LIMIT, Trigger.WAIT_LIMIT)
CATEGORIES = (Category.USER_CODE, Category.GPU_OUT_OF_MEMORY, Category.CAPACITY, Category.SPOT_INTERRUPTION)
RULES = {
    "Stalled": "Training stalled",
    "LossNotDecreasing": "The loss does not go down",
    "MyGpuRule": "GPUs are little used",
    "Unchanged": "A tensor no longer changes",
    "Overfit": "The model overfits",
}
ALARMS = ("idle-gpu", "Training-HANGS", "loss-is-high")
GUARDRAILS = (StopReason.DRY_RUN, StopReason.PROTECTED_JOB)
DAYS = ("2025-12-08", "2025-12-31", "2026-01-01", "2026-01-02", "2026-01-12", "2026-01-18", "2026-01-27", "2026-01-31")
DORA = "arn:aws:sts::111122223333:assumed-role/ml-platform/dora"

Dice = random.Random


def _maybe(dice: Dice, share: float, value: Any) -> Any:
    return value if dice.random() < share else None


def _money(dice: Dice, most: int) -> Decimal:
    return Decimal(dice.randrange(1, most * 100)).scaleb(-2)


def _job(number: int, dice: Dice) -> JobFacts:
    name, region = f"job-{number}", dice.choice(["us-east-1", "us-east-1", "eu-west-1"])
    spot, count, started_at = dice.random() < 0.5, dice.choice([1, 2, 8]), _moment(dice)
    duration = _maybe(dice, 0.8, dice.randrange(600, 90_000))
    billable = duration and (round(duration * dice.uniform(0.2, 0.6)) if spot else duration) * count
    interruptions = dice.choice([0, 0, 1, 3]) if spot else 0
    return JobFacts(
        name=name,
        arn=job_arn(name).replace("us-east-1", region),
        account="111122223333",
        region=region,
        instance_type=dice.choice(["ml.g5.2xlarge", "ml.p4d.24xlarge", None]),
        instance_count=count,
        spot=spot,
        image=dice.choice(["pytorch:2.4", "xgboost", None]),
        started_at=_maybe(dice, 0.9, started_at),
        duration_seconds=duration,
        billable_instance_seconds=billable and _maybe(dice, 0.8, billable),
        max_runtime_seconds=dice.choice([3_600, 86_400, 432_000, None]),
        usd_per_hour=_maybe(dice, 0.8, _money(dice, 60)),
        transitions=(Transition(status="Training"), *[Transition(status=INTERRUPTED)] * interruptions),
        tags=dice.choice([{}, {"team": "nlp"}, {"Team": "vision"}, {"TEAM": "o'brien"}]),
        owner=dice.choice(["alice", "bob", "carol", ""]),
    )


def _moment(dice: Dice) -> datetime:
    """On one of few days, for each day costs the tests a compaction; early, so that what follows is on that day."""
    return at(f"{dice.choice(DAYS)} 00:00:00") + timedelta(milliseconds=dice.randrange(8 * 3_600_000))


def _later(moment: datetime, dice: Dice, most_seconds: int) -> datetime:
    return moment + timedelta(milliseconds=dice.randrange(500, most_seconds * 1000))


def _alert(dice: Dice, severity: Severity) -> AlertOrder:
    audience = tuple(each for each in Audience if dice.random() < 0.5)
    return AlertOrder(severity=severity, audience=audience, channels=(Channel.EMAIL,))


def _silence(dice: Dice) -> SilenceFacts:
    number = dice.randrange(3)
    until = at("2026-03-01 00:00:00") + timedelta(days=number)
    kind, reason = SilenceKind.MAINTENANCE, f"it's maintenance {number}"
    return SilenceFacts(silence_id=f"s-{number}", kind=kind, author=DORA, reason=reason, until=until)


def _told(dice: Dice, detected_at: datetime, decision: Decision) -> dict[str, Any]:
    if decision.alert is None or decision.silence or dice.random() < 0.2:
        return {}
    told_at = _later(detected_at, dice, 90)
    done = [action for action in HandlingAction if dice.random() < 0.25]
    entries = [
        HandlingEntry(action=action, at=_later(told_at, dice, 9_000), by=DORA, text=f"{action} {dice.randrange(999)}")
        for action in done
    ]
    told_as = dice.choice(["published", "published", "grouped"])
    return {"told_at": told_at, "told_as": told_as, "handling": Handling(entries=tuple(entries))}


def _incident(job: JobFacts, trigger: Trigger, subject: str, dice: Dice, occurred_at: datetime) -> Incident:
    detected_at, severity = _later(occurred_at, dice, 400), dice.choice(list(Severity))
    category = dice.choice(CATEGORIES)
    known = job.model_copy(update={"cost_usd": _maybe(dice, 0.8, _money(dice, 900))})
    is_named = trigger not in FAILURES and trigger is not Trigger.JOB_STOPPED
    action = dice.choice([Action.STOPPED, Action.STOPPED, Action.ALREADY_STOPPED, Action.STOP_HELD, Action.NONE])
    outcome = Outcome(action=action if is_named else Action.NONE)
    if outcome.action is Action.STOPPED:
        outcome = outcome.model_copy(update={"acted_at": _later(detected_at, dice, 600)})
    held = outcome.action is Action.STOP_HELD
    decision = Decision(
        stop=outcome.action is Action.STOPPED,
        stop_reason=dice.choice(GUARDRAILS) if held else StopReason.NO_RULE_SAYS_STOP,
        stop_rule=dice.choice(["debugger-rules", "idle", None]) if held else None,
        alert=_maybe(dice, 0.8, _alert(dice, severity)),
        silence=_maybe(dice, 0.2, _silence(dice)),
        policy_version="3",
    )
    return an_incident(
        job.name,
        trigger,
        subject,
        job=known,
        severity=severity,
        origin=dice.choice([Origin.EVENT, Origin.SWEEP, Origin.BACKFILL]),
        occurred_at=occurred_at,
        detected_at=detected_at,
        rule=RuleFacts(name=subject) if is_named else None,
        outcome=outcome,
        decision=decision,
        diagnosis=a_diagnosis(
            category,
            title=RULES.get(subject, f"{category} in words"),
            fingerprint=dice.choice(["", *(f"{category}-{number}" for number in range(3))]),
        ),
        incident_id=f"{dice.getrandbits(80):020x}",
        **_told(dice, detected_at, decision),
    )


def _incidents(number: int, dice: Dice) -> Iterable[Incident]:
    job = _job(number, dice)
    begun = job.started_at or _moment(dice)
    for rule in dice.sample(sorted(RULES), dice.choice([0, 0, 1, 2])):
        kind = Trigger.PROFILER_RULE if rule == "MyGpuRule" else Trigger.DEBUGGER_RULE
        yield _incident(job, kind, rule, dice, _later(begun, dice, 20_000))
    if dice.random() < 0.3:
        yield _incident(job, Trigger.ALARM, dice.choice(ALARMS), dice, _later(begun, dice, 20_000))
    if dice.random() < 0.7:
        ended_at = _later(begun, dice, 40_000)
        done = job.model_copy(update={"ended_at": _maybe(dice, 0.9, ended_at)})
        yield _incident(done, dice.choice([*FAILURES, Trigger.JOB_STOPPED]), "", dice, ended_at)


_DICE = random.Random(20260131)  # noqa: S311 - made data, not a secret
MADE = tuple(incident for number in range(300) for incident in _incidents(number, _DICE))


def as_drills(incidents: Iterable[Incident]) -> list[Incident]:
    """The same of other jobs, as drills: they must be in no answer."""
    return [_as_drill(number, incident) for number, incident in enumerate(incidents)]


def _as_drill(number: int, incident: Incident) -> Incident:
    job = incident.job.model_copy(update={"name": f"{incident.job.name}-drill", "arn": f"{incident.job.arn}-drill"})
    return incident.model_copy(update={"drill": True, "incident_id": f"{number:020x}", "job": job})


def recent(days: int, made: Iterable[Incident] = MADE) -> list[Incident]:
    """Those of the span ``{days}d`` to today, oldest first."""
    first = TODAY - timedelta(days=days)
    found = (incident for incident in made if first <= incident.occurred_at.date() <= TODAY)
    return sorted(found, key=lambda incident: incident.occurred_at)


def by_job(incidents: Iterable[Incident]) -> dict[str, list[Incident]]:
    """By the job's ARN."""
    return grouped(incidents, lambda incident: incident.job.arn or "")


def grouped(items: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups


def highest_cost(incidents: Iterable[Incident]) -> float | None:
    """Of one job, in USD; None where no incident knows it."""
    return max((float(each.job.cost_usd) for each in incidents if each.job.cost_usd is not None), default=None)


def total(values: Iterable[float | None]) -> float | None:
    """The sum of those that are known, as SQL has it: None of none."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def monday(moment: datetime) -> date:
    return moment.date() - timedelta(days=moment.weekday())


def as_sql(moment: datetime) -> datetime:
    """Without a zone, as the table has it."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def nearest_rank(values: Sequence[float], percent: int) -> float:
    """The smallest value that at least ``percent`` of a hundred do not exceed."""
    return next(value for value in sorted(values) if sum(v <= value for v in values) * 100 >= percent * len(values))
