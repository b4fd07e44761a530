"""The adapters behind the ports of watch, made on the first call of a worker and never at import."""

import os
from functools import cache

from trainstop.adapters.clients import Clients
from trainstop.adapters.logs import CloudWatchLogs
from trainstop.adapters.messaging import SqsDeadLetters
from trainstop.adapters.policy import AppConfigPolicy
from trainstop.adapters.sagemaker import SageMakerJobs
from trainstop.adapters.table import IncidentsTable
from trainstop.app.clock import utc_now
from trainstop.app.deps import WatchDeps
from trainstop.app.settings import WatchSettings
from trainstop.app.telemetry import reporting
from trainstop.app.watch_message import WatchMessageDeps
from trainstop.domain.cost import price_table


@cache
def watch_deps() -> WatchMessageDeps:
    """The world of watch."""
    settings = WatchSettings.from_environment(os.environ)
    clients = Clients()
    table = IncidentsTable(clients, settings.table)
    jobs = SageMakerJobs(clients)
    policy = AppConfigPolicy(
        application=settings.policy_application,
        environment=settings.policy_environment,
        profile=settings.policy_profile,
        last_good=table,
    )
    deps = WatchDeps(
        jobs=jobs,
        rule_jobs=jobs,
        logs=CloudWatchLogs(clients, settings.log_group),
        incidents=table,
        stop_budget=table,
        policy=reporting(policy.current),
        prices=price_table(),
        clock=utc_now,
        dry_run=settings.dry_run,
    )
    return WatchMessageDeps(deps, SqsDeadLetters(clients, settings.dead_letter_queue_url))
