"""The adapters behind the ports of watch, made on the first call of a worker and never at import."""

import os
from functools import cache

from trainstop.adapters.breakers import StopBreakers
from trainstop.adapters.clients import Clients
from trainstop.adapters.creators import CreatorsTable
from trainstop.adapters.families import FamiliesTable
from trainstop.adapters.logs import CloudWatchLogs
from trainstop.adapters.looks import LooksTable
from trainstop.adapters.messaging import SqsDeadLetters, SqsWatchQueue
from trainstop.adapters.neighbours import SdkNotificationRules
from trainstop.adapters.recipients import SnsRecipients
from trainstop.adapters.retries import RetriesTable, Schedules
from trainstop.adapters.sagemaker import SageMakerJobs
from trainstop.adapters.silences import SilencesTable
from trainstop.adapters.table import IncidentsTable
from trainstop.app.clock import utc_now
from trainstop.app.deps import WatchDeps
from trainstop.app.settings import WatchSettings
from trainstop.app.telemetry import told_unsilenced
from trainstop.app.watch_message import WatchMessageDeps
from trainstop.app.wiring.policy import policy_in_force
from trainstop.domain.cost import price_table
from trainstop.policy.decide import Switches


@cache
def watch_deps() -> WatchMessageDeps:
    """The world of watch."""
    settings = WatchSettings.from_environment(os.environ)
    clients = Clients()
    table = IncidentsTable(clients, settings.table)
    jobs = SageMakerJobs(clients)
    deps = WatchDeps(
        jobs=jobs,
        rule_jobs=jobs,
        logs=CloudWatchLogs(clients, settings.log_group),
        incidents=table,
        stop_budget=StopBreakers(clients, settings.table),
        looks=LooksTable(clients, settings.table),
        recipients=SnsRecipients(clients, settings.job_topic_arn, settings.alerts_topic_arn),
        neighbours=SdkNotificationRules(clients, utc_now),
        retries=RetriesTable(clients, settings.table, _schedules(settings)),
        families=FamiliesTable(clients, settings.table),
        creators=CreatorsTable(clients, settings.table),
        queue=SqsWatchQueue(clients, settings.watch_queue_url),
        policy=policy_in_force(settings, table),
        silences=told_unsilenced(SilencesTable(clients, settings.table).active),
        prices=price_table(),
        clock=utc_now,
        switches=Switches(
            dry_run=settings.dry_run, resubmit_roles=frozenset(filter(None, settings.resubmit_roles.split(",")))
        ),
    )
    return WatchMessageDeps(deps, SqsDeadLetters(clients, settings.dead_letter_queue_url))


def _schedules(settings: WatchSettings) -> Schedules | None:
    """None where the stack may not resubmit: then there is no schedule group."""
    if not settings.schedule_group:
        return None
    return Schedules(
        group_name=settings.schedule_group,
        role_arn=settings.scheduler_role_arn,
        queue_arn=settings.watch_queue_arn,
    )
