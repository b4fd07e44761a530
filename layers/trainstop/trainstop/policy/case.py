"""What a policy rule may look at."""

from datetime import UTC, datetime
from decimal import Decimal

from pydantic import AwareDatetime

from trainstop.domain.base import Frozen
from trainstop.domain.category import Actor, Category, Retry
from trainstop.domain.decision import Neighbour
from trainstop.domain.finding import Trigger
from trainstop.domain.job_actions import JobActions


class Case(Frozen):
    """One finding about one job, as described.

    Attributes:
        tags: None where they could not be read: then no rule that asks for a tag applies, and nothing is stopped
            that a tag could protect.
        cost_usd: Up to now; None where it is unknown.
        training_seconds: How long it trained; 0 where it ended before that, None where it cannot be known.
        pipeline: Name of the pipeline whose step the job is.
        tuning_job: Name of the tuning job that made the job.
        declared: The actions of the Debugger or profiler rule that fired; None where it declares none.
        retry: Whether an unchanged resubmission has a fair chance.
        now: The moment of the decision.
        drill: Whether the job is made up.
    """

    trigger: Trigger
    rule_name: str = ""
    training_job_name: str
    tags: dict[str, str] | None
    category: Category
    actor: Actor = Actor.JOB_OWNER
    in_progress: bool
    role_arn: str = ""
    instance_types: tuple[str, ...] = ()
    cost_usd: Decimal | None = None
    training_seconds: int | None = None
    spot: bool = False
    tuning_job: str | None = None
    pipeline: str | None = None
    neighbours: tuple[Neighbour, ...] = ()
    declared: JobActions | None = None
    retry: Retry = Retry.NO
    now: AwareDatetime = datetime.min.replace(tzinfo=UTC)
    drill: bool = False
