"""What a person does to a job by trainstop's own command, on the same record as what trainstop does."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from trainstop.app.act import Acted
from trainstop.app.assemble import assemble
from trainstop.app.by_hand import ASKED_FOR, Person, by_hand_incident, worded
from trainstop.app.case import case_of_finding
from trainstop.app.occasion import Occasion
from trainstop.app.silence import with_silence
from trainstop.domain.cost import PriceTable
from trainstop.domain.decision import Action, Decision, Outcome
from trainstop.domain.evidence import Evidence
from trainstop.domain.finding import Finding, Trigger, incident_id
from trainstop.domain.incident import Incident, OperatorFacts
from trainstop.domain.signal import Origin
from trainstop.domain.training_job import IN_PROGRESS, TrainingJob
from trainstop.policy.case import Case
from trainstop.policy.decide import Switches, decide
from trainstop.policy.match import protection_of
from trainstop.policy.silences import ActiveSilences
from trainstop.policy.state import PolicyState
from trainstop.ports import Clock, Incidents, StopAnswer, TaggedJobs

_GLOB = frozenset("*?[")


class Command(StrEnum):
    """What a person may ask for."""

    STOP = "stop"
    PROTECT = "protect"
    UNPROTECT = "unprotect"


CLOSE_BREAKER = "close-breaker"


def closing_incident(
    owner: str, *, principal_arn: str, reason: str, account: str, region: str, now: datetime
) -> Incident:
    """The record of a breaker that a person closed; no job is involved, and nobody is told.

    Args:
        owner: Whose jobs' breaker it was; "" for that of all jobs.
        principal_arn: Who closed it.
        reason: Why, in that person's words.
        account: The stack's.
        region: The stack's.
        now: When.
    """
    what = f"{CLOSE_BREAKER} of {owner or 'all jobs'}"
    return by_hand_incident(CLOSE_BREAKER, what, Person(principal_arn, account, region), reason=reason, now=now)


class RefusedError(Exception):
    """The command cannot or should not be carried out; the text is for the person."""


@dataclass(frozen=True, slots=True)
class Order:
    """Who wants what, and why.

    Attributes:
        force: Stop even a job that the policy protects.
    """

    command: Command
    training_job_name: str
    principal_arn: str
    reason: str
    force: bool = False


@dataclass(frozen=True, slots=True)
class OperateDeps:
    """What the sequence needs of the world."""

    jobs: TaggedJobs
    incidents: Incidents
    policy: PolicyState
    silences: ActiveSilences
    prices: PriceTable
    clock: Clock


def operate(order: Order, deps: OperateDeps) -> Incident:
    """Carry out a person's order, then record it.

    Raises:
        RefusedError: there is no such job, it does not run, the policy protects it, or the policy has no tag to
            protect it by.
        StopRefusedError: SageMaker refuses the stop.
    """
    job = deps.jobs.describe(order.training_job_name)
    if job is None:
        raise RefusedError(f"there is no training job {order.training_job_name}")
    tags = deps.jobs.tags(job.training_job_arn)
    now = deps.clock()
    finding = Finding(trigger=_TRIGGERS[order.command], subject=_subject(order, deps), occurred_at=now)
    case = case_of_finding(job, finding, tags, ASKED_FOR, prices=deps.prices, now=now)
    action = _stop(order, job, case, deps) if order.command is Command.STOP else _tag(order, job, deps)
    outcome = Outcome(action=action, acted_at=deps.clock() if action is not Action.NONE else None)
    decision = _decision(case, deps.policy)
    identity = incident_id(job.training_job_arn, finding.trigger, finding.subject)
    occasion = Occasion(identity, finding, job, tags, Origin.OPERATOR, now)
    incident = assemble(occasion, Evidence(), ASKED_FOR, Acted(decision, outcome), deps.prices).model_copy(
        update={
            "operator": OperatorFacts(
                command=order.command.value, principal_arn=order.principal_arn, reason=worded(order.reason)
            )
        }
    )
    incident = with_silence(incident, deps.silences)
    deps.incidents.record(incident)
    return incident


_TRIGGERS = {
    Command.STOP: Trigger.JOB_STOPPED,
    Command.PROTECT: Trigger.OPERATOR,
    Command.UNPROTECT: Trigger.OPERATOR,
}
"""A stop has the identity of the job's own end, so that the event of that end meets this record."""


def _subject(order: Order, deps: OperateDeps) -> str:
    return "" if order.command is Command.STOP else f"{order.command} at {deps.clock():%Y-%m-%dT%H:%M:%S.%fZ}"


def _stop(order: Order, job: TrainingJob, case: Case, deps: OperateDeps) -> Action:
    if job.training_job_status != IN_PROGRESS:
        raise RefusedError(f"{order.training_job_name} does not run: it is {job.training_job_status}")
    protection = protection_of(deps.policy.document.protect, case)
    if protection and not order.force:
        raise RefusedError(f"{order.training_job_name} is protected ({protection}); --force stops it all the same")
    answer = deps.jobs.stop(order.training_job_name)
    return Action.STOPPED if answer is StopAnswer.ACCEPTED else Action.ALREADY_STOPPED


def _tag(order: Order, job: TrainingJob, deps: OperateDeps) -> Action:
    tags = deps.policy.document.protect.tags
    key = next((key for key, value in tags.items() if not _GLOB & set(value)), None)
    if key is None:
        raise RefusedError("the policy protects by no tag of one value (protect.tags): protect by name, or add one")
    if order.command is Command.PROTECT:
        deps.jobs.tag(job.training_job_arn, key, tags[key])
    else:
        deps.jobs.untag(job.training_job_arn, key)
    return Action.NONE


def _decision(case: Case, state: PolicyState) -> Decision:
    """Whom the policy tells; what the person did is no decision of the policy's."""
    return decide(case, state, Switches())
