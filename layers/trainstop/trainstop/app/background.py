"""What lies behind a finding: who started the job, and how the last good run of its family was different."""

from collections.abc import Mapping
from dataclasses import dataclass

from trainstop.app.deps import WatchDeps
from trainstop.app.locate import Located
from trainstop.app.occasion import Occasion
from trainstop.domain.family import family_key
from trainstop.domain.finding import Trigger
from trainstop.domain.redaction import presentable
from trainstop.domain.run import LastGood, compare, run_of
from trainstop.domain.signal import Nothing, NothingToDo, SubmittedJob
from trainstop.domain.tags import UNKNOWN_OWNER, Owner, OwnerSource, owner_by_tags
from trainstop.domain.training_job import COMPLETED

_PERSON_CHARACTERS = 128
_TOLD_OF = frozenset(Trigger) - {
    Trigger.JOB_STOPPED,
    Trigger.REFUSED_SUBMISSION,
    Trigger.RETRY_COMPLETED,
    Trigger.BREAKER,
    Trigger.OPERATOR,
}
"""What went wrong by itself, in a job that exists."""


@dataclass(frozen=True, slots=True)
class Background:
    """What is known beside the job's description.

    Attributes:
        owner: Who started the job, by CloudTrail, where its tags name no owner.
        last_good: None where no run of the family is known to have completed.
    """

    owner: Owner = UNKNOWN_OWNER
    last_good: LastGood | None = None


def note_creator(submitted: SubmittedJob, deps: WatchDeps) -> NothingToDo:
    """Remember who started a job: nothing else tells it where nobody tagged the job."""
    person = presentable(submitted.person, _PERSON_CHARACTERS).text
    deps.creators.note(submitted.training_job_arn, person, deps.clock())
    return NothingToDo(reason=Nothing.CALL_SUCCEEDED, detail=submitted.training_job_name)


def keep_good_run(located: Located, deps: WatchDeps) -> None:
    """Keep a job that completed, with no rule at IssuesFound, as the last good run of its family."""
    job = located.job
    if job.training_job_status != COMPLETED or job.rules_with_issues:
        return
    tags = deps.jobs.tags(job.training_job_arn) or {}
    deps.families.keep(family_key(job, tags), run_of(job, tags), deps.clock())


def background_of(occasion: Occasion, deps: WatchDeps) -> Background:
    """Look up what lies behind a finding: one read for the last good run, and one where the tags name no owner."""
    tags = occasion.tags or {}
    return Background(_owner(occasion, tags, deps), _last_good(occasion, tags, deps))


def _owner(occasion: Occasion, tags: Mapping[str, str], deps: WatchDeps) -> Owner:
    """A retry was started by trainstop, in the name of whoever started the first job of its line."""
    if (tagged := owner_by_tags(tags)).name:
        return tagged
    job, line = occasion.job, occasion.line
    arn = job.training_job_arn
    started = f"{arn.removesuffix(job.training_job_name)}{line.root}" if line is not None else arn
    person = deps.creators.creator_of(started)
    return Owner(person, OwnerSource.CLOUDTRAIL) if person else UNKNOWN_OWNER


def _last_good(occasion: Occasion, tags: Mapping[str, str], deps: WatchDeps) -> LastGood | None:
    if occasion.finding.trigger not in _TOLD_OF:
        return None
    good = deps.families.last_good(family_key(occasion.job, tags))
    if good is None or good.training_job_name == occasion.job.training_job_name:
        return None
    return compare(good, run_of(occasion.job, tags))
