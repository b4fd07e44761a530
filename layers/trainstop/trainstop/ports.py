"""What the sequences need of the world. Adapters implement these on AWS; tests implement them in memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from trainstop.domain.change import Change
from trainstop.domain.decision import Audience, Channel
from trainstop.domain.delivery import Answer
from trainstop.domain.digest import Period
from trainstop.domain.evidence import Evidence
from trainstop.domain.failure import LogLine
from trainstop.domain.group import Group, GroupKey, Telling
from trainstop.domain.handling import HandlingEntry, Resolution
from trainstop.domain.held import Box, BoxKey, HeldAlert
from trainstop.domain.incident import Incident
from trainstop.domain.job_actions import Recipient, Subscribed
from trainstop.domain.listener import Listened
from trainstop.domain.run import Run
from trainstop.domain.signal import Drill
from trainstop.domain.signature import SigningSecrets
from trainstop.domain.subscription import Subscription, Topic
from trainstop.domain.training_job import TrainingJob
from trainstop.domain.webhook import Webhook


class StopAnswer(StrEnum):
    """What StopTrainingJob answered."""

    ACCEPTED = "accepted"
    NOT_RUNNING = "not_running"
    """The job was already stopping or had ended: success, for the aim is reached (FORMATS.md 11)."""


class StopRefusedError(Exception):
    """SageMaker refused the stop for good, e.g. for a missing permission; the text is AWS's code and message."""


class SubmissionRefusedError(Exception):
    """SageMaker refused the submission for good; the text is AWS's code and message."""


class TrainingJobs(Protocol):
    """SageMaker's training jobs."""

    def describe(self, training_job_name: str) -> TrainingJob | None:
        """The job as it is now; None where no such job exists."""

    def tags(self, training_job_arn: str) -> dict[str, str] | None:
        """The job's tags; None where they may not be read."""

    def stop(self, training_job_name: str) -> StopAnswer:
        """Ask for the stop.

        Raises:
            StopRefusedError: a retry cannot help.
        """

    def running(self, prefix: str) -> tuple[str, ...]:
        """Names of the jobs in progress that start with the prefix, capitals or not; of very many, the newest."""

    def create(self, request: Mapping[str, Any]) -> str:
        """Submit a job; the answer is its ARN. A job of that name that is there already is success.

        Raises:
            SubmissionRefusedError: a retry of the call cannot help.
        """


class TaggedJobs(TrainingJobs, Protocol):
    """Training jobs whose tags may be changed."""

    def tag(self, training_job_arn: str, key: str, value: str) -> None:
        """Set a tag."""

    def untag(self, training_job_arn: str, key: str) -> None:
        """Remove a tag; one that is not there is success."""


class RuleJobs(Protocol):
    """The processing jobs in which Debugger evaluates rules."""

    def training_job_arn_of(self, processing_job_name: str) -> str | None:
        """The ARN of the training job that a processing job belongs to; None where it belongs to none."""


class Logs(Protocol):
    """Where training jobs write their logs."""

    def tail(self, job: TrainingJob, enough: Callable[[Sequence[LogLine]], bool]) -> Evidence:
        """The last lines of every host, further back while they are not enough, within stated bounds.

        Never raises for a log that is missing or unreadable.
        """


class Incidents(Protocol):
    """The incidents that are known."""

    def is_recorded(self, incident_id: str) -> bool:
        """Whether the incident is there in its final form."""

    def claim(self, incident_id: str, now: datetime) -> bool:
        """Take the right to act for an incident; False where somebody else has it or it is recorded."""

    def record(self, incident: Incident) -> bool:
        """Write the incident in its final form, once; False where it was there already."""


@dataclass(frozen=True, slots=True)
class StopLimit:
    """A limit on the stops of a clock hour.

    Attributes:
        owner: The limit counts the stops of this owner's jobs; "" for the limit on all.
    """

    stops_per_hour: int
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Breaker:
    """A limit was reached: no more stops until a person closes the breaker.

    Attributes:
        is_new: Whether this very stop opened it.
    """

    limit: StopLimit
    opened_at: datetime
    is_new: bool = False


class StopBudget(Protocol):
    """Counts stops by the hour, and stays closed once a limit was reached."""

    def take(self, now: datetime, limits: Sequence[StopLimit]) -> Breaker | None:
        """Take one stop out of the hour's budget under every limit; the open breaker where there is one.

        Raises:
            BudgetUnreadableError: the count could be neither read nor written.
        """


class BudgetUnreadableError(Exception):
    """The stop budget cannot be read: the stop is held."""


@dataclass(frozen=True, slots=True)
class Look:
    """A second look that a finding waits for.

    Attributes:
        is_new: Whether it has just been noted, so that somebody has to see to it that it is taken.
    """

    first_seen_at: datetime
    is_new: bool


class Looks(Protocol):
    """Findings whose stop waits."""

    def first_seen(self, incident_id: str, now: datetime, kept: timedelta) -> Look:
        """Note the finding unless it is noted; a note lapses after the time ``kept``."""


class Recipients(Protocol):
    """Addresses that jobs' own rules declare."""

    def subscribe(self, recipient: Recipient) -> Subscribed:
        """Make sure that the address is subscribed, once; the answer is whether messages reach it."""


class Neighbours(Protocol):
    """Notifiers of other makes in the account."""

    def sdk_notifies(self, training_job_name: str) -> bool:
        """Whether an EventBridge rule of the SageMaker SDK tells of the job's end; False where that is unknown."""


@dataclass(frozen=True, slots=True)
class Retry:
    """A retry that was planned, and the line it is in.

    Attributes:
        root: The job that a person submitted.
        predecessor: The job that it is submitted in place of.
        cost_usd: What the line cost before it; None where unknown.
        faults: Fingerprint and instance type of every failure of the line.
        submitted: Whether the job was created.
    """

    training_job_name: str
    root: str
    predecessor: str
    attempt: int
    due_at: datetime
    thread: str
    cost_usd: Decimal | None
    faults: tuple[str, ...] = ()
    instance_type: str | None = None
    submitted: bool = False


class RetryRefusedError(Exception):
    """A retry cannot be scheduled for a reason that lasts; the text is AWS's code and message."""


class Retries(Protocol):
    """The retries that were planned, by the name of the new job."""

    def load(self, training_job_name: str) -> Retry | None:
        """The retry that is to have, or has, this name."""

    def plan(self, retry: Retry) -> Retry:
        """Note the retry, and see to it that it is taken up when it is due; one that is noted already stands.

        Raises:
            RetryRefusedError: nothing would take it up; a failure's alert must not wait for that.
        """

    def mark_submitted(self, training_job_name: str) -> None:
        """Note that the job was created."""


class Groups(Protocol):
    """Groups of incidents that are told together."""

    def join(
        self, incident: Incident, keys: Sequence[GroupKey], now: datetime, window_seconds: int
    ) -> tuple[Group, ...]:
        """Count the incident in each of its groups, once; the groups as they stand then."""

    def claim(self, digest: str, teller: str, now: datetime) -> Group | None:
        """Take the right to tell a group; None where there is nothing to tell, or somebody else is telling it."""

    def mark_told(self, group: Group, telling: Telling, thread: str, now: datetime) -> None:
        """Note that the group was told as it is here."""

    def acknowledge(self, digest: str, told_at: datetime, now: datetime) -> None:
        """Note that a person sees to what was told then; a group that is newer, or not there, needs nothing."""

    def close(self, digest: str, told_at: datetime, now: datetime) -> None:
        """Note that a person says that it is over; what comes then opens a new group."""

    def put_off(self, digest: str, now: datetime) -> None:
        """Work out anew when somebody has to look at the group."""

    def load(self, digest: str) -> Group | None:
        """The group as it stands."""


class Held(Protocol):
    """Alerts that wait, and the count of those that went out."""

    def hold(self, key: BoxKey, alert: HeldAlert) -> None:
        """Put an alert into a box, once."""

    def release(self, digest: str, now: datetime) -> Box | None:
        """The box, where its time has come."""

    def empty(self, box: Box) -> None:
        """Note that what is in the box was told."""

    def take(self, audience: Audience, name: str, channel: Channel, now: datetime, limit: int) -> bool:
        """Count one message of this hour; False where the hour has had enough."""


class Due(Protocol):
    """What waits for a moment."""

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Keys whose moment has come, the oldest first, at most so many."""


class Calendar(Protocol):
    """When digests go out."""

    def next_digest(self, period: Period) -> datetime | None:
        """When the digest is due; None where none is planned."""

    def plan_digest(self, period: Period, due_at: datetime | None) -> None:
        """Plan the digest for then; None for never."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Incidents, newest first.

    Attributes:
        complete: False where the calls were used up before the time span or the limit was.
    """

    incidents: tuple[Incident, ...]
    complete: bool


class Recorded(Protocol):
    """Incidents that were recorded."""

    def get(self, incident_id: str) -> Incident | None:
        """One incident; None where there is none in its final form."""

    def since(self, since: datetime, now: datetime, limit: int) -> Listing:
        """Those of the days from ``now`` back to ``since``, newest first."""


class Families(Protocol):
    """The last run of each family of jobs that completed."""

    def keep(self, family_key: str, run: Run, now: datetime) -> bool:
        """Keep the run unless one that ended later is kept; False where one is, or this very one."""

    def last_good(self, family_key: str) -> Run | None:
        """The run that is kept; None where there is none."""


class Creators(Protocol):
    """Who started which job, as CloudTrail told it."""

    def note(self, training_job_arn: str, person: str, now: datetime) -> None:
        """Note who started the job; the first note stands."""

    def creator_of(self, training_job_arn: str) -> str:
        """Who started the job; "" where nobody has noted it."""


class Told(Protocol):
    """Which incidents have been told."""

    def is_told(self, incident_id: str) -> bool:
        """Whether an alert was published for the incident."""

    def mark_told(self, incident_id: str, told_at: datetime, told_as: str) -> None:
        """Note that somebody was told, and how; the first time stands."""


class SilencesUnreadableError(Exception):
    """The silences cannot be read: alerts go out."""


class SilencesFullError(Exception):
    """There is no room for another silence; the text says what to do."""


class Handled(Protocol):
    """What people did about incidents."""

    def append(self, incident_id: str, entry: HandlingEntry) -> bool:
        """Add an entry to an incident's handling; False where it has no room for one more."""

    def resolve_fault(self, fingerprint: str, resolution: Resolution) -> None:
        """Note how a fault ended, for whoever meets it again; the last one stands."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What is handed to SNS.

    Attributes:
        attributes: By name, SNS's data type and the value.
    """

    subject: str
    body: str
    attributes: Mapping[str, tuple[str, str]]


class PublishRefusedError(Exception):
    """SNS refuses a message for good: no such topic, no permission; the text is AWS's code and message."""


class Alerts(Protocol):
    """A topic that people and machines subscribe to."""

    def publish(self, publication: Publication) -> str:
        """Publish; the answer is SNS's MessageId.

        Raises:
            PublishRefusedError: another try cannot help.
        """


class IncidentChanges(Protocol):
    """Where anybody in the account can follow what becomes of incidents."""

    def publish(self, change: Change, incident: Incident, at: datetime) -> None:
        """Publish a change; a repeat has the same ``change_id`` (domain.change).

        Raises:
            RuntimeError: it was not taken; another try may help.
        """


class Webhooks(Protocol):
    """The webhooks that are registered."""

    def all(self) -> tuple[Webhook, ...]:
        """Every one."""

    def note(self, webhook_id: str, at: datetime, answer: Answer) -> None:
        """Note how an attempt went; of one that was removed, nothing."""


class WebhookSecrets(Protocol):
    """What deliveries are signed with."""

    def load(self, webhook_id: str) -> SigningSecrets | None:
        """The secrets of a webhook; None where there are none."""


class Poster(Protocol):
    """The way to a webhook's receiver."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """POST once, within stated bounds. Redirections are not followed; what fails is an answer, too."""


class WebhookQueue(Protocol):
    """The queue of changes and deliveries."""

    def send(self, body: str) -> None:
        """Queue a message."""

    def hide(self, receipt_handle: str, seconds: int) -> None:
        """Let a message that was received come back after so long."""


class Listeners(Protocol):
    """Whether an alert for an owner or a team reaches anybody."""

    def listening(self, audience: Audience, name: str) -> bool:
        """Whether a confirmed subscription hears of this owner or team; False also where that is not known any more."""


class ListenerRegistry(Protocol):
    """Where it is kept who is listened for."""

    def save(self, audience: Audience, listened: Listened, read_at: datetime) -> None:
        """Replace what is kept of an audience, unless that was read later."""


@dataclass(frozen=True, slots=True)
class Subscribers:
    """A topic's subscriptions.

    Attributes:
        complete: False where there were more than are read.
    """

    subscriptions: tuple[Subscription, ...]
    complete: bool = True


class Subscriptions(Protocol):
    """The subscriptions of the stack's topics."""

    def on(self, topic: Topic) -> Subscribers:
        """Those of one topic, with their filters where these can be read."""

    def subscribe(self, topic: Topic, recipient: Recipient, filter_policy: Mapping[str, Any]) -> None:
        """Subscribe an address. One that has not confirmed is asked once more, and has this filter from then on."""

    def ask_again(self, subscription: Subscription) -> None:
        """Have the confirmation sent once more to an address that has not confirmed."""

    def change_filter(self, subscription_arn: str, filter_policy: Mapping[str, Any]) -> None:
        """Give a confirmed subscription another filter."""

    def unsubscribe(self, subscription_arn: str) -> None:
        """End a confirmed subscription."""


@dataclass(frozen=True, slots=True)
class SubscriptionNote:
    """What SNS does not keep of a subscription.

    Attributes:
        name: What the person called it; "" for nothing.
        asked_at: When the address was last asked to confirm, or its filter was changed.
        filter_policy: What was asked for then.
    """

    name: str
    principal_arn: str
    asked_at: datetime
    filter_policy: Mapping[str, Any]


class SubscriptionNotes(Protocol):
    """Notes on subscriptions that were made by trainstop's command."""

    def write(self, topic: Topic, recipient: Recipient, note: SubscriptionNote) -> None:
        """Keep a note; an earlier one is replaced."""

    def read(self, subscriptions: Sequence[Subscription]) -> Sequence[SubscriptionNote | None]:
        """The note on each of them; None where there is none."""

    def forget(self, subscription: Subscription) -> None:
        """Remove the note, if there is one."""


class Archive(Protocol):
    """Where incidents are kept for years."""

    def put(self, key: str, body: bytes) -> None:
        """Write an object; a repeat overwrites it with the same content."""


class WatchQueue(Protocol):
    """The queue that watch reads."""

    def send(self, events: Sequence[Mapping[str, Any]], delay_seconds: int = 0) -> None:
        """Queue events in EventBridge's shape; they arrive after the delay, of at most 900 seconds.

        Raises:
            RuntimeError: at least one was not taken.
        """


class DeadLetters(Protocol):
    """Where a message goes that no retry can mend."""

    def put(self, body: str, reason: str) -> None:
        """Keep the message as it came, with the reason beside it."""


@dataclass(frozen=True, slots=True)
class JobSummary:
    """One row of ListTrainingJobs (FORMATS.md 1.7): neither failure reason nor rules."""

    training_job_name: str
    training_job_arn: str
    training_job_status: str
    secondary_status: str
    last_modified_at: datetime


class JobList(Protocol):
    """ListTrainingJobs within its quota of two calls a second."""

    def changed(self, since: datetime, until: datetime) -> Iterator[JobSummary]:
        """Jobs that were modified in the time span."""

    def in_progress(self, limit: int) -> Iterator[JobSummary]:
        """Running jobs, newest first, at most so many."""


class SweepState(Protocol):
    """How far the last sweep came."""

    def load(self) -> datetime | None:
        """Up to when jobs were swept; None before the first sweep."""

    def save(self, swept_until: datetime) -> None:
        """Note it."""


class Clock(Protocol):
    """The time, as an argument."""

    def __call__(self) -> datetime:
        """Now, aware, in UTC."""


class DrillRefusedError(Exception):
    """EventBridge does not take a drill's event; the text is AWS's code and message."""


class DrillBus(Protocol):
    """The public way in."""

    def put(self, drill: Drill) -> str:
        """Ask for a drill; the answer is EventBridge's EventId.

        Raises:
            DrillRefusedError: the event was not taken.
        """


class KnownIncidents(Protocol):
    """What is recorded, for looking at."""

    def get(self, incident_id: str) -> Incident | None:
        """The incident; None where none is there in its final form."""


class ArchivedObjects(Protocol):
    """What is archived, for looking at."""

    def has(self, key: str) -> bool:
        """Whether there is an object of that key."""


class Stations(Protocol):
    """The parts that an event passes, for looking at where it is stuck."""

    def look(self, station: str) -> Iterator[str]:
        """How a station stands and where more is to be seen, a sentence each. Reads only."""


class Arrival(StrEnum):
    """What is known of a message at its receiver."""

    DELIVERED = "delivered"
    PENDING = "pending"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    """Nothing reaches the receiver until it has confirmed its subscription."""
    LOOK = "look"
    """Only the receiver can tell, by looking."""


@dataclass(frozen=True, slots=True)
class Reception:
    """One receiver of an alert.

    Attributes:
        channel: E.g. ``email``.
        receiver: Who, masked so that it may be shown.
        detail: Through which topic and filter, or how the delivery stands.
    """

    channel: str
    receiver: str
    arrival: Arrival
    detail: str = ""


class Receivers(Protocol):
    """The receivers of one kind of channel."""

    def of(self, incident: Incident) -> Iterator[Reception]:
        """Who is to receive the incident's alert, and what is known of it."""
