"""The policy in force, as a worker reads it."""

from collections.abc import Callable

from trainstop.adapters.policy import AppConfigPolicy
from trainstop.adapters.table import IncidentsTable
from trainstop.app.settings import PolicySettings
from trainstop.app.telemetry import reporting
from trainstop.policy.state import PolicyState


def policy_in_force(settings: PolicySettings, last_good: IncidentsTable) -> Callable[[], PolicyState]:
    """Reads the policy and reports where it is not the newest; ``last_good`` keeps the last one that was right."""
    return reporting(
        AppConfigPolicy(
            application=settings.policy_application,
            environment=settings.policy_environment,
            profile=settings.policy_profile,
            max_age_seconds=settings.policy_max_age_seconds,
            last_good=last_good,
        ).current
    )
