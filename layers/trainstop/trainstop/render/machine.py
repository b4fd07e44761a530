"""The machine form of an alert: one JSON object, ``trainstop.alert/1``.

A key that is absent has its default: unknown, empty, false or zero. Times are ISO 8601 in UTC, durations whole seconds,
money a decimal number in a string. Every text is one line without controls and bounded, so that the object stays far
below SNS's limit. Within version 1 keys may be added and are never removed or changed in meaning.
"""

from decimal import Decimal
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from trainstop.domain.base import Frozen
from trainstop.domain.category import Category
from trainstop.domain.decision import Action, Audience, Decision, Outcome, Severity
from trainstop.domain.finding import Trigger
from trainstop.domain.group import Group, Sameness, Telling
from trainstop.domain.incident import (
    Diagnosis,
    EvidenceFacts,
    Incident,
    JobFacts,
    OperatorFacts,
    RefusalFacts,
    RetryFacts,
    RuleFacts,
)
from trainstop.domain.run import LastGood
from trainstop.domain.signal import Origin
from trainstop.render.links import Links
from trainstop.render.story import Story
from trainstop.render.text import log_line, shorten_end, without_secrets

ALERT_SCHEMA: Literal["trainstop.alert/1"] = "trainstop.alert/1"

_TEXT_CHARACTERS = 600
_ITEMS = 50
_EXCERPT_LINES = 20
_LINE_CHARACTERS = 500


class AlertLinks(Frozen):
    """Console pages; see ``trainstop.render.links``."""

    job: str | None = None
    log: str | None = None
    log_streams: str | None = None
    alarm: str | None = None
    calls: str | None = None
    tuning_job: str | None = None


class AlertSummary(Frozen):
    """The five lines that people get."""

    what: str
    why: str
    done: str
    cost: str
    next_step: str


class AlertGroup(Frozen):
    """The group that an alert is about.

    Attributes:
        group_id: The same for all that is told of the group.
        name: The owner or team that is told; "" for the platform.
        about: The parent of the jobs, or what is missing or wrong, e.g. an instance type.
        seen_before: How many incidents of the fault there were before the group opened.
        resolution: How it ended then, in a person's words.
    """

    group_id: str
    telling: Telling
    audience: Audience
    name: str = ""
    sameness: Sameness
    about: str = ""
    count: int
    opened_at: AwareDatetime
    newest_at: AwareDatetime
    jobs: tuple[str, ...]
    faults: dict[str, int]
    actions: dict[Action, int]
    cost_usd: Decimal
    unknown_costs: int = 0
    seen_before: int = 0
    first_seen_at: AwareDatetime | None = None
    last_seen_at: AwareDatetime | None = None
    resolution: str = ""


class Alert(Frozen):
    """What a machine is told.

    Attributes:
        subject: As in the e-mail.
        rule: The Debugger or profiler rule or the alarm that noticed.
        refusal: Who was refused what, for a submission that SageMaker refused.
        operator: Who acted by trainstop's own command.
        retry: The line of retries that the job is in.
        group: Absent where an incident is told by itself, as to the addresses that a job declares.
        last_good: The last run of the job's family that completed, and what was different in it.
        drill: Whether the incident is made up: no job failed, and nobody has to act.
    """

    schema_name: Literal["trainstop.alert/1"] = Field(alias="schema")
    incident_id: str
    trigger: Trigger
    category: Category
    severity: Severity
    origin: Origin
    occurred_at: AwareDatetime
    detected_at: AwareDatetime
    subject: str
    summary: AlertSummary
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
    links: AlertLinks = AlertLinks()
    group: AlertGroup | None = None
    drill: bool = False


def json_of(incident: Incident, story: Story, links: Links, subject: str, group: dict[str, Any] | None = None) -> str:
    """The alert as compact JSON."""
    taken = incident.model_dump(mode="json", exclude={"schema_version", "subject", "told_at", "told_as", "handling"})
    excerpt = [
        shorten_end(log_line(line), _LINE_CHARACTERS, len) for line in incident.evidence.excerpt[-_EXCERPT_LINES:]
    ]
    alert = {
        **_bounded(taken),
        "evidence": {**_bounded(taken["evidence"]), "excerpt": excerpt},
        "schema": ALERT_SCHEMA,
        "category": incident.diagnosis.category,
        "subject": subject,
        "summary": _bounded(_as_dict(story)),
        "links": _as_dict(links),
    } | ({"group": _bounded(group)} if group else {})
    return Alert.model_validate(alert).model_dump_json(by_alias=True, exclude_defaults=True)


def group_facts(group: Group, telling: Telling) -> dict[str, Any]:
    """A group as the machine form has it."""
    key, past = group.key, group.past
    facts = group.model_dump(mode="json", include=set(AlertGroup.model_fields))
    return facts | {
        "group_id": key.digest,
        "telling": telling.value,
        "audience": key.audience.value,
        "name": key.name,
        "sameness": key.sameness.value,
        "about": key.about,
        "jobs": [member.training_job_name for member in group.members],
        "seen_before": past.times,
        "first_seen_at": past.first_seen_at.isoformat() if past.first_seen_at else None,
        "last_seen_at": past.last_seen_at.isoformat() if past.last_seen_at else None,
        "resolution": past.resolution,
    }


def alert_schema() -> dict[str, Any]:
    """The JSON Schema of ``trainstop.alert/1``."""
    return Alert.model_json_schema(mode="serialization")


def _as_dict(value: Story | Links) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def _bounded(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    match value:
        case str():
            return shorten_end(without_secrets(value), _TEXT_CHARACTERS, len)
        case list():
            return [_bounded(item) for item in value[:_ITEMS]]
        case dict():
            return {_bounded(key): _bounded(item) for key, item in list(value.items())[:_ITEMS]}
        case _:
            return value
