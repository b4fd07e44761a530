"""Incidents as trainstop makes them, for the tests of records, queries and the CLI."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from trainstop.domain.category import FACTS, Actor, Category, Retry
from trainstop.domain.decision import Action, AlertOrder, Channel, Decision, Outcome, Severity, StopReason
from trainstop.domain.finding import Trigger, incident_id
from trainstop.domain.incident import Diagnosis, EvidenceFacts, Incident, JobFacts, RefusalFacts, RuleFacts
from trainstop.domain.signal import Origin
from trainstop.domain.verdict import Confidence

ACCOUNT = "111122223333"
REGION = "us-east-1"


def at(text: str) -> datetime:
    """``2026-01-15 12:00:00.500`` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def job_arn(name: str) -> str:
    return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/{name}"


def a_job(name: str = "bert-1", **changes: Any) -> JobFacts:
    facts = {
        "name": name,
        "arn": job_arn(name),
        "account": ACCOUNT,
        "region": REGION,
        "status": "Failed",
        "secondary_status": "Failed",
        "failure_reason": "AlgorithmError: ExecuteUserScriptError:\nExitCode 1",
        "instances": "2 x ml.g5.2xlarge",
        "instance_type": "ml.g5.2xlarge",
        "instance_count": 2,
        "created_at": at("2026-01-15 11:00:00"),
        "started_at": at("2026-01-15 11:05:00"),
        "ended_at": at("2026-01-15 12:00:00"),
        "duration_seconds": 3300,
        "billable_instance_seconds": 6600,
        "max_runtime_seconds": 86400,
        "cost_usd": Decimal("2.78"),
        "cost_formula": "3300 s billable / 3600 x 2 x 1.515 USD/h (ml.g5.2xlarge, us-east-1, 2026-06-01)",
        "role_arn": f"arn:aws:iam::{ACCOUNT}:role/training",
        "image": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/train:1",
        "tags": {"Team": "nlp", "owner": "alice"},
    }
    return JobFacts.model_validate(facts | changes)


def a_diagnosis(category: Category = Category.GPU_OUT_OF_MEMORY, **changes: Any) -> Diagnosis:
    facts = {
        "category": category,
        "title": FACTS[category].title,
        "root_line": "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.",
        "host": "algo-2",
        "stream": "bert-1/algo-2-1768478400",
        "signature": "torch-cuda-oom",
        "fingerprint": "0f1e2d3c4b5a6978",
        "confidence": Confidence.HIGH,
        "confidence_reason": "The line names the cause.",
        "actor": FACTS[category].actor,
        "retry": FACTS[category].retry,
        "advice": FACTS[category].advice,
        "exit_code": 1,
        "victim_count": 3,
    }
    return Diagnosis.model_validate(facts | changes)


def an_incident(
    name: str = "bert-1", trigger: Trigger = Trigger.JOB_FAILED, subject: str = "", **changes: Any
) -> Incident:
    """A failed job's incident; ``changes`` replace whole fields."""
    job = changes.pop("job", None) or a_job(name)
    facts = {
        "incident_id": incident_id(job.arn or job.name, trigger, subject),
        "trigger": trigger,
        "subject": subject,
        "severity": Severity.HIGH,
        "origin": Origin.EVENT,
        "occurred_at": at("2026-01-15 12:00:00.500"),
        "detected_at": at("2026-01-15 12:00:04"),
        "job": job,
        "diagnosis": a_diagnosis(),
        "evidence": EvidenceFacts(line_count=120, host_count=2, excerpt=("step 12", "CUDA out of memory")),
        "decision": Decision(
            stop=False,
            stop_reason=StopReason.JOB_NOT_IN_PROGRESS,
            alert=AlertOrder(severity=Severity.HIGH, channels=(Channel.EMAIL, Channel.JSON)),
            alert_rule="failures",
            policy_version="3",
        ),
        "outcome": Outcome(action=Action.NONE),
    }
    return Incident.model_validate(facts | changes)


def a_stop(name: str = "resnet-7", rule: str = "LossNotDecreasing", **changes: Any) -> Incident:
    """The incident of a Debugger rule whose job trainstop stopped."""
    facts = {
        "severity": Severity.WARNING,
        "rule": RuleFacts(name=rule, details="Issue at step 500", step=500),
        "diagnosis": a_diagnosis(
            Category.UNKNOWN, root_line=None, host=None, stream=None, signature=None, exit_code=None
        ),
        "decision": Decision(
            stop=True,
            stop_reason=StopReason.RULE_SAYS_STOP,
            stop_rule="debugger-rules",
            alert=AlertOrder(severity=Severity.WARNING, channels=(Channel.EMAIL, Channel.SMS)),
            alert_rule="debugger-rules",
            policy_version="3",
        ),
        "outcome": Outcome(action=Action.STOPPED, acted_at=at("2026-01-15 12:00:05.250")),
        "job": a_job(name, status="InProgress", secondary_status="Training", failure_reason=None, ended_at=None),
    }
    return an_incident(name, Trigger.DEBUGGER_RULE, rule, **(facts | changes))


def a_refusal(name: str = "bert-2", **changes: Any) -> Incident:
    """The incident of a CreateTrainingJob call that was refused: the job never existed."""
    facts = {
        "job": JobFacts(name=name, arn=None, account=ACCOUNT, region=REGION),
        "refusal": RefusalFacts(
            principal_arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/ml-engineer/alice",
            session_name="alice",
            error_code="ResourceLimitExceeded",
            error_message="The account-level service limit 'ml.p3.2xlarge for training job usage' is 0 Instances",
        ),
        "diagnosis": Diagnosis(
            category=Category.QUOTA,
            title=FACTS[Category.QUOTA].title,
            actor=Actor.PLATFORM_TEAM,
            retry=Retry.NO,
            advice=FACTS[Category.QUOTA].advice,
        ),
        "evidence": EvidenceFacts(problem="no job, no log"),
    }
    return an_incident(name, Trigger.REFUSED_SUBMISSION, "event-1", **(facts | changes))
