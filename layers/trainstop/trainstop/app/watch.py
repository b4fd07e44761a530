"""The way of an event: parse, describe, find evidence, classify, decide, act, record."""

from collections.abc import Mapping
from typing import Any

from trainstop.app.act import act
from trainstop.app.assemble import Occasion, assemble, case_of, diagnose, enough_for, refusal_incident
from trainstop.app.deps import WatchDeps
from trainstop.app.locate import Located, locate
from trainstop.domain.decision import Action
from trainstop.domain.finding import Finding, incident_id
from trainstop.domain.incident import Incident
from trainstop.domain.signal import Nothing, NothingToDo, RefusedSubmission
from trainstop.domain.training_job import STOPPING
from trainstop.events import parse
from trainstop.policy.decide import decide

Result = Incident | NothingToDo


def watch(raw: Mapping[str, Any], deps: WatchDeps) -> tuple[Result, ...]:
    """Handle one event: every finding about its job becomes an incident, or is known already.

    Raises:
        UnreadableEventError: the event cannot be right and belongs to the dead letters.
    """
    signal = parse(raw)
    if isinstance(signal, NothingToDo):
        return (signal,)
    if isinstance(signal, RefusedSubmission):
        return (_record(refusal_incident(signal, deps.policy(), deps.clock()), deps),)
    located = locate(signal, deps.jobs, deps.rule_jobs)
    if isinstance(located, NothingToDo):
        return (located,)
    results: list[Result] = []
    for finding in located.findings:
        result = _handle(finding, located, deps)
        results.append(result)
        if isinstance(result, Incident) and result.outcome.action is Action.STOPPED:
            located = located.with_status(STOPPING)
    return tuple(results)


def _handle(finding: Finding, located: Located, deps: WatchDeps) -> Result:
    job, now = located.job, deps.clock()
    identity = incident_id(job.training_job_arn, finding.trigger, finding.subject)
    if deps.incidents.is_recorded(identity):
        return NothingToDo(reason=Nothing.ALREADY_RECORDED, detail=identity)
    evidence = deps.logs.tail(job, enough_for(job))
    verdict = diagnose(job, finding, evidence)
    tags = deps.jobs.tags(job.training_job_arn)
    decision = decide(case_of(job, finding, tags, verdict), deps.policy(), dry_run=deps.dry_run)
    acted = act(job, identity, decision, deps)
    if isinstance(acted, NothingToDo):
        return acted
    occasion = Occasion(identity, finding, job, tags, located.origin, now)
    return _record(assemble(occasion, evidence, verdict, acted, deps.prices), deps)


def _record(incident: Incident, deps: WatchDeps) -> Result:
    if deps.incidents.record(incident):
        return incident
    return NothingToDo(reason=Nothing.ALREADY_RECORDED, detail=incident.incident_id)
