"""What the policy decided, and what became of it."""

from datetime import datetime
from enum import StrEnum

from trainstop.domain.base import Frozen


class Severity(StrEnum):
    """How urgent an alert is; also a filter for subscribers."""

    INFO = "info"
    WARNING = "warning"
    HIGH = "high"
    CRITICAL = "critical"


class Channel(StrEnum):
    """A way to tell people or machines."""

    EMAIL = "email"
    SMS = "sms"
    JSON = "json"


class StopReason(StrEnum):
    """Why a job is stopped or is not."""

    RULE_SAYS_STOP = "rule_says_stop"
    NO_RULE_SAYS_STOP = "no_rule_says_stop"
    JOB_NOT_IN_PROGRESS = "job_not_in_progress"
    DRY_RUN = "dry_run"
    PROTECTED_JOB = "protected_job"
    STOP_LIMIT_REACHED = "stop_limit_reached"
    GUARDRAIL_UNREADABLE = "guardrail_unreadable"
    POLICY_UNREADABLE = "policy_unreadable"

    @property
    def is_guardrail(self) -> bool:
        """Whether a stop was wanted and held back."""
        return self not in {StopReason.RULE_SAYS_STOP, StopReason.NO_RULE_SAYS_STOP, StopReason.JOB_NOT_IN_PROGRESS}


class AlertOrder(Frozen):
    """Tell it: how urgently, over what."""

    severity: Severity
    channels: tuple[Channel, ...]


class Decision(Frozen):
    """What the policy wants done about one finding, and which of its rules said so.

    Attributes:
        stop: True only where nothing holds the stop back.
        stop_rule: The policy rule that wanted the stop; None where none did.
        alert: None where nobody is to be told.
        alert_rule: The policy rule that decided on the alert; None where none matched.
        policy_version: The configuration version that was in force, or ``built-in``.
    """

    stop: bool
    stop_reason: StopReason
    stop_rule: str | None = None
    alert: AlertOrder | None = None
    alert_rule: str | None = None
    policy_version: str


class Action(StrEnum):
    """What trainstop did."""

    NONE = "none"
    STOPPED = "stopped"
    ALREADY_STOPPED = "already_stopped"
    STOP_HELD = "stop_held"
    STOP_FAILED = "stop_failed"


class Outcome(Frozen):
    """What happened, not what was attempted.

    Attributes:
        acted_at: When StopTrainingJob answered; None where nothing was called.
        error: AWS's error code and text where the stop failed, secrets removed.
    """

    action: Action
    acted_at: datetime | None = None
    error: str | None = None
