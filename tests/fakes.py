"""One in-memory implementation of each port; shared by all tests of the sequences."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from trainstop.domain.audience import widest
from trainstop.domain.delivery import Answer
from trainstop.domain.evidence import Evidence
from trainstop.domain.failure import LogLine
from trainstop.domain.group import Group, Past, Telling, claimed, closed, due_at, joined, seen_to, told, wanted
from trainstop.domain.handling import MOST_ENTRIES
from trainstop.domain.held import Box
from trainstop.domain.job_actions import Subscribed
from trainstop.domain.signature import SigningSecrets
from trainstop.domain.stored_report import StoredReport
from trainstop.domain.subscription import Subscription, SubscriptionState
from trainstop.domain.training_job import TrainingJob
from trainstop.policy.silences import SilenceState, state_of
from trainstop.ports import (
    Breaker,
    BudgetUnreadableError,
    JobSummary,
    JobUnreadableError,
    Listing,
    Look,
    PublishRefusedError,
    RetryRefusedError,
    StopAnswer,
    StopRefusedError,
    SubmissionRefusedError,
    Subscribers,
    TooManyJobsError,
)


@dataclass
class FakeJobs:
    """SageMaker: answers of DescribeTrainingJob by name. A stop changes the job as SageMaker would.

    Jobs of ``unreadable`` cannot be described, for the reason given.
    """

    answers: dict[str, dict] = field(default_factory=dict)
    tags_by_arn: dict[str, dict[str, str]] = field(default_factory=dict)
    refusal: str | None = None
    described: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    created: list[dict] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)

    def describe(self, training_job_name):
        self.described.append(training_job_name)
        if training_job_name in self.unreadable:
            raise JobUnreadableError(self.unreadable[training_job_name])
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

    def mark_told(self, incident_id, told_at, told_as):
        self.told.setdefault(incident_id, (told_at, told_as))


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
class FakeGroups:
    """Groups, by the digest of their key."""

    groups: dict[str, Group] = field(default_factory=dict)
    joined: set[str] = field(default_factory=set)
    faults: dict[str, Past] = field(default_factory=dict)
    writes: int = 0

    def join(self, incident, keys, now, window_seconds):
        if incident.incident_id not in self.joined:
            self.joined.add(incident.incident_id)
            past = self.faults.get(incident.diagnosis.fingerprint, Past())
            for key in keys:
                self.writes += 1
                self.groups[key.digest] = joined(
                    self.groups.get(key.digest),
                    incident,
                    key,
                    now=now,
                    window_seconds=window_seconds,
                    past=past,
                    in_chat=key.audience is widest(each.audience for each in keys),
                )
        return tuple(self.groups[key.digest] for key in keys if key.digest in self.groups)

    def claim(self, digest, teller, now):
        group = self.groups.get(digest)
        if group is None or wanted(group, now) is Telling.NOTHING:
            return None
        taken = claimed(group, teller, now)
        if taken is not None:
            self.groups[digest] = taken
        return taken

    def mark_told(self, group, telling, thread, now):  # noqa: ARG002 - as the port
        self.groups[group.key.digest] = told(self.groups[group.key.digest], telling, group, thread)

    def acknowledge(self, digest, told_at, now):  # noqa: ARG002 - as the port
        if digest in self.groups:
            self.groups[digest] = seen_to(self.groups[digest], told_at) or self.groups[digest]

    def close(self, digest, told_at, now):  # noqa: ARG002 - as the port
        if digest in self.groups:
            self.groups[digest] = closed(self.groups[digest], told_at) or self.groups[digest]

    def put_off(self, digest, now):
        """Nothing is in an index here."""

    def load(self, digest):
        return self.groups.get(digest)

    def due(self, now, limit):
        found = [digest for digest, group in self.groups.items() if (at := due_at(group, now)) and at <= now]
        return tuple(f"group#{digest}" for digest in found)[:limit]


@dataclass
class FakeHeld:
    """Boxes, and messages by the hour."""

    boxes: dict[str, Box] = field(default_factory=dict)
    sent: dict[tuple, int] = field(default_factory=dict)

    def hold(self, key, alert):
        box = self.boxes.get(key.model_dump_json(), Box(key=key))
        if alert.incident_id not in {each.incident_id for each in box.alerts}:
            box = Box(key=key, alerts=(*box.alerts, alert), count=box.count + 1)
        self.boxes[key.model_dump_json()] = box

    def release(self, digest, now):
        box = self.boxes.get(digest)
        return box if box and box.key.release_at <= now else None

    def empty(self, box):
        del self.boxes[box.key.model_dump_json()]

    def take(self, audience, name, channel, now, limit):
        hour = (audience, name, channel, now.replace(minute=0, second=0, microsecond=0))
        self.sent[hour] = self.sent.get(hour, 0) + 1
        return self.sent[hour] <= limit

    def due(self, now, limit):
        return tuple(f"held#{digest}" for digest, box in self.boxes.items() if box.key.release_at <= now)[:limit]


@dataclass
class FakeCalendar:
    """When digests are due."""

    planned: dict = field(default_factory=dict)

    def next_digest(self, period):
        return self.planned.get(period)

    def plan_digest(self, period, due_at):
        self.planned[period] = due_at


@dataclass
class FakeReports:
    """The newest weekly report."""

    newest: StoredReport | None = None

    def latest(self):
        return self.newest

    def note(self, report):
        if self.newest and self.newest.last_day > report.last_day:
            return False
        self.newest = report
        return True


@dataclass
class FakePages:
    """Pages of reports by key."""

    pages: dict[str, bytes] = field(default_factory=dict)

    def put(self, key, page):
        self.pages[key] = page


@dataclass
class FakeRecorded:
    """Incidents that were recorded."""

    incidents: dict = field(default_factory=dict)

    def get(self, incident_id):
        return self.incidents.get(incident_id)

    def since(self, since, now, limit):
        found = [each for each in self.incidents.values() if since <= each.occurred_at <= now]
        return Listing(tuple(sorted(found, key=lambda each: each.occurred_at, reverse=True)[:limit]), complete=True)


@dataclass
class FakeFamilies:
    """The last good run of each family."""

    runs: dict = field(default_factory=dict)

    def keep(self, family_key, run, now):  # noqa: ARG002 - nothing lapses here
        kept = self.runs.get(family_key)
        if kept is not None and kept.ended_at >= run.ended_at:
            return False
        self.runs[family_key] = run
        return True

    def last_good(self, family_key):
        return self.runs.get(family_key)


@dataclass
class FakeCreators:
    """Who started which job."""

    people: dict[str, str] = field(default_factory=dict)

    def note(self, training_job_arn, person, now):  # noqa: ARG002 - nothing lapses here
        self.people.setdefault(training_job_arn.lower(), person)

    def creator_of(self, training_job_arn):
        return self.people.get(training_job_arn.lower(), "")


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
class FakeChanges:
    """The account's bus."""

    published: list = field(default_factory=list)

    def publish(self, change, incident, at):
        self.published.append((change, incident.incident_id, at))


@dataclass
class FakeWebhooks:
    """The registry of webhooks."""

    registered: tuple = ()
    noted: list = field(default_factory=list)

    def all(self):
        return self.registered

    def note(self, webhook_id, at, answer):
        self.noted.append((webhook_id, at, answer.result))


@dataclass
class FakeSecrets:
    """Parameter Store: the same secrets for every webhook."""

    secrets: SigningSecrets | None = None

    def load(self, webhook_id):  # noqa: ARG002 - one for all
        return self.secrets


@dataclass
class FakePoster:
    """A receiver that gives these answers, the last one for ever."""

    answers: list[Answer] = field(default_factory=lambda: [Answer(200)])
    requests: list = field(default_factory=list)

    def post(self, url, headers, body):
        self.requests.append((url, headers, body))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@dataclass
class FakeWebhookQueue:
    """The webhook queue."""

    sent: list[str] = field(default_factory=list)
    hidden: list[tuple[str, int]] = field(default_factory=list)

    def send(self, body):
        self.sent.append(body)

    def hide(self, receipt_handle, seconds):
        self.hidden.append((receipt_handle, seconds))


@dataclass
class FakeSubscriptions:
    """SNS: subscriptions by topic. An SMS is confirmed at once, a mailbox by ``confirm``."""

    held: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)

    def on(self, topic):
        return Subscribers(tuple(each for each in self.held.values() if each.topic is topic))

    def subscribe(self, topic, recipient, filter_policy):
        self.asked.append(recipient.endpoint)
        is_sms = recipient.protocol == "sms"
        self.held[topic, recipient.endpoint] = Subscription(
            topic=topic,
            protocol=recipient.protocol.value,
            endpoint=recipient.endpoint,
            state=SubscriptionState.CONFIRMED if is_sms else SubscriptionState.PENDING,
            arn=f"arn:{topic}:{recipient.endpoint}" if is_sms else None,
            filter_policy=dict(filter_policy) if is_sms else None,
            filter_known=is_sms,
        )

    def confirm(self, topic, endpoint, filter_policy=None):
        changes = {
            "state": SubscriptionState.CONFIRMED,
            "arn": f"arn:{topic}:{endpoint}",
            "filter_policy": filter_policy,
            "filter_known": True,
        }
        self.held[topic, endpoint] = self.held[topic, endpoint].model_copy(update=changes)

    def ask_again(self, subscription):
        self.asked.append(subscription.endpoint)

    def change_filter(self, subscription_arn, filter_policy):
        key = next(key for key, each in self.held.items() if each.arn == subscription_arn)
        changes = {"filter_policy": dict(filter_policy), "on_body": False}
        self.held[key] = self.held[key].model_copy(update=changes)

    def unsubscribe(self, subscription_arn):
        self.held = {key: each for key, each in self.held.items() if each.arn != subscription_arn}


@dataclass
class FakeNotes:
    """Notes on subscriptions, by topic and address."""

    kept: dict = field(default_factory=dict)

    def write(self, topic, recipient, note):
        self.kept[topic, recipient.endpoint] = note

    def read(self, subscriptions):
        return [self.kept.get((each.topic, each.endpoint)) for each in subscriptions]

    def forget(self, subscription):
        self.kept.pop((subscription.topic, subscription.endpoint), None)


@dataclass
class FakeListeners:
    """Who is listened for."""

    kept: dict = field(default_factory=dict)

    def listening(self, audience, name):
        return audience in self.kept and self.kept[audience].includes(audience, name)

    def save(self, audience, listened, read_at):  # noqa: ARG002 - one reader at a time
        self.kept[audience] = listened


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
    """ListTrainingJobs, of at most ``most`` jobs in one span."""

    summaries: list[JobSummary] = field(default_factory=list)
    spans: list[tuple[datetime, datetime]] = field(default_factory=list)
    most: int = 5000

    def changed(self, since, until):
        self.spans.append((since, until))
        found = [each for each in self.summaries if since <= each.last_modified_at < until]
        yield from found[: self.most]
        if len(found) > self.most:
            raise TooManyJobsError("too many")

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
class FakeBackfillState:
    """How far a backfill came."""

    saved: list = field(default_factory=list)

    def load(self, until):
        return next((each for each in reversed(self.saved) if each.until == until), None)

    def save(self, backfilled):
        self.saved.append(backfilled)


@dataclass
class FakeClock:
    """Time that stands still, or goes on by ``step`` at each look."""

    now: datetime
    step: timedelta = timedelta(0)

    def __call__(self):
        now, self.now = self.now, self.now + self.step
        return now


@dataclass
class FakeEmit:
    """CloudWatch: what was counted."""

    measures: list = field(default_factory=list)

    def __call__(self, measures):
        self.measures += measures
