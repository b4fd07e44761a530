"""What an inbound event says, reduced to what trainstop may use of it.

A signal is a hint: nothing destructive rests on it. DescribeTrainingJob tells what is true.
"""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from trainstop.domain.base import Frozen
from trainstop.domain.decision import Channel


class Origin(StrEnum):
    """Who noticed."""

    EVENT = "event"
    SWEEP = "sweep"
    RELAY = "relay"
    REPLAY = "replay"
    LOOK = "look"
    """trainstop itself, on the second look that it had promised."""
    OPERATOR = "operator"
    """A person, by trainstop's own command."""
    DRILL = "drill"
    """Nobody: a person asked for a drill."""
    BACKFILL = "backfill"
    """A person, who asked for what had ended before trainstop was there."""


class JobSignal(Frozen):
    """A training job may need a look.

    Attributes:
        training_job_arn: None in minimal events; never trusted for the account or Region.
        sent_at: When the event was sent; None where the envelope lacks it.
    """

    training_job_name: str
    training_job_arn: str | None = None
    origin: Origin = Origin.EVENT
    sent_at: datetime | None = None


class RetryDue(Frozen):
    """The moment has come for a retry that was planned; trainstop's own note says which and how."""

    training_job_name: str
    origin: Origin = Origin.LOOK
    sent_at: datetime | None = None


class RuleJobSignal(Frozen):
    """A processing job that may evaluate a Debugger rule has ended."""

    processing_job_name: str
    processing_job_arn: str
    origin: Origin = Origin.EVENT
    sent_at: datetime | None = None


class AlarmSignal(Frozen):
    """A CloudWatch alarm on a training job's metric went into ALARM."""

    alarm_name: str
    alarm_arn: str
    training_job_name: str
    reason: str
    changed_at: datetime
    origin: Origin = Origin.EVENT
    sent_at: datetime | None = None


class RefusedSubmission(Frozen):
    """CreateTrainingJob was refused, so that no job and no job event will ever exist (FORMATS.md 6.3).

    Attributes:
        principal_arn: Who called; "" where CloudTrail withholds it.
        person: The same by a name that is the same at the next call; "" where CloudTrail tells none.
        training_job_name: None where CloudTrail shows no request parameters, as on some denials.
        request: The parts of the request that help to explain the refusal, as text by name.
    """

    event_id: str
    principal_arn: str
    session_name: str
    person: str = ""
    error_code: str
    error_message: str
    occurred_at: datetime
    account: str
    region: str
    training_job_name: str | None = None
    request: dict[str, str] = Field(default_factory=dict)
    tags: dict[str, str] = Field(default_factory=dict)
    origin: Origin = Origin.EVENT
    sent_at: datetime | None = None


class SubmittedJob(Frozen):
    """CreateTrainingJob was accepted (FORMATS.md 6.1): it tells who started the job, which the job itself does not.

    Attributes:
        person: Who called, by a name that is the same at the next call, where CloudTrail tells one.
    """

    training_job_name: str
    training_job_arn: str
    person: str
    origin: Origin = Origin.EVENT
    sent_at: datetime | None = None


class Drill(Frozen):
    """A person asked for a drill: an incident that is made up, to see how far it comes (docs/drill.md).

    Attributes:
        drill_id: Each drill has its own.
        scenario: Name of a scenario that ships with trainstop (``trainstop.drills``).
        account, region: Where the event came from, as EventBridge says.
        owner, team: Tags of the made-up job; "" for none.
        quiet: Channels over which nobody is told.
    """

    drill_id: str = Field(pattern=r"^[0-9a-f]{8}$")
    scenario: str
    account: str = Field(pattern=r"^\d{12}$")
    region: str = Field(pattern=r"^[a-z]{2,4}(-[a-z]{1,12}){1,3}-\d{1,2}$")
    owner: str = ""
    team: str = ""
    quiet: tuple[Channel, ...] = ()
    origin: Origin = Origin.DRILL
    sent_at: datetime | None = None


Signal = SubmittedJob | JobSignal | RetryDue | RuleJobSignal | AlarmSignal | RefusedSubmission | Drill


class Nothing(StrEnum):
    """Why there is nothing to do: every event that makes no incident is counted under one of these."""

    JOB_IN_PROGRESS = "job_in_progress"
    JOB_COMPLETED = "job_completed"
    JOB_UNKNOWN = "job_unknown"
    FOREIGN_JOB = "foreign_job"
    NOT_A_RULE_JOB = "not_a_rule_job"
    ALARM_WITHOUT_JOB = "alarm_without_job"
    ALARM_NOT_RAISED = "alarm_not_raised"
    CALL_SUCCEEDED = "call_succeeded"
    NOT_OURS = "not_ours"
    ALREADY_RECORDED = "already_recorded"
    LOOKS_AGAIN = "looks_again"
    """A stop waits for the job's age, or for the finding to be confirmed."""
    NO_RETRY_PLANNED = "no_retry_planned"
    RETRY_SUBMITTED = "retry_submitted"
    RETRY_HELD = "retry_held"


class NothingToDo(Frozen):
    """An event that needs no act, and why."""

    reason: Nothing
    detail: str = ""
