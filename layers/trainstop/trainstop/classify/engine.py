"""From a failed job to the cause of its failure."""

from trainstop.domain.category import FACTS, Category
from trainstop.domain.failure import Failure
from trainstop.domain.verdict import Verdict


def classify(failure: Failure) -> Verdict:
    """Say why a job failed, from what is known of it alone.

    Returns:
        The verdict; category ``unknown`` with confidence ``none`` when there is nothing to go on.
    """
    del failure
    facts = FACTS[Category.UNKNOWN]
    return Verdict(
        category=Category.UNKNOWN, title=facts.title, actor=facts.actor, retry=facts.retry, advice=facts.advice
    )
