"""What the way of an event needs of the world."""

from collections.abc import Callable
from dataclasses import dataclass

from trainstop.domain.cost import PriceTable
from trainstop.domain.signal import Drill
from trainstop.policy.decide import Switches
from trainstop.policy.silences import ActiveSilences
from trainstop.policy.state import PolicyState
from trainstop.ports import (
    Clock,
    Creators,
    Families,
    Incidents,
    Logs,
    Looks,
    Neighbours,
    Recipients,
    Retries,
    RuleJobs,
    StopBudget,
    TrainingJobs,
    WatchQueue,
)


@dataclass(frozen=True, slots=True)
class WatchDeps:
    """The ports that watch uses.

    Attributes:
        policy: Gives the policy in force; asked only for a finding, so that an event that is nothing to act on costs
            no call.
        silences: Those that are active at a moment; asked only for an incident that would be told.
        switches: What the stack itself allows.
        drill: The drill whose made-up job the ports tell of (app.drill); None in earnest.
    """

    jobs: TrainingJobs
    rule_jobs: RuleJobs
    logs: Logs
    incidents: Incidents
    stop_budget: StopBudget
    looks: Looks
    recipients: Recipients
    neighbours: Neighbours
    retries: Retries
    families: Families
    creators: Creators
    queue: WatchQueue
    policy: Callable[[], PolicyState]
    silences: ActiveSilences
    prices: PriceTable
    clock: Clock
    switches: Switches
    drill: Drill | None = None
