"""Stops that wait: for the job's age, or for the finding to stand a second look."""

from datetime import datetime, timedelta

from trainstop.app.deps import WatchDeps
from trainstop.app.hints import hint
from trainstop.app.occasion import Occasion
from trainstop.domain.decision import Decision
from trainstop.domain.signal import Nothing, NothingToDo
from trainstop.domain.training_job import TrainingJob
from trainstop.events.parse import LOOK_SOURCE

MAX_DELAY_SECONDS = 900
"""SQS holds a message back no longer; a longer wait is a chain of looks."""

NOTE_KEPT = timedelta(days=1, hours=1)
"""A first look is forgotten once the longest wait that a policy can ask for, a day, is well over."""


def wait_for_second_look(occasion: Occasion, decision: Decision, deps: WatchDeps) -> Decision | NothingToDo:
    """The decision once the job may be stopped; until then nothing to do, with another look on its way.

    Whoever looks next decides anew: a finding that is gone, or a job that has ended, is not stopped.
    """
    if not decision.stop or not (decision.minimum_age_seconds or decision.confirm_after_seconds):
        return decision
    job, now = occasion.job, deps.clock()
    look = deps.looks.first_seen(occasion.incident_id, now, NOTE_KEPT)
    due_at = _due_at(job, decision, look.first_seen_at)
    if now >= due_at:
        return decision.model_copy(update={"first_seen_at": look.first_seen_at})
    seconds = (due_at - now).total_seconds()
    if look.is_new or seconds > 1:
        delay = min(MAX_DELAY_SECONDS, max(1, round(seconds + 0.5)))
        deps.queue.send([hint(LOOK_SOURCE, job, [occasion.finding.subject], now)], delay)
    return NothingToDo(reason=Nothing.LOOKS_AGAIN, detail=job.training_job_name)


def _due_at(job: TrainingJob, decision: Decision, first_seen_at: datetime) -> datetime:
    born_at = job.creation_time or first_seen_at
    return max(
        born_at + timedelta(seconds=decision.minimum_age_seconds),
        first_seen_at + timedelta(seconds=decision.confirm_after_seconds),
    )
