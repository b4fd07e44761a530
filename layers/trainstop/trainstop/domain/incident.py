"""An incident: one finding about one job, why it happened, and what trainstop did about it.

What is in an incident may be stored and sent: texts from the job were cleaned and had secrets removed before.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import AwareDatetime, Field, model_validator

from trainstop.domain.base import Frozen
from trainstop.domain.category import Actor, Category, Retry
from trainstop.domain.decision import Decision, Outcome, Severity
from trainstop.domain.finding import Trigger
from trainstop.domain.handling import Handling
from trainstop.domain.run import LastGood
from trainstop.domain.signal import Origin
from trainstop.domain.tags import OwnerSource, owner_by_tags, team_of
from trainstop.domain.verdict import Confidence

SCHEMA_VERSION = 1


class Transition(Frozen):
    """A secondary status that the job was in.

    Attributes:
        ended_at: None for the one it was in when described.
        message: SageMaker's StatusMessage, cleaned, secrets removed.
    """

    status: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    message: str = ""


class RuleStatus(Frozen):
    """A Debugger or profiler rule of the job, where it stood.

    Attributes:
        details: StatusDetails, cleaned, secrets removed.
    """

    name: str
    status: str
    details: str = ""
    modified_at: datetime | None = None


class JobFacts(Frozen):
    """The described job, reduced to what people ask about it.

    Owner and team are what the tags name where nothing better is given, so that incidents of before there were these
    fields have them, too.

    Attributes:
        arn: None for a submission that was refused: that job never existed.
        instances: E.g. ``2 x ml.g5.2xlarge``; "" where unknown.
        failure_reason: Cleaned, secrets removed; None where SageMaker gave none.
        cost_usd: None where it cannot be known; ``cost_formula`` says how it came about or why not.
        usd_per_hour: On-demand price of all its instances together; None where unknown.
        transitions: The last secondary statuses, oldest first.
        owner: Who started the job or answers for it; "" where nothing tells.
        owner_source: What names the owner.
        team: "" where no tag names one.
    """

    name: str
    arn: str | None
    account: str
    region: str
    status: str = ""
    secondary_status: str = ""
    failure_reason: str | None = None
    instances: str = ""
    instance_type: str | None = None
    instance_count: int = 0
    spot: bool = False
    image: str | None = None
    role_arn: str | None = None
    tuning_job_arn: str | None = None
    created_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    duration_seconds: int | None = None
    billable_instance_seconds: int | None = None
    spot_savings_percent: float | None = None
    max_runtime_seconds: int | None = None
    cost_usd: Decimal | None = None
    cost_formula: str = ""
    usd_per_hour: Decimal | None = None
    transitions: tuple[Transition, ...] = ()
    rule_statuses: tuple[RuleStatus, ...] = ()
    owner: str = ""
    owner_source: OwnerSource = OwnerSource.UNKNOWN
    team: str = ""
    tags: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _by_tags(cls, value: Any) -> Any:  # noqa: ANN401 - pydantic hands over whatever came
        tags = value.get("tags") if isinstance(value, dict) else None
        if not isinstance(tags, Mapping) or not all(isinstance(text, str) for pair in tags.items() for text in pair):
            return value
        owner = owner_by_tags(tags)
        named = {} if value.get("owner") else {"owner": owner.name, "owner_source": owner.source}
        return value | named | {"team": value.get("team") or team_of(tags)}


class RuleFacts(Frozen):
    """The Debugger or profiler rule, or the alarm, that noticed.

    Attributes:
        step: The training step at which the rule's condition was met; None where its text does not say.
        declares: The actions that the job's own rule asks for, e.g. ``stoptraining``, and what of them is unreadable.
    """

    name: str
    details: str = ""
    step: int | None = None
    declares: tuple[str, ...] = ()


class RefusalFacts(Frozen):
    """Who was refused what."""

    principal_arn: str
    session_name: str
    error_code: str
    error_message: str


class OperatorFacts(Frozen):
    """Who acted by trainstop's own command, and why.

    Attributes:
        command: ``stop``, ``protect``, ``unprotect``, ``close-breaker``, ``add-silence`` or ``end-silence``.
        details: What it was about where that is no job, e.g. what a silence matches; else "".
    """

    command: str
    principal_arn: str
    reason: str
    details: str = ""


class RetryFacts(Frozen):
    """The line of retries that the job is in.

    Attributes:
        attempt: Which retry the job is; the first is 1.
        root: The job that a person submitted.
        thread: Subject of the first alert of the line; what is told later belongs to it.
        cost_usd: What the whole line cost, this job included; None where unknown.
    """

    attempt: int
    root: str
    thread: str
    cost_usd: Decimal | None = None


class Diagnosis(Frozen):
    """The classifier's verdict in the form that may be stored and sent.

    Attributes:
        fingerprint: The same for the same fault in two jobs; "" on incidents of before there were fingerprints.
    """

    category: Category
    title: str
    root_line: str | None = None
    host: str | None = None
    stream: str | None = None
    signature: str | None = None
    confidence: Confidence = Confidence.NONE
    confidence_reason: str = ""
    actor: Actor
    retry: Retry
    advice: str
    exit_code: int | None = None
    victim_count: int = 0
    fingerprint: str = ""
    removed: tuple[str, ...] = ()


class EvidenceFacts(Frozen):
    """What the diagnosis rests on.

    Attributes:
        excerpt: The lines around the root line, or the last ones; cleaned, secrets removed.
        problem: Why there is less than asked for, e.g. that the log is gone; None where all is there.
    """

    line_count: int = 0
    host_count: int = 0
    excerpt: tuple[str, ...] = ()
    problem: str | None = None


class Incident(Frozen):
    """The record of one finding. ``incident_id`` is derived (domain.finding), so that a repeat meets it.

    Attributes:
        told_at: When somebody was told; None until then, and where nobody is to be.
        told_as: ``published``, or ``grouped`` where its group had been told already.
        handling: What people did about it.
        drill: Whether it is made up, to see how far it comes: there is no such job.
    """

    schema_version: int = SCHEMA_VERSION
    incident_id: str
    trigger: Trigger
    subject: str = ""
    severity: Severity
    origin: Origin
    occurred_at: AwareDatetime
    detected_at: AwareDatetime
    job: JobFacts
    rule: RuleFacts | None = None
    refusal: RefusalFacts | None = None
    operator: OperatorFacts | None = None
    retry: RetryFacts | None = None
    last_good: LastGood | None = None
    diagnosis: Diagnosis
    evidence: EvidenceFacts
    decision: Decision
    outcome: Outcome
    told_at: AwareDatetime | None = None
    told_as: str = ""
    drill: bool = False
    handling: Handling = Handling()
