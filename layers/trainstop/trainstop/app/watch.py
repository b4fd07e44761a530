"""The way of an event: parse, describe, find evidence, classify, decide, act, record."""

from collections.abc import Iterator, Mapping
from typing import Any

from trainstop.app.act import Acted, act
from trainstop.app.assemble import assemble, refusal_incident
from trainstop.app.background import background_of, keep_good_run, note_creator
from trainstop.app.breaker import breaker_incident
from trainstop.app.case import case_of
from trainstop.app.deps import WatchDeps
from trainstop.app.diagnose import diagnose, evidence_of
from trainstop.app.drill import as_drill, rehearse
from trainstop.app.locate import Located, locate
from trainstop.app.occasion import line_of, notice
from trainstop.app.recipients import addressed, expect
from trainstop.app.retry import submit_retry, with_planned_retry
from trainstop.app.silence import with_silence
from trainstop.domain.decision import Action
from trainstop.domain.finding import Finding
from trainstop.domain.incident import Incident
from trainstop.domain.signal import (
    AlarmSignal,
    Drill,
    JobSignal,
    Nothing,
    NothingToDo,
    RefusedSubmission,
    RetryDue,
    RuleJobSignal,
    SubmittedJob,
)
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
    if isinstance(signal, Drill):
        signal, deps = rehearse(signal, deps)
    match signal:
        case NothingToDo():
            return (signal,)
        case SubmittedJob():
            return (note_creator(signal, deps),)
        case RefusedSubmission():
            return (_refused(signal, deps),)
        case RetryDue():
            result = submit_retry(signal, deps)
            return (_record(result, deps) if isinstance(result, Incident) else result,)
        case JobSignal() | RuleJobSignal() | AlarmSignal():
            return _look_at(signal, deps)


def _look_at(signal: JobSignal | RuleJobSignal | AlarmSignal, deps: WatchDeps) -> tuple[Result, ...]:
    located = locate(signal, deps.jobs, deps.rule_jobs)
    if isinstance(located, NothingToDo):
        return (located,)
    keep_good_run(located, deps)
    if not located.findings:
        expect(located.job, deps)
        return (located.nothing,)
    results: list[Result] = []
    for finding in located.findings:
        results += _handle(finding, located, deps)
        if any(isinstance(each, Incident) and each.outcome.action is Action.STOPPED for each in results):
            located = located.with_status(STOPPING)
    return tuple(results)


def _handle(finding: Finding, located: Located, deps: WatchDeps) -> tuple[Result, ...]:
    occasion = notice(finding, located, deps)
    if isinstance(occasion, NothingToDo):
        return (occasion,)
    evidence = evidence_of(occasion, deps.logs)
    verdict = diagnose(occasion.job, finding, evidence)
    case = case_of(occasion, verdict, deps)
    decision = addressed(decide(case, deps.policy(), deps.switches), case.declared, deps)
    acted = act(occasion, case.declared, decision, deps)
    if isinstance(acted, NothingToDo):
        return (acted,)
    background = background_of(occasion, deps)
    incident = assemble(occasion, evidence, verdict, acted, deps.prices, background=background)
    return tuple(_recorded(with_planned_retry(incident, occasion.line, deps), acted, deps))


def _recorded(incident: Incident, acted: Acted, deps: WatchDeps) -> Iterator[Result]:
    """Record the incident; before it the breaker that held its stop, for its message must not be lost."""
    if acted.breaker is not None:
        opened = _record(breaker_incident(acted.breaker, incident), deps)
        if isinstance(opened, Incident):
            yield opened
    yield _record(incident, deps)


def _refused(refusal: RefusedSubmission, deps: WatchDeps) -> Result:
    """A refused retry was told by whoever submitted it."""
    if line_of(refusal.training_job_name or "", deps) is not None:
        return NothingToDo(reason=Nothing.ALREADY_RECORDED, detail=refusal.training_job_name or "")
    return _record(refusal_incident(refusal, deps.policy(), deps.clock()), deps)


def _record(incident: Incident, deps: WatchDeps) -> Result:
    if deps.drill is not None:
        incident = as_drill(incident, deps.drill)
    incident = with_silence(incident, deps.silences)
    if deps.incidents.record(incident):
        return incident
    return NothingToDo(reason=Nothing.ALREADY_RECORDED, detail=incident.incident_id)
