"""The one message that says that trainstop stops no more until a person closes the breaker."""

from trainstop.app.act import describe_breaker
from trainstop.domain.category import Actor, Category, Retry
from trainstop.domain.decision import Action, AlertOrder, Audience, Channel, Decision, Outcome, Severity, StopReason
from trainstop.domain.finding import Trigger, incident_id
from trainstop.domain.incident import Diagnosis, EvidenceFacts, Incident
from trainstop.ports import Breaker

TITLE = "Stop breaker opened"


def breaker_incident(breaker: Breaker, held: Incident) -> Incident:
    """The incident of a breaker that opened. Its identity is the breaker's: whoever meets it records it, once.

    Args:
        breaker: As it is.
        held: An incident whose stop it held back; the job shown is that one's.
    """
    owner = breaker.limit.owner
    subject = f"{f'owner {owner}' if owner else 'all jobs'} at {breaker.opened_at:%Y-%m-%dT%H:%M:%SZ}"
    order = AlertOrder(
        severity=Severity.CRITICAL, audience=(Audience.PLATFORM,), channels=(Channel.EMAIL, Channel.SMS, Channel.JSON)
    )
    close = f"trainstop breaker close{f' --owner {owner}' if owner else ''}"
    return held.model_copy(
        update={
            "incident_id": incident_id(f"{held.job.account}:{held.job.region}", Trigger.BREAKER, subject),
            "trigger": Trigger.BREAKER,
            "subject": subject,
            "severity": order.severity,
            "occurred_at": breaker.opened_at,
            "rule": None,
            "diagnosis": Diagnosis(
                category=Category.UNKNOWN,
                title=TITLE,
                actor=Actor.PLATFORM_TEAM,
                retry=Retry.NO,
                advice=f"See whether the stops of the last hour were right; then close the breaker with `{close}`.",
            ),
            "evidence": EvidenceFacts(),
            "decision": Decision(
                stop=False,
                stop_reason=StopReason.STOP_LIMIT_REACHED,
                stop_rule=held.decision.stop_rule,
                held_detail=describe_breaker(breaker),
                alert=order,
                policy_version=held.decision.policy_version,
            ),
            "outcome": Outcome(action=Action.STOP_HELD),
            "retry": None,
            "last_good": None,
        }
    )
