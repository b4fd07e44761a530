"""Whether anything waits that should not, or was given up."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from trainstop.app.doctor.words import ago, counted, joined, quoted, span
from trainstop.domain.health import Finding, broken, ok, unknown, warning
from trainstop.domain.health_facts import DeadLetterFacts, QueueFacts

_SLOW: Final = timedelta(minutes=5)
_STUCK: Final = timedelta(minutes=15)
"""As the stack's alarm on the watch queue."""

_SLOW_LAG: Final = timedelta(minutes=2)
_STUCK_LAG: Final = timedelta(minutes=10)
"""As the stack's alarms on notify and archive."""

_DEPLOY: Final = "Deploy the stack again: sam deploy"
_LOST: Final[Mapping[str, str]] = MappingProxyType(
    {
        "WatchDeadLetterQueue": "Events that were not looked at: a failure may be untold, a job not stopped.",
        "EventsDeadLetterQueue": "Events that EventBridge could not deliver, or a sweep that was not started.",
        "RelayDeadLetterQueue": "Messages of Debugger's own actions that were not looked at.",
        "NotifyDeadLetterQueue": "Incidents that are recorded and were not told to anybody.",
        "ArchiveDeadLetterQueue": "Incidents that are recorded and missing in the archive, so in queries too.",
    }
)


def judge_queues(queues: Sequence[QueueFacts]) -> Iterator[Finding]:
    """What waits is taken in time."""
    faults = [fault for queue in queues if (fault := _queue_fault(queue))]
    if faults:
        yield from faults
        return
    waiting = ", ".join(f"{each.waiting} in {each.logical_id}" for each in queues if each.waiting)
    yield ok(f"nothing waits in {counted(len(queues), 'queue')}" if not waiting else f"moving on: {waiting}")


def judge_dead_letters(queues: Sequence[DeadLetterFacts], stack: str, now: datetime) -> Iterator[Finding]:
    """No dead letters."""
    faults = [finding for queue in queues for finding in _letters(queue, stack, now)]
    yield from faults or [ok(f"{counted(len(queues), 'dead-letter queue')} empty")]


def judge_lags(lags: Mapping[str, float], function_names: Sequence[str]) -> Iterator[Finding]:
    """Recorded incidents are told and archived without delay; lags are in milliseconds."""
    late = {name: timedelta(milliseconds=lag) for name, lag in lags.items() if timedelta(milliseconds=lag) >= _SLOW_LAG}
    for name, lag in late.items():
        judge = broken if lag >= _STUCK_LAG else warning
        yield judge(
            f"{name} is {span(lag)} behind",
            "Recorded incidents wait for it.",
            "Read its log:",
            f"aws logs tail /aws/lambda/{name} --since 1h",
        )
    if late:
        return
    if not lags:
        yield ok(f"nothing came by {joined(function_names)} in the last 15 min")
    else:
        yield ok(f"{joined(function_names)} keep up: at most {span(timedelta(milliseconds=max(lags.values())))} behind")


def _queue_fault(queue: QueueFacts) -> Finding | None:
    if queue.waiting is None:
        return broken(f"{queue.logical_id} is gone", "Events have nowhere to go.", _DEPLOY)
    age = timedelta(seconds=queue.oldest_seconds or 0)
    if age < _SLOW or not queue.waiting:
        return None
    judge = broken if age >= _STUCK else warning
    return judge(
        f"the oldest of {counted(queue.waiting, 'message')} in {queue.logical_id} has waited for {span(age)}",
        "Jobs that should be stopped run on meanwhile, and alerts come late.",
        "See whether the function fails or is throttled: the checks functions, mappings and concurrency; its log.",
    )


def _letters(queue: DeadLetterFacts, stack: str, now: datetime) -> Iterator[Finding]:
    if queue.letter_count is None:
        yield broken(f"{queue.logical_id} is gone", "What fails for good is lost.", _DEPLOY)
    if not queue.letter_count:
        return
    oldest = f", the oldest sent {ago(queue.oldest_at, now)} ago" if queue.oldest_at else ""
    reasons = joined(filter(None, map(quoted, queue.reasons)), 3)
    because = f": {reasons}" if reasons else ""
    yield broken(
        f"{counted(queue.letter_count, 'message')} in {queue.logical_id}{oldest}{because}",
        _LOST.get(queue.logical_id, "What they ask for was not done."),
        "Mend the cause, then send them on their way again:",
        f"trainstop replay --dead-letters --stack {stack}",
    )
    if queue.unread:
        yield unknown(queue.unread, f"why they are in {queue.logical_id}")
