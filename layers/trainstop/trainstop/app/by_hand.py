"""The record of what a person did by trainstop's own command where no job is involved."""

from dataclasses import dataclass
from datetime import datetime

from trainstop.domain.category import Actor, Category, Retry
from trainstop.domain.decision import Action, Decision, Outcome, Severity, StopReason
from trainstop.domain.finding import Trigger, incident_id
from trainstop.domain.incident import Diagnosis, EvidenceFacts, Incident, JobFacts, OperatorFacts
from trainstop.domain.redaction import presentable
from trainstop.domain.signal import Origin
from trainstop.domain.verdict import Verdict

REASON_CHARACTERS = 500
_DETAILS_CHARACTERS = 2000

ASKED_FOR = Verdict(
    category=Category.UNKNOWN,
    title="Asked for by a person",
    actor=Actor.NOBODY,
    retry=Retry.NO,
    advice="Nothing is to be done.",
)


@dataclass(frozen=True, slots=True)
class Person:
    """Who gives a command, and where, as STS knows them."""

    principal_arn: str
    account: str
    region: str


def worded(text: str, characters: int = REASON_CHARACTERS) -> str:
    """A person's words in the form that may be stored and shown: one line, cleaned, without secrets."""
    return presentable(" ".join(text.split()), characters).text.strip()


def by_hand_incident(
    command: str, what: str, person: Person, *, reason: str, now: datetime, details: str = ""
) -> Incident:
    """The record; nobody is told.

    Args:
        command: As ``OperatorFacts`` has it.
        what: The command and what it was about; with the time it is the record's identity.
        person: Who.
        reason: Why, in that person's words.
        now: When.
        details: What it was about, in full.
    """
    subject = f"{what} at {now:%Y-%m-%dT%H:%M:%S.%fZ}"
    job = JobFacts(name="", arn=None, account=person.account, region=person.region, cost_formula="no job is involved")
    return Incident(
        incident_id=incident_id(f"{person.account}:{person.region}", Trigger.OPERATOR, subject),
        trigger=Trigger.OPERATOR,
        subject=subject,
        severity=Severity.INFO,
        origin=Origin.OPERATOR,
        occurred_at=now,
        detected_at=now,
        job=job,
        operator=OperatorFacts(
            command=command,
            principal_arn=person.principal_arn,
            reason=worded(reason),
            details=worded(details, _DETAILS_CHARACTERS),
        ),
        diagnosis=Diagnosis(**ASKED_FOR.model_dump(include={"category", "title", "actor", "retry", "advice"})),
        evidence=EvidenceFacts(),
        decision=Decision(stop=False, stop_reason=StopReason.NO_RULE_SAYS_STOP, policy_version=""),
        outcome=Outcome(action=Action.NONE, acted_at=now),
    )
