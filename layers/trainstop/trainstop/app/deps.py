"""What the way of an event needs of the world."""

from collections.abc import Callable
from dataclasses import dataclass

from trainstop.domain.cost import PriceTable
from trainstop.policy.state import PolicyState
from trainstop.ports import Clock, Incidents, Logs, RuleJobs, StopBudget, TrainingJobs


@dataclass(frozen=True, slots=True)
class WatchDeps:
    """The ports that watch uses.

    Attributes:
        policy: Gives the policy in force; asked only for a finding, so that an event that is nothing to act on costs
            no call.
        dry_run: The stack's own switch against stops.
    """

    jobs: TrainingJobs
    rule_jobs: RuleJobs
    logs: Logs
    incidents: Incidents
    stop_budget: StopBudget
    policy: Callable[[], PolicyState]
    prices: PriceTable
    clock: Clock
    dry_run: bool
