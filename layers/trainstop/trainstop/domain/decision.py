"""What the policy decided, and what became of it."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from trainstop.domain.base import Frozen
from trainstop.domain.job_actions import ToldRecipient
from trainstop.domain.silence import SilenceFacts


class Severity(StrEnum):
    """How urgent an alert is; also a filter for subscribers."""

    INFO = "info"
    WARNING = "warning"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for the least urgent."""
        return tuple(Severity).index(self)

    @property
    def raised(self) -> "Severity":
        """The next more urgent one; of the most urgent, itself."""
        return tuple(Severity)[min(self.rank + 1, len(Severity) - 1)]


class Channel(StrEnum):
    """A way to tell people or machines."""

    EMAIL = "email"
    SMS = "sms"
    CHAT = "chat"
    JSON = "json"


class Audience(StrEnum):
    """Whom an alert concerns."""

    OWNER = "owner"
    TEAM = "team"
    PLATFORM = "platform"


class StopReason(StrEnum):
    """Why a job is stopped or is not."""

    RULE_SAYS_STOP = "rule_says_stop"
    NO_RULE_SAYS_STOP = "no_rule_says_stop"
    JOB_NOT_IN_PROGRESS = "job_not_in_progress"
    DRY_RUN = "dry_run"
    PROTECTED_JOB = "protected_job"
    STOP_LIMIT_REACHED = "stop_limit_reached"
    """This stop would have been one too many: it opened the breaker."""
    BREAKER_OPEN = "breaker_open"
    GUARDRAIL_UNREADABLE = "guardrail_unreadable"
    POLICY_UNREADABLE = "policy_unreadable"
    DRILL = "drill"
    """The job is made up; in earnest it would have been stopped."""
    BACKFILL = "backfill"
    """The job had ended before trainstop was there; no policy was asked."""

    @property
    def is_guardrail(self) -> bool:
        """Whether a stop was wanted and held back."""
        return self not in {
            StopReason.RULE_SAYS_STOP,
            StopReason.NO_RULE_SAYS_STOP,
            StopReason.JOB_NOT_IN_PROGRESS,
            StopReason.BACKFILL,
        }


JOB_ACTION = "the job's own action"
"""Stands for a policy rule where the job's own Debugger rule declares the action; no rule can have this name."""


class Delivery(Frozen):
    """When an alert goes out, and with what it is grouped.

    Attributes:
        group_window_seconds: The same fault within so many seconds is told as one group; 0: each by itself.
        per_hour: At most so many messages an hour over a channel; a channel that is not named has no limit.
        quiet_until: Audiences that are not disturbed now, and until when.
        digest_at: Told only in the digest that goes out then; None: told at once.
    """

    group_window_seconds: int = 0
    per_hour: dict[Channel, int] = Field(default_factory=dict)
    quiet_until: dict[Audience, datetime] = Field(default_factory=dict)
    digest_at: datetime | None = None


class AlertOrder(Frozen):
    """Tell it: how urgently, to whom, over what, and when."""

    severity: Severity
    audience: tuple[Audience, ...] = ()
    channels: tuple[Channel, ...]
    delivery: Delivery = Delivery()


class ResubmitReason(StrEnum):
    """Why a job is submitted once more or is not."""

    RULE_SAYS_RESUBMIT = "rule_says_resubmit"
    NO_RULE_SAYS_RESUBMIT = "no_rule_says_resubmit"
    JOB_NOT_ENDED = "job_not_ended"
    NOT_WORTH_RETRYING = "not_worth_retrying"
    HANDLED_ELSEWHERE = "handled_elsewhere"
    NOT_PERMITTED = "not_permitted"
    POLICY_UNREADABLE = "policy_unreadable"
    DRY_RUN = "dry_run"
    ATTEMPTS_USED_UP = "attempts_used_up"
    SAME_FAULT_AGAIN = "same_fault_again"
    COST_CEILING = "cost_ceiling"
    DRILL = "drill"
    BACKFILL = "backfill"

    @property
    def is_guardrail(self) -> bool:
        """Whether a resubmission was wanted and held back."""
        return self not in {
            ResubmitReason.RULE_SAYS_RESUBMIT,
            ResubmitReason.NO_RULE_SAYS_RESUBMIT,
            ResubmitReason.BACKFILL,
        }


class ResubmitTerms(Frozen):
    """The limits of a line of retries; fields as in the policy (policy.actions.Resubmit)."""

    attempts: int
    backoff_seconds: int
    max_cost_usd: Decimal | None = None
    instance_types: tuple[str, ...] = ()
    more_gpu_memory: bool = False


class Trial(Frozen):
    """What a policy rule in trial would have decided.

    Attributes:
        stop: Whether it would have stopped the job.
        held: The guardrail that would have held that stop back.
        alert: Whether it would have decided to tell somebody.
        resubmit: Whether it would have submitted the job once more.
    """

    rule: str
    stop: bool = False
    held: StopReason | None = None
    alert: bool = False
    resubmit: bool = False


class Neighbour(StrEnum):
    """Something else that looks after the job."""

    DEBUGGER_ACTIONS = "debugger_actions"
    SDK_NOTIFICATIONS = "sdk_notifications"
    BATCH = "batch"
    PIPELINE = "pipeline"
    TUNING_JOB = "tuning_job"
    AUTOML = "automl"
    SAGEMAKER_RETRIES = "sagemaker_retries"

    @property
    def resubmits(self) -> bool:
        """Whether it decides itself on another attempt, so that trainstop does not."""
        return self in {Neighbour.BATCH, Neighbour.PIPELINE, Neighbour.TUNING_JOB, Neighbour.AUTOML}


class Decision(Frozen):
    """What the policy wants done about one finding, and which of its rules said so.

    Attributes:
        stop: True only where nothing holds the stop back.
        stop_rule: The policy rule that wanted the stop, or ``JOB_ACTION``; None where none did.
        stop_why, alert_why, resubmit_why: Why those rules apply: their fields with what the case had there.
        held_detail: What the guardrail that held the stop or the resubmission knows, e.g. since when.
        minimum_age_seconds: The age that the job has to reach before it is stopped.
        confirm_after_seconds: How long the finding has to stand before the job is stopped.
        alert: None where the policy tells nobody.
        alert_rule: The policy rule that decided on the alert; None where none matched.
        recipients: Addresses that the job's own rule declares.
        resubmit: None where the job is not submitted once more.
        resubmit_rule: The policy rule that wanted that.
        first_seen_at: When trainstop first saw the finding, where it took a second look; else None.
        trials: What rules in trial would have decided.
        neighbours: What else looks after the job.
        silence: The silence that keeps the alert, which the policy orders all the same, from everybody.
        policy_version: The configuration version that was in force, or ``built-in``.
    """

    stop: bool
    stop_reason: StopReason
    stop_rule: str | None = None
    stop_why: str = ""
    held_detail: str = ""
    minimum_age_seconds: int = 0
    confirm_after_seconds: int = 0
    alert: AlertOrder | None = None
    alert_rule: str | None = None
    alert_why: str = ""
    recipients: tuple[ToldRecipient, ...] = ()
    resubmit: ResubmitTerms | None = None
    resubmit_reason: ResubmitReason = ResubmitReason.NO_RULE_SAYS_RESUBMIT
    resubmit_rule: str | None = None
    resubmit_why: str = ""
    first_seen_at: datetime | None = None
    trials: tuple[Trial, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    silence: SilenceFacts | None = None
    policy_version: str

    @property
    def orders_alert(self) -> bool:
        """Whether the policy or the job's own rule wants anybody told."""
        return self.alert is not None or bool(self.recipients)

    @property
    def tells_anybody(self) -> bool:
        """Whether there is anything to publish."""
        return self.orders_alert and self.silence is None


class Action(StrEnum):
    """What trainstop did."""

    NONE = "none"
    STOPPED = "stopped"
    ALREADY_STOPPED = "already_stopped"
    STOP_HELD = "stop_held"
    STOP_FAILED = "stop_failed"


class OtherStop(Frozen):
    """What became of another job that a StopTraining action's prefix names."""

    training_job_name: str
    action: Action
    reason: str = ""


class PlannedRetry(Frozen):
    """A resubmission that is to come.

    Attributes:
        attempt: Which of the line's retries it is; the first is 1.
        due_at: When it is submitted.
        instance_type: The type that it takes instead; None for the same.
    """

    training_job_name: str
    attempt: int
    due_at: datetime
    instance_type: str | None = None


class Outcome(Frozen):
    """What happened, not what was attempted.

    Attributes:
        acted_at: When StopTrainingJob answered; None where nothing was called.
        error: AWS's error code and text where the stop failed, secrets removed.
        others: Other jobs that the stop was also meant for.
        retry: The retry that was planned.
    """

    action: Action
    acted_at: datetime | None = None
    error: str | None = None
    others: tuple[OtherStop, ...] = ()
    retry: PlannedRetry | None = None
