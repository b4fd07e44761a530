"""What there is to tell about an incident: what happened, why, what was done, what it cost, what to do next."""

from dataclasses import dataclass
from datetime import UTC, tzinfo

from trainstop.domain.category import Actor, Category
from trainstop.domain.decision import Action
from trainstop.domain.finding import Trigger
from trainstop.domain.incident import Incident
from trainstop.domain.training_job import IN_PROGRESS
from trainstop.domain.verdict import Confidence
from trainstop.render.governance import held_because, not_retried_because
from trainstop.render.people import person
from trainstop.render.text import columns, fit, one_line, said, shorten_end
from trainstop.render.units import clock_time, duration, money

WIDTH = 66
"""Columns of a line of the story: an e-mail line of 72 less its label."""

NAMELESS = "(no name)"
"""Stands for a job's name that is not recorded, as for a submission whose denial shows no request."""

_MIN_QUOTE = 24


@dataclass(frozen=True, slots=True)
class Story:
    """The five lines. All but ``next_step`` are at most ``WIDTH`` columns; none is empty or ends in a line break."""

    what: str
    why: str
    done: str
    cost: str
    next_step: str


def story_of(incident: Incident, zone: tzinfo = UTC) -> Story:
    """Tell an incident, with times in the reader's zone too where they fit into the line."""
    return Story(
        what=_what(incident),
        why=_why(incident),
        done=_done(incident, zone),
        cost=_cost(incident),
        next_step=_next_step(incident, zone),
    )


def job_name(incident: Incident) -> str:
    """The job's name in one line; "" for a refused submission whose record does not tell it."""
    return one_line(incident.job.name)


def rule_name(incident: Incident) -> str:
    """The name of the rule or alarm in one line; "" where none is involved."""
    if incident.rule is not None:
        return said(incident.rule.name)
    return said(incident.subject) if incident.trigger.is_rule or incident.trigger is Trigger.ALARM else ""


def still_runs(incident: Incident) -> bool:
    """Whether the job goes on, and with it its cost, after all that trainstop did."""
    ended = incident.outcome.action in {Action.STOPPED, Action.ALREADY_STOPPED}
    return incident.job.status == IN_PROGRESS and not ended and not incident.drill


def should_it_go_on(incident: Incident) -> bool:
    """Whether somebody has to decide on a stop: the job runs, and what was found may make the rest of it useless."""
    return still_runs(incident) and incident.trigger not in {Trigger.PROFILER_RULE, Trigger.BREAKER, Trigger.OPERATOR}


_TITLES = {
    Trigger.RUNTIME_LIMIT: "Runtime limit reached",
    Trigger.WAIT_LIMIT: "Spot wait limit reached",
    Trigger.RETRY_COMPLETED: "Retry completed",
    Trigger.BREAKER: "STOP BREAKER OPEN",
}
_BY_HAND_TITLES = {
    "stop": "Job stopped by a person",
    "protect": "Job protected by a person",
    "unprotect": "Job's protection ended by a person",
    "close-breaker": "Stop breaker closed by a person",
    "add-silence": "Alerts silenced by a person",
    "end-silence": "Silence ended by a person",
}
_BY_HAND = {
    "stop": "Job {name} was stopped by a person.",
    "protect": "Job {name} is now protected from stops.",
    "unprotect": "Job {name} is protected from stops no more.",
    "close-breaker": "A person closed the stop breaker.",
    "add-silence": "A person silenced alerts.",
    "end-silence": "A person ended a silence.",
}
_BY_HAND_DONE = {
    "protect": "Set the tag that protects the job.",
    "unprotect": "Removed the tag that protects the job.",
    "close-breaker": "trainstop stops jobs again, and counts from 0.",
    "add-silence": "What matches is stopped and recorded as before, but not told.",
    "end-silence": "What matches is told again from now on.",
}
_UNKNOWN_TITLES = {
    Trigger.JOB_FAILED: "Job failed, cause unknown",
    Trigger.JOB_STOPPED: "Job was stopped",
    Trigger.REFUSED_SUBMISSION: "Submission refused",
}


def title(incident: Incident) -> str:
    """What is wrong, in a few words."""
    trigger, diagnosis = incident.trigger, incident.diagnosis
    if trigger is Trigger.ALARM:
        return f"Alarm {rule_name(incident)}".strip()
    if incident.operator is not None:
        return _BY_HAND_TITLES.get(incident.operator.command, "Changed by a person")
    unknown = _UNKNOWN_TITLES.get(trigger) if diagnosis.category is Category.UNKNOWN else None
    return _TITLES.get(trigger) or unknown or one_line(diagnosis.title) or "Job in trouble"


_WHAT = {
    Trigger.JOB_FAILED: "Job {name} failed{when}.",
    Trigger.JOB_STOPPED: "Job {name} was stopped{when}.",
    Trigger.RUNTIME_LIMIT: "Job {name} hit its runtime limit.",
    Trigger.WAIT_LIMIT: "Spot job {name} hit its wait limit.",
    Trigger.DEBUGGER_RULE: "Rule {rule} fired on {name}.",
    Trigger.PROFILER_RULE: "Profiler rule {rule} fired on {name}.",
    Trigger.ALARM: "Alarm {rule} is on for job {name}.",
    Trigger.REFUSED_SUBMISSION: "SageMaker refused to create job {name}.",
    Trigger.RETRY_COMPLETED: "Job {name}, a retry, completed{when}.",
    Trigger.BREAKER: "trainstop stops no more jobs: its stop breaker opened.",
    Trigger.OPERATOR: "A person acted on job {name}.",
}


def _what(incident: Incident) -> str:
    names = {"name": job_name(incident) or NAMELESS, "rule": rule_name(incident) or NAMELESS}
    by_hand = _BY_HAND.get(incident.operator.command) if incident.operator else None
    return fit(by_hand or _WHAT[incident.trigger], WIDTH, names, {"when": _when(incident)})


def _when(incident: Incident) -> str:
    job = incident.job
    if job.duration_seconds is not None:
        return f" after {duration(job.duration_seconds)}"
    never_started = incident.trigger is Trigger.JOB_FAILED and job.started_at is None
    return " before training started" if never_started else ""


def _why(incident: Incident) -> str:
    return _why_trainstop_acted(incident) or _why_it_happened(incident)


def _why_trainstop_acted(incident: Incident) -> str:
    """Where the incident is about trainstop's own doing or a person's; else ""."""
    if incident.operator is not None:
        return _quoted(person(incident.operator.principal_arn), said(incident.operator.reason))
    if incident.trigger is Trigger.BREAKER:
        return shorten_end(f"{said(incident.decision.held_detail) or 'Too many jobs were stopped'}.", WIDTH)
    if incident.trigger is Trigger.RETRY_COMPLETED:
        root = said(incident.retry.root) if incident.retry else ""
        return fit("It was submitted in place of {root}.", WIDTH, {"root": root or NAMELESS}, {})
    return ""


def _why_it_happened(incident: Incident) -> str:
    limit = incident.job.max_runtime_seconds
    match incident.trigger:
        case Trigger.RUNTIME_LIMIT:
            return f"MaxRuntimeInSeconds is {limit} ({duration(limit)})." if limit else "It passed MaxRuntimeInSeconds."
        case Trigger.WAIT_LIMIT:
            return "Waiting for spot and running passed MaxWaitTimeInSeconds."
        case Trigger.ALARM:
            details = said(incident.rule.details) if incident.rule else ""
            return shorten_end(details, WIDTH) or "The alarm gave no reason."
        case Trigger.JOB_STOPPED if incident.diagnosis.category is Category.UNKNOWN:
            return "StopTrainingJob was called; CloudTrail tells by whom."
        case _:
            return _diagnosed(incident)


_SURENESS = {Confidence.LOW: " (a guess)", Confidence.MEDIUM: " (likely)"}


def _diagnosed(incident: Incident) -> str:
    diagnosis = incident.diagnosis
    if diagnosis.category is Category.UNKNOWN and incident.trigger is Trigger.JOB_FAILED:
        return _quoted("Unknown", said(diagnosis.root_line or "") or said(incident.job.failure_reason or ""))
    if incident.trigger.is_rule:
        step = f" (at step {incident.rule.step})" if incident.rule and incident.rule.step is not None else ""
        return fit("{title}{step}.", WIDTH, {"title": one_line(diagnosis.title)}, {"step": step})
    host = f" on {one_line(diagnosis.host)}" if diagnosis.host else ""
    cause = f"{one_line(diagnosis.title)}{host}{_SURENESS.get(diagnosis.confidence, '')}"
    refused = said(incident.refusal.error_message) if incident.refusal else ""
    return _quoted(cause, refused or said(diagnosis.root_line or ""))


def _quoted(cause: str, line: str) -> str:
    """The cause, and as much of the line that shows it as fits; too little of it would only puzzle."""
    left = WIDTH - columns(cause) - len(': ""')
    if not line or left < min(_MIN_QUOTE, columns(line)):
        return shorten_end(f"{cause}.", WIDTH)
    return f'{cause}: "{shorten_end(line, left)}"'


def _done(incident: Incident, zone: tzinfo) -> str:
    by_hand = _BY_HAND_DONE.get(incident.operator.command) if incident.operator else None
    return by_hand or _DONE.get(incident.trigger) or _done_about_the_job(incident, zone)


_DONE = {
    Trigger.BREAKER: "Stops are HELD until a person closes the breaker.",
    Trigger.RETRY_COMPLETED: "Nothing more: the retry did what the first job was to do.",
}


def _done_about_the_job(incident: Incident, zone: tzinfo) -> str:
    outcome, goes_on = incident.outcome, " The job runs on." if still_runs(incident) else ""
    match outcome.action:
        case Action.STOPPED:
            return _stopped(incident, zone)
        case Action.ALREADY_STOPPED:
            return "Nothing was left to stop: the job was stopping or had ended."
        case Action.STOP_HELD:
            return shorten_end(f"NOT stopped: {held_because(incident)}.{goes_on}", WIDTH)
        case Action.STOP_FAILED:
            return f"STOP FAILED: SageMaker refused it.{goes_on}"
        case Action.NONE:
            return _nothing_done(incident, zone)


def _stopped(incident: Incident, zone: tzinfo) -> str:
    """When, in the reader's zone too, and how soon; where not all of it fits, the reader's own time is dearest."""
    acted_at, soon = incident.outcome.acted_at, _reaction(incident)
    if acted_at is None:
        return "Stopped the job."
    here = clock_time(acted_at, zone)
    return _first_that_fits(
        f"Stopped the job at {here}{soon}.",
        f"Stopped at {here}{soon}.",
        f"Stopped the job at {here}.",
        f"Stopped the job at {clock_time(acted_at)}{soon}.",
    )


def _first_that_fits(*sentences: str) -> str:
    return next((sentence for sentence in sentences if columns(sentence) <= WIDTH), shorten_end(sentences[-1], WIDTH))


def _nothing_done(incident: Incident, zone: tzinfo) -> str:
    if incident.trigger is Trigger.REFUSED_SUBMISSION:
        return "Nothing: there is no job that could be stopped."
    if incident.drill:
        return "Nothing: this is a drill, there is no such job."
    if still_runs(incident):
        return "Nothing: the policy says to tell, not to stop. The job runs on."
    if planned := incident.outcome.retry:
        on = f" on {said(planned.instance_type)}" if planned.instance_type else ""
        moments = (clock_time(planned.due_at, zone), clock_time(planned.due_at))
        return _first_that_fits(*(f"Submits it again{on} at {when} (retry {planned.attempt})." for when in moments))
    if reason := not_retried_because(incident):
        return f"NOT submitted again: {reason}."
    return "Nothing: the job had already ended."


def _reaction(incident: Incident) -> str:
    """How long the stop took by SageMaker's clock of the finding; "" where the clocks disagree."""
    after = {
        Trigger.ALARM: "the alarm",
        Trigger.DEBUGGER_RULE: "the rule fired",
        Trigger.PROFILER_RULE: "the rule fired",
    }
    if incident.outcome.acted_at is None or incident.trigger not in after:
        return ""
    seconds = (incident.outcome.acted_at - incident.occurred_at).total_seconds()
    return f", {duration(seconds)} after {after[incident.trigger]}" if seconds >= 1 else ""


def _cost(incident: Incident) -> str:
    job = incident.job
    if incident.drill:
        return "Nothing: this is a drill."
    if incident.trigger is Trigger.REFUSED_SUBMISSION:
        return "Nothing: no instance was started."
    if incident.operator is not None and job.arn is None:
        return "Nothing: no job is involved."
    if job.cost_usd is None:
        reason = said(job.cost_formula).removeprefix("unknown").removeprefix(":").strip()
        return shorten_end(f"unknown ({reason})" if reason else "unknown", WIDTH)
    amount = money(job.cost_usd)
    if job.cost_usd == 0:
        amount = "under USD 0.01" if job.started_at else "USD 0.00: training never started"
    so_far = " so far" if still_runs(incident) else " until the stop" if _was_stopped(incident) else ""
    line = incident.retry.cost_usd if incident.retry else None
    if line is not None and line != job.cost_usd:
        return f"{amount}, and {money(line)} with what was tried before it"
    spot = " spot" if job.spot else ""
    on = f" for {one_line(job.instances)}{spot}" if job.instances and job.cost_usd else ""
    return shorten_end(f"{amount}{so_far}{on}", WIDTH)


def _was_stopped(incident: Incident) -> bool:
    return incident.outcome.action is Action.STOPPED and not incident.job.ended_at


_WHO = {
    Actor.JOB_OWNER: "Job owner: ",
    Actor.PLATFORM_TEAM: "Platform team: ",
    Actor.AWS: "The fault is on AWS's side. ",
    Actor.NOBODY: "",
}


def _next_step(incident: Incident, zone: tzinfo) -> str:
    step = _step(incident, zone)
    return f"Nothing: this is a drill. In earnest: {step}" if incident.drill else step


def _step(incident: Incident, zone: tzinfo) -> str:
    diagnosis = incident.diagnosis
    steps = "The job runs on and costs money: stop it if it should not. " if should_it_go_on(incident) else ""
    if (planned := incident.outcome.retry) is not None:
        when = clock_time(planned.due_at, zone)
        return (
            f"Nothing for now: trainstop submits the job again at {when}. If that fails: {one_line(diagnosis.advice)}"
        )
    if incident.trigger is Trigger.ALARM and not still_runs(incident):
        return "Look at the metric behind the alarm and at the job's log before you submit the job again."
    if diagnosis.category is Category.ACCESS_DENIED and incident.trigger is Trigger.REFUSED_SUBMISSION:
        return _CALLER_DENIED
    if diagnosis.category is Category.UNKNOWN and incident.trigger in _WITHOUT_DIAGNOSIS:
        return f"{steps}{_WITHOUT_DIAGNOSIS[incident.trigger]}"
    return f"{steps}{_WHO[diagnosis.actor]}{one_line(diagnosis.advice)}"


_CALLER_DENIED = (
    "Platform team: Give the caller named below the action on the resource that SageMaker's answer names, or find the "
    "policy that denies it."
)
_WITHOUT_DIAGNOSIS = {
    Trigger.ALARM: "Look at the metric behind the alarm and at the job's log to see whether the job should go on.",
    Trigger.JOB_STOPPED: "If nobody meant it, ask CloudTrail who called StopTrainingJob; then submit the job again.",
    Trigger.REFUSED_SUBMISSION: "Correct what SageMaker's answer below names, and submit the job again.",
}
