"""Incidents of every kind, shaped as the real ones are, for the tests of messages and of whatever shows incidents."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.drilled import drill_event, drilled
from tests.fakes import FakeClock, FakeIncidents, FakeSilences
from tests.worlds import world
from trainstop.app.breaker import breaker_incident
from trainstop.app.by_hand import Person
from trainstop.app.operate import closing_incident
from trainstop.app.silence import SilenceDeps, add_silence, with_silence
from trainstop.app.watch import watch
from trainstop.domain.category import FACTS, Actor, Category, Retry
from trainstop.domain.decision import (
    JOB_ACTION,
    Action,
    AlertOrder,
    Channel,
    Decision,
    Neighbour,
    OtherStop,
    Outcome,
    PlannedRetry,
    ResubmitReason,
    ResubmitTerms,
    Severity,
    StopReason,
    Trial,
)
from trainstop.domain.finding import Trigger, incident_id
from trainstop.domain.handling import Handling, HandlingAction, HandlingEntry
from trainstop.domain.incident import (
    Diagnosis,
    EvidenceFacts,
    Incident,
    JobFacts,
    OperatorFacts,
    RefusalFacts,
    RetryFacts,
    RuleFacts,
)
from trainstop.domain.job_actions import Protocol, Subscribed, ToldRecipient
from trainstop.domain.run import Difference, LastGood
from trainstop.domain.signal import Origin
from trainstop.domain.tags import OwnerSource
from trainstop.domain.verdict import Confidence
from trainstop.policy.silences import Silence
from trainstop.ports import Breaker, StopLimit
from trainstop.render import subject_of

ACCOUNT = "111122223333"
EMAIL_AND_JSON = (Channel.EMAIL, Channel.JSON)
ALL_CHANNELS = (Channel.EMAIL, Channel.SMS, Channel.JSON)


def at(text: str) -> datetime:
    """``02:13:05`` of 2026-09-14, or a whole ``2026-09-14 02:13:05``, in UTC."""
    return datetime.fromisoformat(text if "-" in text else f"2026-09-14 {text}").replace(tzinfo=UTC)


def a_job(name: str = "bert-finetune-2026-09-14-01-40-07-512", **changes: Any) -> JobFacts:
    """A failed job on one GPU instance; ``changes`` replace fields."""
    region = changes.get("region", "eu-west-1")
    facts: dict[str, Any] = {
        "name": name,
        "arn": f"arn:aws:sagemaker:{region}:{ACCOUNT}:training-job/{name}",
        "account": ACCOUNT,
        "region": region,
        "status": "Failed",
        "secondary_status": "Failed",
        "instances": "1 x ml.g5.2xlarge",
        "instance_type": "ml.g5.2xlarge",
        "instance_count": 1,
        "image": f"123456789012.dkr.ecr.{region}.amazonaws.com/pytorch-training:2.8.0-gpu-py312-cu129-sagemaker",
        "role_arn": f"arn:aws:iam::{ACCOUNT}:role/training",
        "created_at": at("01:40:07"),
        "started_at": at("01:47:22"),
        "ended_at": at("02:12:32"),
        "duration_seconds": 1510,
        "billable_instance_seconds": 1510,
        "max_runtime_seconds": 86400,
        "cost_usd": Decimal("0.64"),
        "cost_formula": "1510 s billable / 3600 x 1 x 1.515 USD/h (ml.g5.2xlarge, us-east-1, 2026-08-20)",
        "tags": {"owner": "alice", "Team": "nlp"},
    }
    return JobFacts.model_validate(facts | changes)


def a_running_job(name: str, **changes: Any) -> JobFacts:
    """A job that a rule or an alarm is about: described while it ran."""
    facts: dict[str, Any] = {
        "status": "InProgress",
        "secondary_status": "Training",
        "ended_at": None,
        "duration_seconds": None,
        "billable_instance_seconds": None,
        "cost_usd": Decimal("3.11"),
        "cost_formula": "7390 s elapsed so far / 3600 x 1 x 1.515 USD/h (ml.g5.2xlarge, us-east-1, 2026-08-20)",
    }
    return a_job(name, **(facts | changes))


def a_diagnosis(category: Category = Category.UNKNOWN, **changes: Any) -> Diagnosis:
    """What the category says; ``changes`` replace fields."""
    facts = FACTS[category]
    texts = {"title": facts.title, "actor": facts.actor, "retry": facts.retry, "advice": facts.advice}
    return Diagnosis.model_validate({"category": category, **texts, **changes})


def a_decision(alert_rule: str = "failures-tell", **changes: Any) -> Decision:
    """Tell by e-mail, stop nothing; ``changes`` replace fields."""
    facts: dict[str, Any] = {
        "stop": False,
        "stop_reason": StopReason.NO_RULE_SAYS_STOP,
        "alert": AlertOrder(severity=Severity.HIGH, channels=EMAIL_AND_JSON),
        "alert_rule": alert_rule,
        "policy_version": "7",
    }
    return Decision.model_validate(facts | changes)


def a_stop(reason: StopReason = StopReason.RULE_SAYS_STOP, **changes: Any) -> Decision:
    """The default policy's answer to a Debugger rule."""
    facts: dict[str, Any] = {
        "stop": reason is StopReason.RULE_SAYS_STOP,
        "stop_reason": reason,
        "stop_rule": "debugger-rules-stop",
        "stop_why": "trigger is debugger_rule",
        "alert": AlertOrder(severity=Severity.HIGH, channels=ALL_CHANNELS),
    }
    return a_decision("debugger-rules-stop", **(facts | changes))


def an_incident(trigger: Trigger = Trigger.JOB_FAILED, subject: str = "", **changes: Any) -> Incident:
    """A failure of unknown cause; ``changes`` replace whole fields."""
    job = changes.get("job") or a_job()
    decision = changes.get("decision") or a_decision()
    facts: dict[str, Any] = {
        "incident_id": incident_id(job.arn or job.name, trigger, subject),
        "trigger": trigger,
        "subject": subject,
        "severity": decision.alert.severity if decision.alert else Severity.INFO,
        "origin": Origin.EVENT,
        "occurred_at": at("02:12:32"),
        "detected_at": at("02:12:34"),
        "job": job,
        "diagnosis": a_diagnosis(),
        "evidence": EvidenceFacts(),
        "decision": decision,
        "outcome": Outcome(action=Action.NONE),
    }
    return Incident.model_validate(facts | changes)


def a_rule_incident(
    name: str, title: str, advice: str, category: Category = Category.NUMERICAL, **changes: Any
) -> Incident:
    """A Debugger rule fired on a running job and trainstop stopped it; ``changes`` replace whole fields."""
    step = changes.pop("step", 0)
    trigger = changes.pop("trigger", Trigger.DEBUGGER_RULE)
    met = f"Evaluation of the rule {name} at step {step} resulted in the condition being met"
    diagnosis = a_diagnosis(
        category,
        title=title,
        advice=advice,
        actor=Actor.JOB_OWNER,
        retry=Retry.NO,
        confidence=Confidence.HIGH,
        confidence_reason="SageMaker's description of the job shows the rule at IssuesFound.",
    )
    facts: dict[str, Any] = {
        "occurred_at": at("03:50:02"),
        "detected_at": at("03:50:41"),
        "rule": RuleFacts(name=name, details=f"RuleEvaluationConditionMet: {met}\n", step=step),
        "diagnosis": diagnosis,
        "decision": a_stop(),
        "outcome": Outcome(action=Action.STOPPED, acted_at=at("03:50:43")),
    }
    return an_incident(trigger, name, **(facts | changes))


def gpu_out_of_memory_on_two_hosts() -> Incident:
    return an_incident(
        job=a_job(
            "llama-sft-2026-09-14-01-40-07-512",
            instances="2 x ml.g5.12xlarge",
            instance_type="ml.g5.12xlarge",
            instance_count=2,
            billable_instance_seconds=3020,
            failure_reason='AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "torch.OutOfMemoryError',
            cost_usd=Decimal("5.95"),
            cost_formula="1510 s billable / 3600 x 2 x 7.09 USD/h (ml.g5.12xlarge, us-east-1, 2026-08-01)",
        ),
        diagnosis=a_diagnosis(
            Category.GPU_OUT_OF_MEMORY,
            root_line="torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 1 has a total "
            "capacity of 21.98 GiB of which 1.05 GiB is free. Including non-PyTorch memory, this process has 20.92 GiB "
            "memory in use. Of the allocated memory 19.41 GiB is allocated by PyTorch.",
            host="algo-2",
            stream="llama-sft-2026-09-14-01-40-07-512/algo-2-1789350442",
            signature="cuda-oom-torch",
            confidence=Confidence.HIGH,
            confidence_reason="The line names the cause itself.",
            exit_code=1,
            victim_count=3,
        ),
        evidence=EvidenceFacts(
            line_count=412,
            host_count=2,
            excerpt=(
                "{'loss': 1.9312, 'grad_norm': 0.81, 'learning_rate': 1.99e-05, 'epoch': 0.11}",
                "[rank5]: Traceback (most recent call last):",
                '[rank5]:   File "/opt/ml/code/train.py", line 214, in <module>',
                "[rank5]:     trainer.train(resume_from_checkpoint=checkpoint)",
                '[rank5]:   File "/opt/ml/code/train.py", line 160, in training_step',
                "[rank5]:     loss.backward()",
                "[rank5]: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 1 has a",
                "W0914 02:12:20.118000 88 torch/distributed/elastic/agent/server/api.py:719] Received Signals.SIGTERM",
            ),
        ),
    )


def script_changed_since_the_last_good_run() -> Incident:
    name, then = "churn-2026-09-14-01-40-07-512", "churn-2026-09-12-01-40-02-077"
    images = [f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/pytorch-training:{tag}" for tag in _TAGS]
    code = [f"s3://ml-code-eu/churn/releases/{commit}/sourcedir.tar.gz" for commit in ("4f5e6d7c", "8a9b0c1d")]
    differences = (
        Difference(field="image", then=images[0], now=images[1]),
        Difference(field="source archive", then=code[0], now=code[1]),
        Difference(field="instances", then="1 x ml.g5.xlarge", now="1 x ml.g5.2xlarge"),
        Difference(field="hyperparameter learning_rate", then="0.001", now="0.1"),
        Difference(field="hyperparameter label_column", then="", now="label"),
        Difference(field="hyperparameter target", then="churned", now=""),
    )
    return an_incident(
        job=a_job(name, owner="dana", owner_source=OwnerSource.CLOUDTRAIL, tags={}),
        last_good=LastGood(
            training_job_name=then, ended_at=at("2026-09-12 02:41:10"), differences=differences, differences_left_out=3
        ),
        diagnosis=a_diagnosis(
            Category.USER_CODE,
            root_line="KeyError: 'label'",
            host="algo-1",
            stream=f"{name}/algo-1-1789350442",
            confidence=Confidence.MEDIUM,
            exit_code=1,
        ),
        evidence=EvidenceFacts(line_count=2, host_count=1, excerpt=('    y = frame["label"]', "KeyError: 'label'")),
    )


def unchanged_since_the_last_good_run() -> Incident:
    line = "We encountered an internal error. Please try again."
    return an_incident(
        job=a_job("nightly-17", failure_reason=f"InternalServerError: {line}"),
        last_good=LastGood(training_job_name="nightly-16", ended_at=at("2026-09-13 02:10:00")),
        diagnosis=a_diagnosis(Category.INTERNAL_ERROR, root_line=line, confidence=Confidence.HIGH),
    )


_TAGS = ("2.7.1-gpu-py312-cu128-ubuntu22.04-sagemaker", "2.8.0-gpu-py312-cu129-ubuntu22.04-sagemaker")


def data_not_found() -> Incident:
    reason = (
        "ClientError: Data download failed:No S3 objects found under S3 URL "
        '"s3://ml-data-eu/reviews/2026-09/train/" given in input data source. Please ensure that the bucket exists in '
        'the selected region (eu-west-1), that objects exist under that S3 prefix, and that the role "training" has '
        "the s3:ListBucket permission."
    )
    return an_incident(
        job=a_job(
            "reviews-xgb-2026-09-14",
            instances="1 x ml.m5.large",
            instance_type="ml.m5.large",
            image="xgboost",
            started_at=None,
            ended_at=at("01:44:10"),
            duration_seconds=None,
            billable_instance_seconds=None,
            failure_reason=reason,
            cost_usd=Decimal(0),
            cost_formula="training never started, so nothing was billed",
            tags={},
        ),
        occurred_at=at("01:44:10"),
        diagnosis=a_diagnosis(
            Category.DATA_NOT_FOUND,
            root_line=reason.partition(": ")[2],
            confidence=Confidence.HIGH,
            confidence_reason="SageMaker says so itself.",
        ),
        evidence=EvidenceFacts(problem="The job has no log stream: it died before its container wrote."),
    )


def script_error() -> Incident:
    return an_incident(
        job=a_job(
            "churn-2026-09-14",
            failure_reason="AlgorithmError: ExecuteUserScriptError:\nExitCode 1",
            instances="1 x ml.p6.48xlarge",
            instance_type="ml.p6.48xlarge",
            cost_usd=None,
            cost_formula="unknown: no rate for ml.p6.48xlarge in the price table",
            tuning_job_arn=f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:hyper-parameter-tuning-job/churn-hpo-0914",
        ),
        diagnosis=a_diagnosis(
            Category.USER_CODE,
            root_line="KeyError: 'label'",
            host="algo-1",
            stream="churn-2026-09-14/algo-1-1789350442",
            confidence=Confidence.MEDIUM,
            exit_code=1,
        ),
        evidence=EvidenceFacts(
            line_count=38,
            host_count=1,
            excerpt=(
                "Traceback (most recent call last):",
                '  File "/opt/ml/code/train.py", line 41, in <module>',
                '    y = frame["label"]',
                "KeyError: 'label'",
            ),
        ),
    )


def unknown_failure() -> Incident:
    return an_incident(
        job=a_job(failure_reason="AlgorithmError: , exit code: 1", tags={"owner": "bob@example.com"}),
        evidence=EvidenceFacts(problem="The log stream is gone: its retention is shorter than the job's age."),
    )


def capacity() -> Incident:
    line = "Unable to provision requested ML compute capacity. Please retry using a different ML instance type."
    return an_incident(
        job=a_job(
            "vit-large-2026-09-14-02",
            region="us-gov-west-1",
            instances="8 x ml.p4d.24xlarge",
            instance_count=8,
            started_at=None,
            duration_seconds=None,
            billable_instance_seconds=None,
            failure_reason=f"CapacityError: {line}",
            cost_usd=Decimal(0),
            cost_formula="training never started, so nothing was billed",
        ),
        diagnosis=a_diagnosis(Category.CAPACITY, root_line=line, confidence=Confidence.HIGH),
    )


def internal_error() -> Incident:
    line = "We encountered an internal error. Please try again."
    return an_incident(
        job=a_job("resnet-0914", region="cn-north-1", failure_reason=f"InternalServerError: {line}"),
        diagnosis=a_diagnosis(Category.INTERNAL_ERROR, root_line=line, confidence=Confidence.HIGH),
    )


def runtime_limit() -> Incident:
    return an_incident(
        Trigger.RUNTIME_LIMIT,
        job=a_job(
            "wav2vec-pretrain-2026-09-12-02-10-00",
            status="Stopped",
            secondary_status="MaxRuntimeExceeded",
            created_at=at("2026-09-12 02:05:11"),
            started_at=at("2026-09-12 02:12:20"),
            ended_at=at("02:12:32"),
            duration_seconds=172812,
            billable_instance_seconds=1382496,
            max_runtime_seconds=172800,
            instances="8 x ml.p4d.24xlarge",
            instance_type="ml.p4d.24xlarge",
            instance_count=8,
            cost_usd=Decimal("9697.17"),
            cost_formula="172812 s billable / 3600 x 8 x 25.251286 USD/h (ml.p4d.24xlarge, us-west-2, 2026-09-01)",
        ),
        decision=a_decision("limits-tell", alert=AlertOrder(severity=Severity.WARNING, channels=EMAIL_AND_JSON)),
        diagnosis=a_diagnosis(Category.TIMEOUT, confidence=Confidence.HIGH),
        evidence=EvidenceFacts(
            line_count=200,
            host_count=8,
            excerpt=("step 118200/150000 loss 2.113", "step 118300/150000 loss 2.109"),
        ),
    )


def spot_wait_limit() -> Incident:
    return an_incident(
        Trigger.WAIT_LIMIT,
        job=a_job(
            "detr-spot-2026-09-13",
            status="Stopped",
            secondary_status="MaxWaitTimeExceeded",
            spot=True,
            instances="4 x ml.g5.12xlarge",
            instance_count=4,
            duration_seconds=21600,
            billable_instance_seconds=4 * 7128,
            spot_savings_percent=67.0,
            cost_usd=Decimal("56.15"),
            cost_formula="7128 s billable / 3600 x 4 x 7.09 USD/h (ml.g5.12xlarge, us-east-1, 2026-08-01)",
        ),
        decision=a_decision("limits-tell", alert=AlertOrder(severity=Severity.WARNING, channels=EMAIL_AND_JSON)),
        diagnosis=a_diagnosis(Category.SPOT_INTERRUPTION, confidence=Confidence.HIGH),
    )


_WHERE_TO_LOOK = (
    "Find the last line that each host wrote: a collective call that one rank never joined, a data loader that "
    "waits, or a download."
)
_STALLED = ("StalledTrainingRule", "Training stalled", _WHERE_TO_LOOK)


def stalled_job_stopped() -> Incident:
    return a_rule_incident(
        *_STALLED,
        Category.UNKNOWN,
        job=a_running_job("demo-cnn-20260914"),
        evidence=EvidenceFacts(line_count=2, host_count=1, excerpt=("Epoch 3/20", "loading shard 00017.tar")),
    )


def overfitting_job_stopped() -> Incident:
    return a_rule_incident(
        "Overfit",
        "The model overfits",
        "Stop earlier, regularise, add data or make the model smaller; the best checkpoint is an earlier one.",
        job=a_running_job("ranker-2026-09-14-00-30-11-004"),
        step=4500,
    )


def dry_run_hold() -> Incident:
    return a_rule_incident(
        *_STALLED,
        Category.UNKNOWN,
        job=a_running_job("demo-cnn-20260914"),
        decision=a_stop(StopReason.DRY_RUN),
        outcome=Outcome(action=Action.STOP_HELD),
    )


def stop_limit_hold() -> Incident:
    return a_rule_incident(
        "gradients-of-the-vision-team",
        "Gradients vanish",
        "Use normalisation, residual connections or another activation or initialisation.",
        job=a_running_job("vision-backbone-pretraining-experiment-with-a-long-name-000123x"),
        step=500,
        decision=a_stop(StopReason.BREAKER_OPEN, held_detail="20 jobs were stopped in the hour; open since 03:12 UTC"),
        outcome=Outcome(action=Action.STOP_HELD),
    )


def breaker_opened() -> Incident:
    breaker = Breaker(StopLimit(10, "alice"), at("03:12:40"), is_new=True)
    return breaker_incident(breaker, overfitting_job_stopped())


def job_action_stop() -> Incident:
    """Declared by the job's own rule: a stop, a mailbox that has not confirmed, a phone; and a rule in trial."""
    incident = a_rule_incident(
        *_STALLED,
        Category.UNKNOWN,
        job=a_running_job("Demo-CNN-20260914"),
        decision=a_stop(
            stop_rule=JOB_ACTION,
            recipients=(
                ToldRecipient(protocol=Protocol.EMAIL, endpoint="carol@example.com", subscribed=Subscribed.PENDING),
                ToldRecipient(protocol=Protocol.SMS, endpoint="+15550100199", subscribed=Subscribed.CONFIRMED),
            ),
            neighbours=(Neighbour.DEBUGGER_ACTIONS, Neighbour.SDK_NOTIFICATIONS),
            trials=(Trial(rule="resubmit-stalled", resubmit=True),),
            first_seen_at=at("03:49:30"),
        ),
    )
    others = (OtherStop(training_job_name="Demo-CNN-20260913", action=Action.STOP_HELD, reason="protected_job"),)
    return incident.model_copy(update={"outcome": incident.outcome.model_copy(update={"others": others})})


def retry_planned() -> Incident:
    planned = PlannedRetry(
        training_job_name="vit-large-2026-09-14-02-retry-1",
        attempt=1,
        due_at=at("02:17:34"),
        instance_type="ml.g6.2xlarge",
    )
    incident = capacity()
    decision = incident.decision.model_copy(
        update={
            "resubmit": ResubmitTerms(attempts=2, backoff_seconds=300, instance_types=("ml.g6.2xlarge",)),
            "resubmit_reason": ResubmitReason.RULE_SAYS_RESUBMIT,
            "resubmit_rule": "capacity-elsewhere",
        }
    )
    return incident.model_copy(
        update={"decision": decision, "outcome": incident.outcome.model_copy(update={"retry": planned})}
    )


def retry_failed_the_same_way() -> Incident:
    incident = internal_error()
    decision = incident.decision.model_copy(
        update={
            "resubmit_reason": ResubmitReason.SAME_FAULT_AGAIN,
            "resubmit_rule": "internal-errors-once",
            "held_detail": "fingerprint 3f9c1a2b77d0",
        }
    )
    name = f"{incident.job.name}-retry-1"
    retry = RetryFacts(
        attempt=1, root=incident.job.name, thread=subject_of(incident), cost_usd=(incident.job.cost_usd or 0) * 2
    )
    job = incident.job.model_copy(update={"name": name, "arn": f"{incident.job.arn}-retry-1"})
    return incident.model_copy(update={"decision": decision, "retry": retry, "job": job})


def retry_completed() -> Incident:
    first = retry_planned()
    name = f"{first.job.name}-retry-1"
    return an_incident(
        Trigger.RETRY_COMPLETED,
        job=a_job(name, status="Completed", secondary_status="Completed", instances="1 x ml.g6.2xlarge"),
        decision=a_decision("retries-tell", alert=AlertOrder(severity=Severity.INFO, channels=EMAIL_AND_JSON)),
        diagnosis=a_diagnosis(
            title="The retry completed",
            actor=Actor.NOBODY,
            advice="Nothing is to be done: the retry made what the first job was to make.",
        ),
        retry=RetryFacts(attempt=1, root=first.job.name, thread=subject_of(first), cost_usd=Decimal("0.64")),
    )


def protected_by_a_person() -> Incident:
    return an_incident(
        Trigger.OPERATOR,
        "protect at 2026-09-14T02:12:32Z",
        origin=Origin.OPERATOR,
        job=a_running_job("ranker-2026-09-14-00-30-11-004"),
        decision=a_decision(alert=None, alert_rule=None),
        diagnosis=a_diagnosis(title="Asked for by a person", actor=Actor.NOBODY, advice="Nothing is to be done."),
        operator=OperatorFacts(
            command="protect",
            principal_arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/ml-engineer/carol",
            reason="the plateau before epoch 40 is expected",
        ),
    )


def breaker_closed() -> Incident:
    return closing_incident(
        "alice",
        principal_arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/ml-platform/dora",
        reason="the stops were right: a bad learning rate in ten jobs",
        account=ACCOUNT,
        region="eu-west-1",
        now=at("04:20:00"),
    )


def a_silence(**changes: Any) -> Silence:
    """A silence of two hours over demo jobs that lack capacity; ``changes`` replace fields."""
    facts: dict[str, Any] = {
        "silence_id": "s-12",
        "when": {"job": "vit-*", "category": "capacity"},
        "starts_at": at("01:00:00"),
        "until": at("03:00:00"),
        "author": f"arn:aws:sts::{ACCOUNT}:assumed-role/ml-platform/dora",
        "reason": "the p4d reservation is late; AWS case 1234 is open",
        "created_at": at("01:00:00"),
    }
    return Silence.model_validate(facts | changes)


def silence_set() -> Incident:
    kept, person = FakeIncidents(), Person(a_silence().author, ACCOUNT, "eu-west-1")
    add_silence(a_silence(), person, SilenceDeps(FakeSilences(), kept, FakeClock(at("01:00:00"))))
    (incident,) = kept.recorded.values()
    return incident


def silenced_and_resolved() -> Incident:
    dora, carol = (f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}" for name in ("ml-platform/dora", "ml-engineer/carol"))
    handling = Handling(
        entries=(
            HandlingEntry(action=HandlingAction.ACKNOWLEDGE, at=at("02:20:00"), by=dora, text="asking for capacity"),
            HandlingEntry(action=HandlingAction.NOTE, at=at("02:25:00"), by=carol, text="we can wait until Monday"),
            HandlingEntry(action=HandlingAction.ACKNOWLEDGE, at=at("02:26:00"), by=carol),
            HandlingEntry(action=HandlingAction.RESOLVE, at=at("06:00:00"), by=dora, text="the reservation began"),
        )
    )
    return with_silence(capacity(), lambda _: [a_silence()]).model_copy(update={"handling": handling})


def stop_failed() -> Incident:
    return a_rule_incident(
        "LossNotDecreasing",
        "The loss does not go down",
        "Check the learning rate, the labels and that the optimizer steps; compare with a small batch.",
        job=a_running_job("ranker-2026-09-14-00-30-11-004"),
        step=12000,
        outcome=Outcome(
            action=Action.STOP_FAILED,
            acted_at=at("03:50:43"),
            error="AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/trainstop-watch/trainstop-watch "
            "is not authorized to perform: sagemaker:StopTrainingJob on resource: "
            "arn:aws:sagemaker:eu-west-1:111122223333:training-job/ranker-2026-09-14-00-30-11-004",
        ),
    )


def already_stopped() -> Incident:
    return a_rule_incident(
        "ExplodingTensor",
        "A tensor became infinite or NaN",
        "Lower the learning rate, clip gradients, check loss scaling and the input for NaN; restart from the last good "
        "checkpoint.",
        job=a_running_job("gan-0914", status="Stopping", secondary_status="Stopping"),
        step=37,
        outcome=Outcome(action=Action.ALREADY_STOPPED, acted_at=at("03:50:43")),
    )


def profiler_rule() -> Incident:
    return a_rule_incident(
        "LowGPUUtilization",
        "GPUs are little used",
        "Raise the batch size, mend the input pipeline, or take a smaller instance.",
        Category.CONFIGURATION,
        trigger=Trigger.PROFILER_RULE,
        job=a_running_job("ranker-2026-09-14-00-30-11-004"),
        decision=a_decision("profiler-rules-tell", alert=AlertOrder(severity=Severity.INFO, channels=EMAIL_AND_JSON)),
        outcome=Outcome(action=Action.NONE),
    )


def refused_submission() -> Incident:
    return an_incident(
        Trigger.REFUSED_SUBMISSION,
        job=JobFacts(
            name="vit-huge-2026-09-14",
            arn=None,
            account=ACCOUNT,
            region="eu-west-1",
            instances="4 x ml.p5.48xlarge",
            instance_type="ml.p5.48xlarge",
            instance_count=4,
            cost_formula="nothing was started, so nothing was billed",
        ),
        refusal=RefusalFacts(
            principal_arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/ml-engineer/alice",
            session_name="alice",
            error_code="ResourceLimitExceeded",
            error_message="The account-level service limit 'ml.p5.48xlarge for training job usage' is 0 "
            "Instances, with current utilization of 0 Instances and a request delta of 4 Instances. Please use "
            "AWS Service Quotas to request an increase for this quota.",
        ),
        diagnosis=a_diagnosis(Category.QUOTA, confidence=Confidence.HIGH),
    )


def refused_submission_without_a_name() -> Incident:
    principal = f"arn:aws:sts::{ACCOUNT}:assumed-role/ml-engineer/alice"
    return an_incident(
        Trigger.REFUSED_SUBMISSION,
        job=JobFacts(name="", arn=None, account=ACCOUNT, region="eu-west-1"),
        refusal=RefusalFacts(
            principal_arn=principal,
            session_name="alice",
            error_code="AccessDenied",
            error_message=f"User: {principal} is not authorized to perform: sagemaker:CreateTrainingJob because no "
            "identity-based policy allows the sagemaker:CreateTrainingJob action",
        ),
        diagnosis=a_diagnosis(Category.ACCESS_DENIED, confidence=Confidence.HIGH),
    )


def alarm() -> Incident:
    return an_incident(
        Trigger.ALARM,
        "overfit-demo-cnn",
        job=a_running_job("demo-cnn-20260914"),
        occurred_at=at("03:50:40"),
        rule=RuleFacts(
            name="overfit-demo-cnn",
            details="Threshold Crossed: 1 out of the last 1 datapoints [0.9 (14/09/26 03:45:00)] was greater than the "
            "threshold (0.5) (minimum 1 datapoint for OK -> ALARM transition).",
        ),
    )


def job_stopped_by_someone() -> Incident:
    return an_incident(
        Trigger.JOB_STOPPED,
        job=a_job("resnet-0914", status="Stopped", secondary_status="Stopped"),
        decision=a_decision("tell-stops", alert=AlertOrder(severity=Severity.INFO, channels=EMAIL_AND_JSON)),
    )


def a_drill(scenario: str) -> Incident:
    """What watch makes of a drill by the default policy."""
    where = {"region": "eu-west-1", "time": "2026-09-14T02:12:32Z"}
    event = drill_event(scenario, Owner="alice", Team="nlp")
    return drilled(watch(event | where, world(clock=FakeClock(at("02:12:34")))))


def drill_of_a_failure() -> Incident:
    return a_drill("gpu-out-of-memory")


def drill_of_a_rule() -> Incident:
    return a_drill("debugger-rule")


def drill_of_a_refused_submission() -> Incident:
    return a_drill("access-denied")


SAMPLES = {
    sample.__name__: sample
    for sample in (
        gpu_out_of_memory_on_two_hosts,
        data_not_found,
        script_changed_since_the_last_good_run,
        unchanged_since_the_last_good_run,
        script_error,
        unknown_failure,
        capacity,
        internal_error,
        runtime_limit,
        spot_wait_limit,
        stalled_job_stopped,
        overfitting_job_stopped,
        dry_run_hold,
        stop_limit_hold,
        breaker_opened,
        job_action_stop,
        retry_planned,
        retry_failed_the_same_way,
        retry_completed,
        protected_by_a_person,
        breaker_closed,
        silence_set,
        silenced_and_resolved,
        stop_failed,
        already_stopped,
        profiler_rule,
        refused_submission,
        refused_submission_without_a_name,
        alarm,
        job_stopped_by_someone,
        drill_of_a_failure,
        drill_of_a_rule,
        drill_of_a_refused_submission,
    )
}
"""Every sample by name; each call makes it anew."""
