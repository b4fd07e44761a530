"""``trainstop replay --dead-letters``: what failed goes on its way once more, and out of its dead-letter queue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trainstop.adapters.dead_letters import DeadLetter, DeadLetterQueue
from trainstop.adapters.outbox import NotAStreamLetterError, Outbox, Stretch
from trainstop.adapters.replay import Replay
from trainstop.cli.aws import Deployment, deployment
from trainstop.cli.replay import Tally, finish, loads, put_events
from trainstop.cli.since import now_utc

Redrive = Callable[[DeadLetterQueue, Sequence[DeadLetter]], Sequence[str | None]]
"""Sends messages on their way; for each, None where it went, else why it did not."""


def replay_dead_letters(*, stack: str, limit: int, as_json: bool) -> None:
    """Replay the stack's dead-letter queues, at most ``limit`` messages of each.

    Raises:
        CliError: some messages were refused; they stay.
    """
    tally = Tally()
    with deployment(stack) as deployed:
        ways = _Ways(deployed)
        for key, redrive in ways.by_queue().items():
            queue = DeadLetterQueue(deployed.client("sqs"), deployed.output(key))
            _drain(queue, key.removesuffix("Url"), redrive, limit, tally)
    finish(tally, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Ways:
    """Each dead-letter queue's way back, by the stack's output that tells its address."""

    deployed: Deployment

    def by_queue(self) -> dict[str, Redrive]:
        return {
            "WatchDeadLetterQueueUrl": self._as_events,
            "EventsDeadLetterQueueUrl": self._as_events,
            "RelayDeadLetterQueueUrl": self._to("RelayQueueUrl"),
            "NotifyDeadLetterQueueUrl": self._from_outbox,
            "ArchiveDeadLetterQueueUrl": self._from_outbox,
            "WebhookDeadLetterQueueUrl": self._to("WebhookQueueUrl"),
        }

    def _as_events(self, _: DeadLetterQueue, letters: Sequence[DeadLetter]) -> Sequence[str | None]:
        return put_events(Replay(self.deployed.client("events")), [loads(letter.body) for letter in letters])

    def _to(self, output: str) -> Redrive:
        """The way back to a queue, as they are."""

        def send_on(queue: DeadLetterQueue, letters: Sequence[DeadLetter]) -> Sequence[str | None]:
            queue.send_on(letters, self.deployed.output(output))
            return [None] * len(letters)

        return send_on

    def _from_outbox(self, _: DeadLetterQueue, letters: Sequence[DeadLetter]) -> Sequence[str | None]:
        outbox = Outbox(self.deployed.client("dynamodb"), self.deployed.output("IncidentsTableName"))
        return [_offer(outbox, letter) for letter in letters]


def _offer(outbox: Outbox, letter: DeadLetter) -> str | None:
    try:
        found = outbox.offer_again(Stretch.of(letter.body), now_utc())
    except NotAStreamLetterError as error:
        return str(error)
    return None if found else "no incident of that time is in the table"


def _drain(queue: DeadLetterQueue, name: str, redrive: Redrive, limit: int, tally: Tally) -> None:
    kept: list[DeadLetter] = []
    for letters in queue.batches(limit):
        problems = dict(zip(letters, redrive(queue, letters), strict=True))
        queue.delete([letter for letter, problem in problems.items() if problem is None])
        kept += (letter for letter, problem in problems.items() if problem is not None)
        for letter, problem in problems.items():
            set_aside = f" (set aside because: {letter.reason})" if letter.reason else ""
            tally.note(f"{name} {letter.message_id}", problem and f"{problem}{set_aside}")
    queue.release(kept)
