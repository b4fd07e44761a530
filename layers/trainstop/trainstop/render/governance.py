"""Which rules decided, which guardrails held, and what else looks after the job: sentences for people."""

from collections.abc import Iterator
from datetime import UTC, tzinfo

from trainstop.domain.decision import JOB_ACTION, Action, Neighbour, ResubmitReason, StopReason
from trainstop.domain.finding import Trigger
from trainstop.domain.incident import Incident
from trainstop.domain.job_actions import Subscribed, ToldRecipient
from trainstop.domain.silence import SilenceFacts
from trainstop.render.people import person
from trainstop.render.text import said
from trainstop.render.units import duration, instant

HELD_BECAUSE = {
    StopReason.DRY_RUN: "dry run is on",
    StopReason.PROTECTED_JOB: "the policy protects this job",
    StopReason.STOP_LIMIT_REACHED: "the stop limit is reached, and the breaker opened",
    StopReason.BREAKER_OPEN: "the stop breaker is open",
    StopReason.GUARDRAIL_UNREADABLE: "a guardrail could not be read",
    StopReason.POLICY_UNREADABLE: "the policy could not be read",
    StopReason.DRILL: "this is a drill",
}

NOT_RETRIED_BECAUSE = {
    ResubmitReason.JOB_NOT_ENDED: "",
    ResubmitReason.NOT_WORTH_RETRYING: "it would fail again",
    ResubmitReason.HANDLED_ELSEWHERE: "something else retries it",
    ResubmitReason.NOT_PERMITTED: "its role is none of ResubmitRoles",
    ResubmitReason.POLICY_UNREADABLE: "the policy could not be read",
    ResubmitReason.DRY_RUN: "dry run is on",
    ResubmitReason.ATTEMPTS_USED_UP: "its retries are used up",
    ResubmitReason.SAME_FAULT_AGAIN: "the same fault came back",
    ResubmitReason.COST_CEILING: "the cost ceiling is reached",
    ResubmitReason.DRILL: "this is a drill",
}

NEIGHBOURS = {
    Neighbour.DEBUGGER_ACTIONS: "Debugger's own actions are declared too; what they did is not done again.",
    Neighbour.SDK_NOTIFICATIONS: "A rule of the SageMaker SDK (sm-pysdk-job-notif-*) tells of this job's end as well.",
    Neighbour.BATCH: "AWS Batch made the job and retries it as its queue says; trainstop does not.",
    Neighbour.PIPELINE: "A pipeline runs the job and retries its step as it says; trainstop does not.",
    Neighbour.TUNING_JOB: "A tuning job made the job and goes on with others; trainstop does not retry it.",
    Neighbour.AUTOML: "An AutoML job made the job; trainstop does not retry it.",
    Neighbour.SAGEMAKER_RETRIES: "SageMaker itself retried internal errors (RetryStrategy) before it gave up.",
}

_SUBSCRIBED = {
    Subscribed.CONFIRMED: "",
    Subscribed.COVERED: " (who gets all alerts)",
    Subscribed.PENDING: " (NOT CONFIRMED YET: nothing reaches it)",
    Subscribed.REFUSED: " (SNS REFUSED the subscription)",
}


def held_because(incident: Incident) -> str:
    """Which guardrail held the stop."""
    return HELD_BECAUSE.get(incident.decision.stop_reason, "a guardrail held it back")


def not_retried_because(incident: Incident) -> str:
    """Which guardrail held a retry that a rule wanted; "" where none was wanted."""
    return NOT_RETRIED_BECAUSE.get(incident.decision.resubmit_reason, "")


def governance(incident: Incident, zone: tzinfo = UTC) -> Iterator[str]:
    """The sentences, most urgent first, with times in the reader's zone too."""
    yield from _silence(incident.decision.silence, zone)
    yield from _stop(incident, zone)
    yield from _retry(incident, zone)
    yield from _told(incident)
    yield from (NEIGHBOURS[neighbour] for neighbour in incident.decision.neighbours)
    yield from _trials(incident)


def _silence(silence: SilenceFacts | None, zone: tzinfo) -> Iterator[str]:
    if silence is not None:
        by, until = person(silence.author), instant(silence.until, zone)
        yield f"Nobody was told: {silence.kind.value} {said(silence.silence_id)} by {by} holds until {until}."
        yield f"Its reason: {said(silence.reason) or 'none was given'}."


def _stop(incident: Incident, zone: tzinfo) -> Iterator[str]:
    decision, told = incident.decision, f"for this alert (severity {incident.severity})"
    stop_rule, alert_rule = said(decision.stop_rule or ""), said(decision.alert_rule or "")
    held = incident.outcome.action is Action.STOP_HELD and incident.trigger is not Trigger.BREAKER
    if decision.stop_rule == JOB_ACTION:
        yield "The job's own rule asks for a stop (StopTraining)."
    elif stop_rule:
        both = f" and {told}" if stop_rule == alert_rule else ""
        yield f"Rule {stop_rule} asks for a stop{both}{_as(decision.stop_why)}."
    if held:
        detail = said(decision.held_detail)
        yield f"trainstop would have stopped it, but {held_because(incident)}{f' ({detail})' if detail else ''}."
    if decision.first_seen_at is not None:
        seen = instant(decision.first_seen_at, zone)
        later = duration((incident.detected_at - decision.first_seen_at).total_seconds())
        yield f"First seen at {seen}, it still stood {later} later, and only then counted."
    for other in incident.outcome.others:
        reason = f" ({said(other.reason)})" if other.reason else ""
        yield f"The same action is about job {said(other.training_job_name)}, {_words(other.action)}{reason}."
    if alert_rule and alert_rule != stop_rule:
        yield f"Rule {alert_rule} asks {told}{_as(decision.alert_why)}."


def _rule(name: str) -> str:
    return f"Rule {name}" if name else "A rule"


def _as(why: str) -> str:
    return f", as {said(why)}" if said(why) else ""


def _retry(incident: Incident, zone: tzinfo) -> Iterator[str]:
    decision, planned = incident.decision, incident.outcome.retry
    rule = said(decision.resubmit_rule or "")
    if planned is not None:
        on = f" on {said(planned.instance_type)}" if planned.instance_type else ""
        name = said(planned.training_job_name)
        due = instant(planned.due_at, zone)
        yield f"{_rule(rule)} asks for a retry{_as(decision.resubmit_why)}. It is {name}{on}, due {due}."
    elif reason := not_retried_because(incident):
        detail = said(decision.held_detail)
        yield f"{_rule(rule)} asks for a retry, but {reason}{f' ({detail})' if detail else ''}."


def _told(incident: Incident) -> Iterator[str]:
    for recipient in incident.decision.recipients:
        yield f"The job's own rule asks to tell {_address(recipient)}."


def _address(recipient: ToldRecipient) -> str:
    return f"{said(recipient.endpoint)}{_SUBSCRIBED[recipient.subscribed]}"


def _trials(incident: Incident) -> Iterator[str]:
    for trial in incident.decision.trials:
        held = f"stopped it, but for {_words(trial.held)}" if trial.held else ""
        would = [
            "stopped it" if trial.stop else held,
            "told of it" if trial.alert else "",
            "retried it" if trial.resubmit else "",
        ]
        done = " and ".join(filter(None, would)) or "done nothing"
        yield f"{_rule(said(trial.rule))}, in trial, would have {done}."


def _words(code: str) -> str:
    return str(code).replace("_", " ")
