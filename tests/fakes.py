"""One in-memory implementation of each port; shared by all tests of the sequences."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from trainstop.domain.evidence import Evidence
from trainstop.domain.failure import LogLine
from trainstop.domain.handling import MOST_ENTRIES
from trainstop.domain.job_actions import Subscribed
from trainstop.domain.training_job import TrainingJob
from trainstop.policy.silences import SilenceState, state_of
from trainstop.ports import (
    Breaker,
    BudgetUnreadableError,
    JobSummary,
    Look,
    PublishRefusedError,
    RetryRefusedError,
    StopAnswer,
    StopRefusedError,
    SubmissionRefusedError,
)


@dataclass
class FakeJobs:
    """SageMaker: answers of DescribeTrainingJob by name. A stop changes the job as SageMaker would."""

    answers: dict[str, dict] = field(default_factory=dict)
    tags_by_arn: dict[str, dict[str, str]] = field(default_factory=dict)
    refusal: str | None = None
    described: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    created: list[dict] = field(default_factory=list)

    def describe(self, training_job_name):
        self.described.append(training_job_name)
        answer = self.answers.get(training_job_name)
        return TrainingJob.model_validate(answer) if answer else None

    def tags(self, training_job_arn):
        return self.tags_by_arn.get(training_job_arn, {})

    def running(self, prefix):
        running = (name for name, answer in self.answers.items() if answer["TrainingJobStatus"] == "InProgress")
        return tuple(name for name in running if name.lower().startswith(prefix.lower()))

    def create(self, request):
        if self.refusal:
            raise SubmissionRefusedError(self.refusal)
        self.created.append(request)
        return f"arn:aws:sagemaker:us-east-1:111122223333:training-job/{request['TrainingJobName']}"

    def stop(self, training_job_name):
        if self.refusal:
            raise StopRefusedError(self.refusal)
        self.stopped.append(training_job_name)
        answer = self.answers[training_job_name]
        if answer["TrainingJobStatus"] != "InProgress":
            return StopAnswer.NOT_RUNNING
        self.answers[training_job_name] = answer | {"TrainingJobStatus": "Stopping", "SecondaryStatus": "Stopping"}
        return StopAnswer.ACCEPTED

    def training_job_arn_of(self, processing_job_name):
        return next(
            (answer["TrainingJobArn"] for name, answer in self.answers.items() if processing_job_name.startswith(name)),
            None,
        )


@dataclass
class FakeLogs:
    """CloudWatch Logs: the same lines for every job."""

    lines: tuple[str, ...] = ()
    read: int = 0

    def tail(self, job, enough):  # noqa: ARG002 - all the lines that there are
        self.read += 1
        stream = f"{job.training_job_name}/algo-1-1768478600"
        lines = tuple(LogLine(text, "algo-1", stream, 1768478600000 + number) for number, text in enumerate(self.lines))
        return Evidence(lines, stream_exists=bool(lines))


@dataclass
class FakeIncidents:
    """The incidents table."""

    recorded: dict = field(default_factory=dict)
    claims: dict = field(default_factory=dict)
    told: dict = field(default_factory=dict)

    def is_recorded(self, incident_id):
        return incident_id in self.recorded

    def claim(self, incident_id, now):
        if incident_id in self.recorded or self.claims.get(incident_id, now) > now:
            return False
        self.claims[incident_id] = now + timedelta(seconds=90)
        return True

    def record(self, incident):
        return self.recorded.setdefault(incident.incident_id, incident) is incident

    def is_told(self, incident_id):
        return incident_id in self.told

    def mark_told(self, incident_id, told_at):
        self.told.setdefault(incident_id, told_at)


@dataclass
class FakeBudget:
    """The stop budget of one hour, by owner; a breaker stays open."""

    taken: dict[str, int] = field(default_factory=dict)
    opened: dict[str, Breaker] = field(default_factory=dict)
    readable: bool = True

    def take(self, now, limits):
        if not self.readable:
            raise BudgetUnreadableError("ProvisionedThroughputExceededException")
        for limit in limits:
            if limit.owner in self.opened:
                return replace(self.opened[limit.owner], is_new=False)
        for limit in limits:
            if self.taken.get(limit.owner, 0) >= limit.stops_per_hour:
                self.opened[limit.owner] = Breaker(limit, now, is_new=True)
                return self.opened[limit.owner]
            self.taken[limit.owner] = self.taken.get(limit.owner, 0) + 1
        return None


@dataclass
class FakeLooks:
    """First looks."""

    seen: dict[str, datetime] = field(default_factory=dict)

    def first_seen(self, incident_id, now, kept):  # noqa: ARG002 - nothing lapses here
        is_new = incident_id not in self.seen
        return Look(self.seen.setdefault(incident_id, now), is_new)


@dataclass
class FakeRecipients:
    """Subscriptions of declared addresses."""

    state: Subscribed = Subscribed.CONFIRMED
    asked: list = field(default_factory=list)

    def subscribe(self, recipient):
        self.asked.append(recipient)
        return self.state


@dataclass
class FakeNeighbours:
    """The SageMaker SDK's rules."""

    notifies: bool = False

    def sdk_notifies(self, training_job_name):  # noqa: ARG002 - all jobs or none
        return self.notifies


@dataclass
class FakeRetries:
    """Planned retries."""

    planned: dict = field(default_factory=dict)
    refusal: str | None = None

    def load(self, training_job_name):
        return self.planned.get(training_job_name)

    def plan(self, retry):
        if self.refusal:
            raise RetryRefusedError(self.refusal)
        return self.planned.setdefault(retry.training_job_name, retry)

    def mark_submitted(self, training_job_name):
        self.planned[training_job_name] = replace(self.planned[training_job_name], submitted=True)


@dataclass
class FakeSilences:
    """The silences."""

    kept: list = field(default_factory=list)
    asked: list[datetime] = field(default_factory=list)

    def active(self, moment):
        self.asked.append(moment)
        return [silence for silence in self.kept if state_of(silence, moment) is SilenceState.ACTIVE]

    def add(self, silence):
        self.kept.append(silence.model_copy(update={"silence_id": f"s-{len(self.kept) + 1}"}))
        return self.kept[-1]

    def change(self, silence_id, changed):
        for number, silence in enumerate(self.kept):
            if silence.silence_id == silence_id and (after := changed(silence)) is not None:
                self.kept[number] = after
                return after
        return None


@dataclass
class FakeHandled:
    """What people did about incidents."""

    entries: dict[str, list] = field(default_factory=dict)
    resolutions: dict = field(default_factory=dict)

    def append(self, incident_id, entry):
        entries = self.entries.setdefault(incident_id, [])
        if len(entries) >= MOST_ENTRIES:
            return False
        entries.append(entry)
        return True

    def resolve_fault(self, fingerprint, resolution):
        self.resolutions[fingerprint] = resolution


@dataclass
class FakeDeadLetters:
    """The dead-letter queue."""

    letters: list[tuple[str, str]] = field(default_factory=list)

    def put(self, body, reason):
        self.letters.append((body, reason))


@dataclass
class FakeAlerts:
    """A topic; ``failures`` publishes fail first."""

    published: list = field(default_factory=list)
    failures: int = 0
    refusal: str | None = None

    def publish(self, publication):
        if self.refusal:
            raise PublishRefusedError(self.refusal)
        if self.failures:
            self.failures -= 1
            raise ConnectionError("SNS is away")
        self.published.append(publication)
        return f"message-{len(self.published)}"


@dataclass
class FakeQueue:
    """The watch queue."""

    sent: list[dict] = field(default_factory=list)
    delays: list[int] = field(default_factory=list)

    def send(self, events, delay_seconds=0):
        self.sent.extend(events)
        self.delays.append(delay_seconds)


@dataclass
class FakeJobList:
    """ListTrainingJobs."""

    summaries: list[JobSummary] = field(default_factory=list)
    spans: list[tuple[datetime, datetime]] = field(default_factory=list)

    def changed(self, since, until):
        self.spans.append((since, until))
        yield from (each for each in self.summaries if since <= each.last_modified_at < until)

    def in_progress(self, limit):
        running = [each for each in self.summaries if each.training_job_status == "InProgress"]
        yield from running[:limit]


@dataclass
class FakeSweepState:
    """How far the last sweep came."""

    swept_until: datetime | None = None
    saved: list[datetime] = field(default_factory=list)

    def load(self):
        return self.swept_until

    def save(self, swept_until):
        self.swept_until = swept_until
        self.saved.append(swept_until)


@dataclass
class FakeClock:
    """Time that stands still, or goes on by ``step`` at each look."""

    now: datetime
    step: timedelta = timedelta(0)

    def __call__(self):
        now, self.now = self.now, self.now + self.step
        return now
