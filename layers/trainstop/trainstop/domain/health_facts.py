"""What the checks of a deployment judge: facts as AWS answers them, under names of ours.

Where a status may be None, None means that AWS knows no such thing any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """An EventBridge rule, or a schedule of EventBridge Scheduler.

    Attributes:
        status: ``ENABLED`` or another word for not enabled.
    """

    logical_id: str
    name: str
    status: str | None
    target_arns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherRule:
    """An enabled rule on the default bus that is not the stack's.

    Attributes:
        pattern: EventPattern as JSON text.
    """

    name: str
    pattern: str
    target_arns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MappingFacts:
    """An event source mapping.

    Attributes:
        status: State.
        last_result: LastProcessingResult.
    """

    logical_id: str
    uuid: str
    status: str | None
    last_result: str = ""
    source_arn: str = ""
    function_name: str = ""


@dataclass(frozen=True, slots=True)
class FunctionFacts:
    """A Lambda function.

    Attributes:
        status: State.
        update_status: LastUpdateStatus.
        reserved_concurrency: None where none is reserved.
    """

    name: str
    status: str | None
    status_reason: str = ""
    update_status: str = "Successful"
    update_reason: str = ""
    runtime: str = ""
    reserved_concurrency: int | None = None


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """A queue that is worked on.

    Attributes:
        waiting: Messages that nobody has taken yet; None where there is no such queue.
        oldest_seconds: The greatest age of the oldest message in the last 15 minutes; None where CloudWatch has none.
    """

    logical_id: str
    waiting: int | None
    oldest_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class DeadLetterFacts:
    """A dead-letter queue.

    Attributes:
        letter_count: None where there is no such queue.
        oldest_at: When the oldest of the letters that were looked at was sent.
        reasons: Why they are there, each reason once.
        unread: Why none could be looked at; "" where that was possible.
    """

    logical_id: str
    letter_count: int | None
    oldest_at: datetime | None = None
    reasons: tuple[str, ...] = ()
    unread: str = ""


@dataclass(frozen=True, slots=True)
class AlarmFacts:
    """A CloudWatch alarm.

    Attributes:
        status: StateValue.
        reason: StateReason.
        notifies: Whether an action is there and enabled.
    """

    name: str
    status: str | None
    reason: str = ""
    description: str = ""
    since: datetime | None = None
    notifies: bool = True


@dataclass(frozen=True, slots=True)
class SubscriptionFacts:
    """A subscription on one of the topics."""

    protocol: str
    endpoint: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """A topic of the stack.

    Attributes:
        subscriptions: None where there is no such topic.
    """

    logical_id: str
    arn: str
    subscriptions: tuple[SubscriptionFacts, ...] | None


@dataclass(frozen=True, slots=True)
class SmsSpending:
    """What SMS have cost this month, and may.

    Attributes:
        limit_usd: MonthlySpendLimit; None where the account never set one.
        spent_usd: None where CloudWatch has no value: nothing was sent this month.
    """

    limit_usd: float | None
    spent_usd: float | None


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version of the policy in AppConfig."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """The policy as AppConfig and the table have it.

    Attributes:
        in_force: The version of the last deployment that came to its end; None where none ever did.
        newest: The newest version that is kept.
        deployment_status: State of the newest deployment; "" where there was none.
        last_good: The name that the functions gave the last valid policy they read; None where they read none yet.
    """

    in_force: StoredVersion | None
    newest: StoredVersion | None
    deployment_status: str
    last_good: str | None


@dataclass(frozen=True, slots=True)
class Simulated:
    """What IAM answered on one action of one role.

    Attributes:
        decision: ``allowed``, ``implicitDeny`` or ``explicitDeny``.
        by_organization: Whether it is the organization's policies that do not allow it.
    """

    role: str
    action: str
    resource_arn: str
    decision: str
    by_organization: bool = False


@dataclass(frozen=True, slots=True)
class TrailFacts:
    """A CloudTrail trail that covers this Region.

    Attributes:
        logs_management_writes: Whether its selectors take in calls that change something.
        delivery_error: LatestDeliveryError; "" for none.
        is_of_organization: Whether it logs all accounts of an organization, into a folder of the organization's id.
    """

    name: str
    bucket: str
    prefix: str
    is_logging: bool
    logs_management_writes: bool
    delivery_error: str = ""
    is_of_organization: bool = False


@dataclass(frozen=True, slots=True)
class TableFacts:
    """The incidents table.

    Attributes:
        status: TableStatus.
        is_restorable: Whether point-in-time recovery is on.
        forgets: Whether the time to live is on.
    """

    name: str
    status: str | None
    has_stream: bool = True
    is_protected: bool = True
    is_restorable: bool = True
    forgets: bool = True


@dataclass(frozen=True, slots=True)
class ArchiveFacts:
    """The archive bucket, the newest incident that should be in it, and what is not in Athena yet.

    Attributes:
        exists: Whether the bucket is there.
        incident_id: The newest incident that had time to arrive; None where there is none in the days looked at.
        is_archived: Whether its object is there.
        waits_since: When the oldest arrival that is not merged was written; None where all are.
        unreadable: Whether there are arrivals that could not be read.
    """

    bucket: str
    exists: bool
    incident_id: str | None = None
    is_archived: bool = False
    waits_since: datetime | None = None
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class ConcurrencyFacts:
    """Lambda's concurrency in this account and Region.

    Attributes:
        unreserved: What the functions without a reservation share.
        throttled: Invocations that were refused in the last hour, by function.
    """

    unreserved: int
    throttled: Mapping[str, int]
