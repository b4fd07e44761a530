"""Whether a failed job is submitted once more, and how: the limits that need the line's history."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from trainstop.domain.category import Category
from trainstop.domain.decision import ResubmitReason, ResubmitTerms
from trainstop.domain.instance_types import with_more_gpu_memory_per_gpu
from trainstop.domain.resubmission import retry_name
from trainstop.ports import Retry

_MAX_BACKOFF = timedelta(days=7)


class Ended(NamedTuple):
    """A job that failed.

    Attributes:
        instance_type: "" where it is unknown or of several kinds.
        cost_usd: None where it is unknown.
    """

    training_job_name: str
    instance_type: str
    category: Category
    fingerprint: str
    cost_usd: Decimal | None


class HeldRetry(NamedTuple):
    """No retry, and why."""

    reason: ResubmitReason
    detail: str


def next_retry(ended: Ended, terms: ResubmitTerms, line: Retry | None, thread: str, now: datetime) -> Retry | HeldRetry:
    """The next retry of a line, or what forbids it.

    The same fault on the same instance type never gets a second retry: it would come back. On another type it may be
    another story.

    Args:
        ended: The job that failed.
        terms: The limits of the policy rule that asks for the retry.
        line: The retry that the failed job was; None for a job that a person submitted.
        thread: Subject of the alert about the failure.
        now: The moment from which the backoff counts.
    """
    attempt = (line.attempt if line else 0) + 1
    root = line.root if line else ended.training_job_name
    fault = f"{ended.fingerprint} {ended.instance_type}"
    faults = line.faults if line else ()
    cost_usd = line_cost(ended.cost_usd, line)
    if attempt > terms.attempts:
        return HeldRetry(ResubmitReason.ATTEMPTS_USED_UP, f"{terms.attempts} of {terms.attempts} retries were made")
    if fault in faults:
        return HeldRetry(ResubmitReason.SAME_FAULT_AGAIN, f"fingerprint {ended.fingerprint}")
    if terms.max_cost_usd is not None and (cost_usd is None or cost_usd >= terms.max_cost_usd):
        spent = "an unknown sum" if cost_usd is None else f"USD {cost_usd}"
        return HeldRetry(ResubmitReason.COST_CEILING, f"{spent} spent, the ceiling is USD {terms.max_cost_usd}")
    instance_type = _instance_type(ended, terms)
    if isinstance(instance_type, HeldRetry):
        return instance_type
    wait = min(_MAX_BACKOFF, timedelta(seconds=terms.backoff_seconds) * 2 ** (attempt - 1))
    return Retry(
        training_job_name=retry_name(root, attempt),
        root=root,
        predecessor=ended.training_job_name,
        attempt=attempt,
        due_at=now + wait,
        thread=line.thread if line else thread,
        cost_usd=cost_usd,
        faults=(*faults, fault),
        instance_type=instance_type,
    )


def line_cost(cost_usd: Decimal | None, line: Retry | None) -> Decimal | None:
    """What a line cost with its newest job; None where a part of it is unknown."""
    before = line.cost_usd if line else Decimal(0)
    return None if before is None or cost_usd is None else before + cost_usd


def _instance_type(ended: Ended, terms: ResubmitTerms) -> str | HeldRetry | None:
    """Another type to take; None for the same."""
    if ended.category is Category.CAPACITY and terms.instance_types:
        types = terms.instance_types
        place = types.index(ended.instance_type) + 1 if ended.instance_type in types else 0
        if place < len(types):
            return types[place]
        return HeldRetry(ResubmitReason.ATTEMPTS_USED_UP, "no instance type of the rule's list is left to try")
    if ended.category is Category.GPU_OUT_OF_MEMORY:
        larger = with_more_gpu_memory_per_gpu(ended.instance_type)
        if larger is None:
            detail = f"no type with more memory a GPU is known after {ended.instance_type or 'this one'}"
            return HeldRetry(ResubmitReason.NOT_WORTH_RETRYING, detail)
        return larger.name
    return None
