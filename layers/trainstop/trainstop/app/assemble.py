"""Put an incident together from what is known; here texts of the job are cleaned and lose their secrets."""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from trainstop.app.act import Acted
from trainstop.app.background import Background
from trainstop.app.case import case_of_refusal, declared_by
from trainstop.app.diagnose import diagnose_refusal
from trainstop.app.occasion import Occasion
from trainstop.classify.fingerprint import fingerprint
from trainstop.domain.cost import PriceTable, estimate_cost, usd_per_hour
from trainstop.domain.decision import Action, Decision, Outcome, Severity
from trainstop.domain.describe import RuleEvaluationStatus, SecondaryStatusTransition
from trainstop.domain.evidence import Evidence
from trainstop.domain.finding import Finding, Trigger, incident_id
from trainstop.domain.incident import (
    Diagnosis,
    EvidenceFacts,
    Incident,
    JobFacts,
    RefusalFacts,
    RetryFacts,
    RuleFacts,
    RuleStatus,
    Transition,
)
from trainstop.domain.job_actions import JobActions
from trainstop.domain.redaction import redact
from trainstop.domain.signal import RefusedSubmission
from trainstop.domain.tags import UNKNOWN_OWNER, Owner, OwnerSource, owner_by_tags
from trainstop.domain.text import clean_text
from trainstop.domain.verdict import Verdict
from trainstop.policy.decide import Switches, decide
from trainstop.policy.retries import line_cost
from trainstop.policy.state import PolicyState
from trainstop.ports import Retry as RetryLine

_EXCERPT_BEFORE_LINES = 12
_EXCERPT_AFTER_LINES = 4
_LINE_CHARACTERS = 500
_TEXT_CHARACTERS = 1024
_NAME_CHARACTERS = 256
_MESSAGE_CHARACTERS = 256
_MOST_TRANSITIONS = 40
"""A spot job that is interrupted again and again has hundreds; the last ones tell how it ended."""
_MOST_RULES = 30
_NO_BACKGROUND = Background()
_STEP = re.compile(r"at step (?P<step>\d{1,12})\b")


def assemble(
    occasion: Occasion,
    evidence: Evidence,
    verdict: Verdict,
    acted: Acted,
    prices: PriceTable,
    *,
    background: Background = _NO_BACKGROUND,
) -> Incident:
    """The incident of a finding about a job that exists."""
    finding, alert = occasion.finding, acted.decision.alert
    named = finding.trigger.is_rule or finding.trigger is Trigger.ALARM
    return Incident(
        incident_id=occasion.incident_id,
        trigger=finding.trigger,
        subject=_clean(finding.subject),
        severity=alert.severity if alert else Severity.INFO,
        origin=occasion.origin,
        occurred_at=finding.occurred_at,
        detected_at=occasion.detected_at,
        job=(job := _job_facts(occasion, prices, background.owner)),
        rule=_rule_facts(finding, declared_by(occasion.job, finding)) if named else None,
        diagnosis=_diagnosis(verdict),
        evidence=_evidence_facts(evidence, verdict),
        decision=_cleaned(acted.decision),
        outcome=acted.outcome,
        retry=_retry_facts(occasion.line, line_cost(job.cost_usd, occasion.line)),
        last_good=background.last_good,
    )


def _cleaned(decision: Decision) -> Decision:
    """Names and tags of a job are in the reasons why rules apply."""
    texts = ("stop_why", "alert_why", "resubmit_why", "held_detail")
    return decision.model_copy(update={name: _clean(getattr(decision, name)) for name in texts})


def _retry_facts(line: RetryLine | None, cost_usd: Decimal | None) -> RetryFacts | None:
    if line is None:
        return None
    return RetryFacts(attempt=line.attempt, root=line.root, thread=line.thread, cost_usd=cost_usd)


def refusal_incident(
    refusal: RefusedSubmission, policy: PolicyState, now: datetime, line: RetryLine | None = None
) -> Incident:
    """The incident of a CreateTrainingJob call that was refused: there is no job to describe and nothing to stop.

    Args:
        refusal: The call.
        policy: In force.
        now: When it was noticed.
        line: The retry that was refused; None for a person's submission.
    """
    verdict = diagnose_refusal(refusal)
    name = refusal.training_job_name or ""
    decision = decide(case_of_refusal(refusal, now), policy, Switches())
    request = refusal.request
    caller = Owner(refusal.person, OwnerSource.CLOUDTRAIL) if refusal.person else UNKNOWN_OWNER
    owner = tagged if (tagged := owner_by_tags(refusal.tags)).name else caller
    count = int(request.get("instance_count", "0")) if request.get("instance_count", "0").isdigit() else 0
    instance_type = request.get("instance_type")
    return Incident(
        incident_id=incident_id(refusal.event_id or name, Trigger.REFUSED_SUBMISSION),
        trigger=Trigger.REFUSED_SUBMISSION,
        severity=decision.alert.severity if decision.alert else Severity.INFO,
        origin=refusal.origin,
        occurred_at=refusal.occurred_at,
        detected_at=now,
        job=JobFacts(
            name=_clean(name),
            arn=None,
            account=refusal.account,
            region=refusal.region,
            instances=f"{count} x {instance_type}" if count and instance_type else "",
            instance_type=instance_type,
            instance_count=count,
            role_arn=request.get("role_arn"),
            cost_formula="nothing was started, so nothing was billed",
            owner=_clean(owner.name, _NAME_CHARACTERS),
            owner_source=owner.source,
            tags={_clean(key): _clean(value) for key, value in refusal.tags.items()},
        ),
        refusal=RefusalFacts(
            principal_arn=_clean(refusal.principal_arn),
            session_name=_clean(refusal.session_name),
            error_code=_clean(refusal.error_code),
            error_message=_clean(refusal.error_message),
        ),
        diagnosis=_diagnosis(verdict),
        evidence=EvidenceFacts(),
        decision=decision,
        outcome=Outcome(action=Action.NONE),
        retry=_retry_facts(line, line.cost_usd if line else None),
    )


def _job_facts(occasion: Occasion, prices: PriceTable, owner: Owner) -> JobFacts:
    job, tags = occasion.job, occasion.tags or {}
    cost = estimate_cost(job, prices, occasion.detected_at)
    condition = job.stopping_condition
    statuses = (*job.debug_rule_evaluation_statuses, *job.profiler_rule_evaluation_statuses)
    return JobFacts(
        name=job.training_job_name,
        arn=job.training_job_arn,
        account=job.arn.account,
        region=job.arn.region,
        status=job.training_job_status,
        secondary_status=job.secondary_status,
        failure_reason=_clean(job.failure_reason) if job.failure_reason else None,
        instances=", ".join(f"{count} x {instance_type}" for instance_type, count in job.instances),
        instance_type=job.instances[0].instance_type if job.instances else None,
        instance_count=job.instance_count,
        spot=bool(job.enable_managed_spot_training),
        image=job.image,
        role_arn=job.role_arn,
        tuning_job_arn=job.tuning_job_arn,
        created_at=job.creation_time,
        started_at=job.training_start_time,
        ended_at=job.training_end_time,
        duration_seconds=job.duration_seconds,
        billable_instance_seconds=job.billable_instance_seconds,
        spot_savings_percent=job.spot_savings_percent,
        max_runtime_seconds=condition.max_runtime_in_seconds if condition else None,
        cost_usd=cost.usd,
        cost_formula=cost.formula,
        usd_per_hour=usd_per_hour(job, prices),
        transitions=tuple(map(_transition, job.secondary_status_transitions[-_MOST_TRANSITIONS:])),
        rule_statuses=tuple(map(_rule_status, statuses[:_MOST_RULES])),
        owner=_clean(owner.name, _NAME_CHARACTERS),
        owner_source=owner.source,
        tags={_clean(key): _clean(value) for key, value in tags.items()},
    )


def _transition(transition: SecondaryStatusTransition) -> Transition:
    return Transition(
        status=transition.status or "",
        started_at=transition.start_time,
        ended_at=transition.end_time,
        message=_clean(transition.status_message or "", _MESSAGE_CHARACTERS),
    )


def _rule_status(status: RuleEvaluationStatus) -> RuleStatus:
    return RuleStatus(
        name=_clean(status.rule_configuration_name or "", _NAME_CHARACTERS),
        status=status.rule_evaluation_status or "",
        details=_clean(status.status_details or "", _MESSAGE_CHARACTERS),
        modified_at=status.last_modified_time,
    )


def _rule_facts(finding: Finding, declared: JobActions | None) -> RuleFacts:
    match = _STEP.search(finding.details)
    return RuleFacts(
        name=_clean(finding.subject),
        details=_clean(finding.details),
        step=int(match["step"]) if match else None,
        declares=tuple(map(_clean, _declared(declared))) if declared else (),
    )


def _declared(declared: JobActions) -> Iterator[str]:
    if declared.stop_prefix is not None:
        yield "stoptraining"
    yield from (f"{each.protocol} {each.endpoint}" for each in declared.recipients)
    yield from declared.faults


def _diagnosis(verdict: Verdict) -> Diagnosis:
    return Diagnosis(
        category=verdict.category,
        title=verdict.title,
        root_line=_shorten(verdict.root_line_clean, _TEXT_CHARACTERS) if verdict.root_line_clean else None,
        host=verdict.host or None,
        stream=verdict.stream or None,
        signature=verdict.signature,
        confidence=verdict.confidence,
        confidence_reason=verdict.confidence_reason,
        actor=verdict.actor,
        retry=verdict.retry,
        advice=verdict.advice,
        exit_code=verdict.exit_code,
        victim_count=verdict.victim_count,
        fingerprint=fingerprint(verdict),
        removed=verdict.removed,
    )


def _evidence_facts(evidence: Evidence, verdict: Verdict) -> EvidenceFacts:
    """The excerpt is of the stream in which the root line stands, for ranks write over one another."""
    lines = evidence.lines
    at = verdict.line_index
    if at is None:
        shown = lines[-(_EXCERPT_BEFORE_LINES + _EXCERPT_AFTER_LINES) :]
    else:
        stream = lines[at].stream
        before = [line for line in lines[:at] if line.stream == stream][-_EXCERPT_BEFORE_LINES:]
        after = [line for line in lines[at:] if line.stream == stream][: _EXCERPT_AFTER_LINES + 1]
        shown = (*before, *after)
    return EvidenceFacts(
        line_count=len(lines),
        host_count=evidence.host_count,
        excerpt=tuple(_clean(line.text, _LINE_CHARACTERS) for line in shown),
        problem=evidence.problem,
    )


def _clean(text: str, characters: int = _TEXT_CHARACTERS) -> str:
    """A text of the job in the form that may be stored and sent."""
    return _shorten(redact(clean_text(text)).text, characters)


def _shorten(text: str, characters: int) -> str:
    return text if len(text) <= characters else f"{text[: characters - 3]}..."
