"""Recorded incidents under another policy: what would have been decided."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from trainstop.domain.decision import Decision, StopReason
from trainstop.domain.incident import Incident, JobFacts
from trainstop.domain.job_actions import JobActions, Protocol, Recipient
from trainstop.domain.tags import pipeline_of
from trainstop.domain.training_job import IN_PROGRESS
from trainstop.policy.case import Case
from trainstop.policy.decide import Switches, decide
from trainstop.policy.state import PolicyState


class Replayed(NamedTuple):
    """One incident with the decision that was taken and the one that another policy would take."""

    incident: Incident
    would: Decision

    @property
    def changed(self) -> bool:
        """Whether the two do different things."""
        return deeds(self.incident.decision) != deeds(self.would)


def replay(incidents: Iterable[Incident], state: PolicyState) -> list[Replayed]:
    """Decide anew on every incident. Limits that need a history (stops an hour, the line of retries) are not asked."""
    return [
        Replayed(incident, decide(case, state, Switches(resubmit_roles=frozenset({case.role_arn}))))
        for incident in incidents
        for case in [case_of_incident(incident)]
    ]


def case_of_incident(incident: Incident) -> Case:
    """The case as it was, as far as the incident tells."""
    job, rule = incident.job, incident.rule
    return Case(
        trigger=incident.trigger,
        rule_name=incident.subject,
        training_job_name=job.name,
        tags=job.tags,
        category=incident.diagnosis.category,
        actor=incident.diagnosis.actor,
        in_progress=job.status == IN_PROGRESS,
        role_arn=job.role_arn or "",
        instance_types=_instance_types(job),
        cost_usd=job.cost_usd,
        training_seconds=job.duration_seconds if job.started_at else 0 if job.ended_at else None,
        spot=job.spot,
        tuning_job=job.tuning_job_arn.rpartition("/")[2] if job.tuning_job_arn else None,
        pipeline=pipeline_of(job.tags),
        neighbours=incident.decision.neighbours,
        declared=_declared(rule.declares) if rule and rule.declares else None,
        retry=incident.diagnosis.retry,
        now=incident.detected_at,
    )


def _instance_types(job: JobFacts) -> tuple[str, ...]:
    """Of every instance group: ``instances`` is ``2 x ml.g5.2xlarge, 1 x ml.m5.large``."""
    groups = (group.partition(" x ") for group in job.instances.split(", "))
    return tuple(name for _, found, name in groups if found) or tuple(filter(None, [job.instance_type]))


def _declared(declares: tuple[str, ...]) -> JobActions:
    """The job's own actions as the incident shows them: ``stoptraining``, ``email ADDRESS``, ``sms NUMBER``."""
    pairs = (each.split(" ", 1) for each in declares)
    told = [Recipient(protocol=Protocol(pair[0]), endpoint=pair[1]) for pair in pairs if pair[0] in set(Protocol)]
    return JobActions(stop_prefix="" if "stoptraining" in declares else None, recipients=tuple(told))


def deeds(decision: Decision) -> tuple[str, str, str]:
    """What a decision comes to: its stop, whom it tells, its retry."""
    wanted = decision.stop_rule is not None
    stop = "stop" if wanted and decision.stop_reason is StopReason.RULE_SAYS_STOP else ""
    held = f"held: {decision.stop_reason.value}" if wanted and decision.stop_reason.is_guardrail else ""
    alert = decision.alert
    told = f"{alert.severity.value} by {'+'.join(sorted(alert.channels))}" if alert else ""
    audience = f" to {'+'.join(sorted(alert.audience))}" if alert and alert.audience else ""
    return (stop or held, f"{told}{audience}", "resubmit" if decision.resubmit else "")


def busiest_hour(replayed: Iterable[Replayed]) -> tuple[datetime, int] | None:
    """The clock hour with the most stops, and how many; None without any stop."""
    hours = Counter(
        each.incident.detected_at.replace(minute=0, second=0, microsecond=0) for each in replayed if each.would.stop
    )
    return max(hours.items(), key=lambda item: item[1]) if hours else None
