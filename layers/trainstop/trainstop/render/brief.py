"""The short forms: the subject of an e-mail and the SMS."""

from collections.abc import Iterator

from trainstop.domain.category import Category
from trainstop.domain.decision import Action, StopReason
from trainstop.domain.finding import Trigger
from trainstop.domain.incident import Incident
from trainstop.render.alphabets import gsm_septets, to_ascii, to_gsm
from trainstop.render.links import is_region
from trainstop.render.story import NAMELESS, job_name, rule_name, still_runs, title
from trainstop.render.text import fit, said, shorten_middle
from trainstop.render.units import money

SUBJECT_CHARACTERS = 99
"""SNS refuses a subject of 100 characters or more (FORMATS.md 10)."""

SMS_SEPTETS = 160 - len("0123456789> ")
"""What is left of one segment: SNS puts the topic's display name, its first ten characters and ``> ``, in front."""

FROM = "[trainstop] "
_TITLE_CHARACTERS = 44

_STATUS = {
    Action.STOPPED: "Stopped: ",
    Action.ALREADY_STOPPED: "Already ended: ",
    Action.STOP_HELD: "NOT STOPPED: ",
    Action.STOP_FAILED: "STOP FAILED: ",
}

_HELD = {
    StopReason.DRY_RUN: "dry run",
    StopReason.PROTECTED_JOB: "protected",
    StopReason.STOP_LIMIT_REACHED: "stop limit",
    StopReason.BREAKER_OPEN: "breaker open",
    StopReason.GUARDRAIL_UNREADABLE: "guardrail unreadable",
    StopReason.POLICY_UNREADABLE: "policy unreadable",
    StopReason.DRILL: "drill",
}


def subject_of(incident: Incident) -> str:
    """One line of printable ASCII with what is wrong, what was done and the job: equal ones make a thread.

    What is told of a retry answers the first alert of its line, so that mail programs show the two together. A drill
    says so first.
    """
    mark = "[DRILL] " if incident.drill else ""
    return f"{mark}{_subject(incident, SUBJECT_CHARACTERS - len(mark))}"


def _subject(incident: Incident, characters: int) -> str:
    if incident.retry is not None and incident.retry.thread:
        return shorten_middle(f"Re: {not_none(to_ascii(said(incident.retry.thread)))}", characters, len)
    return f"{FROM}{headline(incident, characters - len(FROM))}"


def headline(incident: Incident, characters: int) -> str:
    """So many characters of printable ASCII, in one line, with what is wrong, what was done and the job."""
    status, what = _STATUS.get(incident.outcome.action, ""), short_title(incident)
    if incident.trigger is Trigger.BREAKER:
        return f"{what}: {to_ascii(said(incident.subject))}"[:characters]
    name = to_ascii(job_name(incident) or _who_asked(incident) or NAMELESS)
    fixed = {"status": status, "what": what}
    return fit("{status}{what}: {name}", characters, {"name": not_none(name)}, fixed, len)


def sms_of(incident: Incident) -> str:
    """One segment of GSM-7 characters; what does not fit beside the job's name is left out whole."""
    fixed = {"what": to_gsm(short_title(incident)), "held": _HELD.get(incident.decision.stop_reason, "held")}
    names = {"name": to_gsm(job_name(incident)) or NAMELESS}
    cost, drill = _sms_cost(incident), "DRILL: " if incident.drill else ""
    text = fit(drill + _sms_sentence(incident), SMS_SEPTETS - len(cost), names, fixed, gsm_septets) + cost
    for extra in _sms_extras(incident):
        if gsm_septets(text) + gsm_septets(extra) <= SMS_SEPTETS:
            text += extra
    return text


def short_title(incident: Incident) -> str:
    """What is wrong, in ASCII and few characters."""
    return shorten_middle(to_ascii(title(incident)), _TITLE_CHARACTERS, len)


def _who_asked(incident: Incident) -> str:
    return said(incident.refusal.session_name) or said(incident.refusal.principal_arn) if incident.refusal else ""


def not_none(name: str) -> str:
    """A name may be ``none`` or end so; a message may not, for that is how Debugger's own messages end."""
    return f"{name} (name)" if "none" in name[-12:].lower() else name


_DONE_SENTENCES = {
    Action.STOPPED: "Job {name} was STOPPED: {what}.",
    Action.ALREADY_STOPPED: "Job {name} had already ended: {what}.",
    Action.STOP_HELD: "Job {name} NOT stopped ({held}): {what}.",
    Action.STOP_FAILED: "STOP FAILED for job {name}: {what}.",
}


_SENTENCES = {
    Trigger.JOB_FAILED: "Job {name} failed: {what}.",
    Trigger.JOB_STOPPED: "Job {name} was stopped: {what}.",
    Trigger.RUNTIME_LIMIT: "Job {name}: {what}.",
    Trigger.WAIT_LIMIT: "Job {name}: {what}.",
    Trigger.DEBUGGER_RULE: "Job {name}: {what}.",
    Trigger.PROFILER_RULE: "Job {name}: {what}.",
    Trigger.REFUSED_SUBMISSION: "Submission of {name} refused: {what}.",
    Trigger.ALARM: "{what} is on for job {name}.",
    Trigger.RETRY_COMPLETED: "Job {name}: {what}.",
    Trigger.OPERATOR: "{name}: {what}.",
}
_BREAKER_SENTENCE = "{what}: job {name} is held, and trainstop stops no more jobs until a person closes it."
_UNKNOWN_SENTENCES = {
    Trigger.JOB_FAILED: "Job {name} failed, cause unknown.",
    Trigger.JOB_STOPPED: "Job {name} was stopped.",
    Trigger.REFUSED_SUBMISSION: "Submission of {name} refused.",
}


def _sms_sentence(incident: Incident) -> str:
    """A template for the sentence that every SMS has."""
    if incident.trigger is Trigger.BREAKER:
        return _BREAKER_SENTENCE
    if incident.outcome.action in _DONE_SENTENCES:
        return _DONE_SENTENCES[incident.outcome.action]
    unknown = incident.diagnosis.category is Category.UNKNOWN and incident.trigger in _UNKNOWN_SENTENCES
    return (_UNKNOWN_SENTENCES if unknown else _SENTENCES)[incident.trigger]


def _sms_cost(incident: Incident) -> str:
    job = incident.job
    if incident.drill or incident.trigger in {Trigger.REFUSED_SUBMISSION, Trigger.BREAKER, Trigger.OPERATOR}:
        return ""
    return f" Cost {money(job.cost_usd)}{' so far' if still_runs(incident) else ''}."


def _sms_extras(incident: Incident) -> Iterator[str]:
    if incident.drill:
        yield " No job failed, nobody has to act."
    if incident.outcome.retry is not None:
        yield f" Retry {incident.outcome.retry.attempt} follows."
    host, rule = incident.diagnosis.host, rule_name(incident)
    if incident.trigger.is_rule and rule and rule not in title(incident):
        yield f" Rule {to_gsm(rule)}."
    if host and not incident.trigger.is_rule:
        yield f" Host {to_gsm(said(host))}."
    if still_runs(incident) and incident.trigger is not Trigger.BREAKER:
        yield " It runs on."
    if is_region(incident.job.region):
        yield f" {incident.job.region}."
