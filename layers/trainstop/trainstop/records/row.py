"""An incident as one line of the archive: flat, typed as ``schema.COLUMNS`` says, the same bytes every time."""

import gzip
import json
from collections.abc import Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any

from trainstop.domain.family import family_name
from trainstop.domain.handling import Handling, HandlingEntry
from trainstop.domain.incident import Incident, JobFacts, OperatorFacts, RefusalFacts, RetryFacts, RuleFacts
from trainstop.domain.run import NOT_SET, Difference, LastGood
from trainstop.domain.silence import SilenceFacts
from trainstop.domain.training_job import INTERRUPTED
from trainstop.records import times
from trainstop.records.schema import COLUMNS

Row = dict[str, Any]


def to_row(incident: Incident) -> Row:
    """The row of an incident, with every column in the order of ``COLUMNS``.

    Texts that are empty become null, so that SQL has one way to say "not there".
    """
    values = (
        _identity(incident)
        | _cause(incident)
        | _times(incident)
        | _job(incident)
        | _job_story(incident.job)
        | _rule(incident.rule)
        | _refusal(incident.refusal)
        | _act(incident)
        | _line(incident.retry)
        | _last_good(incident.last_good)
        | _operator(incident.operator)
        | _evidence(incident)
        | _silence(incident.decision.silence)
        | _handling(incident.handling)
        | _states(incident)
    )
    return {column.name: _plain(values[column.name]) for column in COLUMNS}


def state_number(incident: Incident) -> int:
    """How often the incident has changed so far: 1 when recorded, one more when told and for each thing people did.

    What happens to an incident is only ever added to it, so that of two of its states the one with the higher number is
    the later one, in whatever order they arrive.
    """
    return 1 + (incident.told_at is not None) + len(incident.handling.entries)


def encode(row: Mapping[str, Any]) -> bytes:
    """The object's body: one JSON object and a newline, compressed without a time stamp."""
    line = json.dumps(row, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"
    return gzip.compress(line.encode(), mtime=0)


def _plain(value: Any) -> Any:  # noqa: ANN401 - a value of any column
    if isinstance(value, datetime):
        return times.sql(value)
    if isinstance(value, tuple):
        return [_plain(entry) if isinstance(entry, dict) else str(entry) for entry in value]
    if isinstance(value, dict):
        return {name: _plain(held) for name, held in value.items()}
    if isinstance(value, str):
        return str(value) or None
    return value


def _identity(incident: Incident) -> Row:
    return {
        "incident_id": incident.incident_id,
        "schema_version": incident.schema_version,
        "trigger": incident.trigger,
        "subject": incident.subject,
        "origin": incident.origin,
        "severity": incident.severity,
        "drill": incident.drill,
    }


def _cause(incident: Incident) -> Row:
    diagnosis = incident.diagnosis
    return {
        "category": diagnosis.category,
        "title": diagnosis.title,
        "signature": diagnosis.signature,
        "fingerprint": diagnosis.fingerprint,
        "confidence": diagnosis.confidence,
        "confidence_reason": diagnosis.confidence_reason,
        "actor": diagnosis.actor,
        "retry": diagnosis.retry,
        "advice": diagnosis.advice,
        "root_line": diagnosis.root_line,
        "host": diagnosis.host,
        "log_stream": diagnosis.stream,
        "exit_code": diagnosis.exit_code,
        "victim_count": diagnosis.victim_count,
        "secrets_removed": diagnosis.removed,
    }


def _times(incident: Incident) -> Row:
    return {
        "occurred_at": incident.occurred_at,
        "detected_at": incident.detected_at,
        "acted_at": incident.outcome.acted_at,
        "told_at": incident.told_at,
        "told_as": incident.told_as,
        "job_created_at": incident.job.created_at,
        "job_started_at": incident.job.started_at,
        "job_ended_at": incident.job.ended_at,
    }


def _job(incident: Incident) -> Row:
    job = incident.job
    return {
        "job_name": job.name,
        "job_arn": job.arn,
        "account": job.account,
        "region": job.region,
        "status": job.status,
        "secondary_status": job.secondary_status,
        "failure_reason": job.failure_reason,
        "instances": job.instances,
        "instance_type": job.instance_type,
        "instance_count": job.instance_count,
        "spot": job.spot,
        "image": job.image,
        "role_arn": job.role_arn,
        "tuning_job_arn": job.tuning_job_arn,
        "duration_seconds": job.duration_seconds,
        "billable_instance_seconds": job.billable_instance_seconds,
        "max_runtime_seconds": job.max_runtime_seconds,
        "spot_savings_percent": job.spot_savings_percent,
        "cost_usd": None if job.cost_usd is None else float(job.cost_usd),
        "cost_formula": job.cost_formula,
        "tags": dict(sorted(job.tags.items())),
        "team": job.team,
        "owner": job.owner,
        "owner_source": job.owner_source,
        "family": family_name(job.name) if job.name else None,
    }


def _job_story(job: JobFacts) -> Row:
    """What SageMaker did with the job, and where its rules stood."""
    transitions = tuple(each.model_dump() for each in job.transitions)
    return {
        "transitions": transitions or None,
        "rule_statuses": tuple(each.model_dump() for each in job.rule_statuses) or None,
        "interruption_count": sum(each.status == INTERRUPTED for each in job.transitions),
        "usd_per_hour": None if job.usd_per_hour is None else float(job.usd_per_hour),
    }


def _last_good(last_good: LastGood | None) -> Row:
    return {
        "last_good_job_name": last_good.training_job_name if last_good else None,
        "last_good_ended_at": last_good.ended_at if last_good else None,
        "last_good_differences": tuple(map(_difference, last_good.differences)) if last_good else None,
        "last_good_differences_left_out": last_good.differences_left_out if last_good else None,
    }


def _difference(difference: Difference) -> str:
    return f"{difference.field}: {difference.then or NOT_SET} -> {difference.now or NOT_SET}"


def _rule(rule: RuleFacts | None) -> Row:
    return {
        "rule_name": rule.name if rule else None,
        "rule_details": rule.details if rule else None,
        "rule_step": rule.step if rule else None,
    }


def _refusal(refusal: RefusalFacts | None) -> Row:
    return {
        "refused_principal_arn": refusal.principal_arn if refusal else None,
        "refused_session_name": refusal.session_name if refusal else None,
        "refused_error_code": refusal.error_code if refusal else None,
        "refused_error_message": refusal.error_message if refusal else None,
    }


def _act(incident: Incident) -> Row:
    decision, outcome = incident.decision, incident.outcome
    return {
        "action": outcome.action,
        "action_error": outcome.error,
        "stop_reason": decision.stop_reason,
        "stop_rule": decision.stop_rule,
        "alert_rule": decision.alert_rule,
        "alert_channels": decision.alert.channels if decision.alert else None,
        "alert_audiences": (decision.alert.audience or None) if decision.alert else None,
        "policy_version": decision.policy_version,
        "stop_why": decision.stop_why,
        "held_detail": decision.held_detail,
        "resubmit_reason": decision.resubmit_reason if decision.resubmit_rule else None,
        "resubmit_rule": decision.resubmit_rule,
        "retry_job_name": outcome.retry.training_job_name if outcome.retry else None,
        "trial_rules": tuple(trial.rule for trial in decision.trials) or None,
        "neighbours": decision.neighbours or None,
    }


def _line(retry: RetryFacts | None) -> Row:
    return {
        "retry_root": retry.root if retry else None,
        "retry_attempt": retry.attempt if retry else None,
        "line_cost_usd": float(retry.cost_usd) if retry and retry.cost_usd is not None else None,
    }


def _operator(operator: OperatorFacts | None) -> Row:
    return {
        "operator_principal_arn": operator.principal_arn if operator else None,
        "operator_command": operator.command if operator else None,
        "operator_reason": operator.reason if operator else None,
        "operator_details": operator.details if operator else None,
    }


def _silence(silence: SilenceFacts | None) -> Row:
    return {
        "silence_id": silence.silence_id if silence else None,
        "silenced_by": silence.author if silence else None,
        "silence_reason": silence.reason if silence else None,
        "silenced_until": silence.until if silence else None,
    }


def _handling(handling: Handling) -> Row:
    acknowledged, resolved = handling.acknowledged, handling.resolved
    return {
        "acknowledged_at": acknowledged.at if acknowledged else None,
        "acknowledged_by": acknowledged.by if acknowledged else None,
        "resolved_at": resolved.at if resolved else None,
        "resolved_by": resolved.by if resolved else None,
        "resolution": resolved.text if resolved else None,
        "notes": tuple(map(_note, handling.entries)) or None,
    }


def _states(incident: Incident) -> Row:
    """The incident's history: each state with who made it; trainstop's own have nobody."""
    outcome = incident.outcome
    known = [
        _state(incident.detected_at, "recorded"),
        _state(outcome.acted_at, "acted", words=outcome.action),
        _state(incident.told_at, "told", words=incident.told_as),
        *(_state(entry.at, entry.action, entry.by, entry.text) for entry in incident.handling.entries),
    ]
    return {
        "state_number": state_number(incident),
        "history": tuple(sorted((state for state in known if state["at"]), key=itemgetter("at"))),
    }


def _state(at: datetime | None, what: str, by: str = "", words: str = "") -> Row:
    return {"at": at, "what": what, "by": by, "words": words}


def _note(entry: HandlingEntry) -> str:
    """``2026-01-15T12:00:00.000Z acknowledge ARN: text``."""
    return f"{times.iso(entry.at)} {entry.action} {entry.by}{f': {entry.text}' if entry.text else ''}"


def _evidence(incident: Incident) -> Row:
    evidence = incident.evidence
    return {
        "evidence": evidence.excerpt,
        "evidence_line_count": evidence.line_count,
        "evidence_host_count": evidence.host_count,
        "evidence_problem": evidence.problem,
    }
