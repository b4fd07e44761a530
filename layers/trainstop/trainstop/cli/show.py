"""All about one incident, as labels and values for a page of 80 columns."""

from collections.abc import Iterator
from datetime import datetime

from trainstop.domain.decision import Decision, StopReason
from trainstop.domain.handling import HandlingAction
from trainstop.domain.incident import Incident
from trainstop.domain.standing import Standing, standing
from trainstop.render.facts import job_facts
from trainstop.render.governance import governance
from trainstop.render.links import links_of
from trainstop.render.people import person
from trainstop.render.runs import different, last_good_run
from trainstop.render.story import story_of, title
from trainstop.render.text import one_line, said
from trainstop.render.units import duration, instant

Fact = tuple[str, str]

_WHOLE = 1000
"""Columns and lines of what is shown in full."""

_HOUR_SECONDS = 3600


def facts_of(incident: Incident) -> Iterator[Fact]:
    """What there is to know, most urgent first; an empty fact stands between sections."""
    sections = (_story, _handling, _words, _log, _diagnosis, _last_good, _job, _times, _policy)
    told = [facts for section in sections if (facts := [fact for fact in section(incident) if fact[1]])]
    for number, facts in enumerate(told):
        if number:
            yield ("", "")
        yield from facts


def links_shown(incident: Incident) -> Iterator[Fact]:
    """Pages of the console."""
    links = links_of(incident)
    named = (
        ("Job", links.job),
        ("Tuning job", links.tuning_job),
        ("Root line's log", links.log),
        ("Logs of all hosts", links.log_streams),
        ("Alarm", links.alarm),
        ("CloudTrail", links.calls),
    )
    return ((label, url) for label, url in named if url)


def _story(incident: Incident) -> Iterator[Fact]:
    story = story_of(incident)
    yield "Drill", "This is a drill: no job failed. What follows is made up." if incident.drill else ""
    yield "Incident", f"{incident.incident_id}, {incident.severity.value}: {title(incident)}"
    yield "What", story.what
    yield "Why", story.why
    yield "Done", story.done
    yield "Cost", story.cost
    yield "Next", story.next_step


_DID = {
    HandlingAction.ACKNOWLEDGE: "Acknowledged",
    HandlingAction.RESOLVE: "Resolved",
    HandlingAction.NOTE: "Note",
}


def _handling(incident: Incident) -> Iterator[Fact]:
    """What people did about it."""
    yield "Standing", standing(incident).value.replace(Standing.NOTHING_TO_HANDLE, "")
    for entry in incident.handling.entries:
        words = said(entry.text)
        yield _DID[entry.action], f"{instant(entry.at)} by {person(entry.by)}{f': {words}' if words else ''}"


def _words(incident: Incident) -> Iterator[Fact]:
    """What the log, SageMaker, the rule or the refused call said, in full."""
    where = ", ".join(filter(None, (incident.diagnosis.host, incident.diagnosis.stream)))
    # A refused call's root line is a part of the answer below.
    yield "Root line", "" if incident.refusal else said(incident.diagnosis.root_line or "")
    yield "Stood in", one_line(where)
    yield "Reason", said(incident.job.failure_reason or "")
    if incident.rule:
        yield "Rule", f"{one_line(incident.rule.name)}: {said(incident.rule.details) or 'no details'}"
    if incident.refusal:
        refusal = incident.refusal
        yield "Answer", said(f"{refusal.error_code}: {refusal.error_message}")
        yield "Asked by", said(refusal.principal_arn) or said(refusal.session_name)
    if incident.operator:
        yield "Asked by", said(incident.operator.principal_arn)
        yield "Because", said(incident.operator.reason)
        yield "About", said(incident.operator.details)
    yield "Stop error", said(incident.outcome.error or "")


def _log(incident: Incident) -> Iterator[Fact]:
    evidence = incident.evidence
    for number, line in enumerate(line for line in map(said, evidence.excerpt) if line):
        yield ("" if number else "Log", line)
    yield "Log missing", said(evidence.problem or "")


def _diagnosis(incident: Incident) -> Iterator[Fact]:
    diagnosis = incident.diagnosis
    sure = " - ".join(filter(None, (diagnosis.confidence.value, one_line(diagnosis.confidence_reason))))
    yield "Category", f"{diagnosis.category.value} (signature: {diagnosis.signature or 'none'})"
    yield "Fingerprint", diagnosis.fingerprint or "none"
    yield "Confidence", sure
    yield "Retry", diagnosis.retry.value
    yield "Who acts", diagnosis.actor.value
    yield "Exit code", "" if diagnosis.exit_code is None else str(diagnosis.exit_code)
    yield "Secrets", f"removed: {', '.join(diagnosis.removed)}" if diagnosis.removed else ""


def _last_good(incident: Incident) -> Iterator[Fact]:
    yield "Last good", last_good_run(incident, _WHOLE)
    if incident.last_good is not None:
        for number, line in enumerate(different(incident, _WHOLE, _WHOLE)):
            yield ("" if number else "Different", line)


def _job(incident: Incident) -> Iterator[Fact]:
    job = incident.job
    yield from ((fact.label, fact.value) for fact in job_facts(incident))
    yield "ARN", one_line(job.arn or "")
    yield "Role", one_line(job.role_arn or "")
    yield "Tags", ", ".join(f"{said(key)}={said(value)}" for key, value in sorted(job.tags.items()))
    yield "Cost from", said(job.cost_formula)


def _times(incident: Incident) -> Iterator[Fact]:
    yield "Occurred", instant(incident.occurred_at)
    yield "Noticed", f"{_after(incident, incident.detected_at)} (by {incident.origin.value})"
    yield "Acted", _after(incident, incident.outcome.acted_at)
    grouped = " (its group had been told already)" if incident.told_as == "grouped" else ""
    yield "Told", f"{_after(incident, incident.told_at)}{grouped}" or _untold(incident.decision)


def _untold(decision: Decision) -> str:
    if decision.silence is not None:
        return f"nobody, by {decision.silence.kind.value} {one_line(decision.silence.silence_id)}"
    if decision.stop_reason is StopReason.BACKFILL:
        return "nobody: a backfill tells nobody"
    return "not yet" if decision.tells_anybody else "nobody, by policy"


def _after(incident: Incident, moment: datetime | None) -> str:
    if moment is None:
        return ""
    seconds = (moment - incident.occurred_at).total_seconds()
    return f"{instant(moment)}, {f'{seconds:.1f} s' if seconds < _HOUR_SECONDS else duration(seconds)} later"


def _policy(incident: Incident) -> Iterator[Fact]:
    decision = incident.decision
    yield "Policy", f"version {one_line(decision.policy_version)}" if decision.policy_version else "not asked"
    yield "Stop", f"{decision.stop_reason.value} (rule: {one_line(decision.stop_rule or 'none')})"
    if decision.resubmit_rule:
        yield "Retry", f"{decision.resubmit_reason.value} (rule: {one_line(decision.resubmit_rule)})"
    for number, sentence in enumerate(governance(incident)):
        yield ("" if number else "In words", sentence)
    if decision.alert:
        channels = ", ".join(channel.value for channel in decision.alert.channels)
        yield "Alert", f"{channels} (rule: {one_line(decision.alert_rule or 'none')})"
