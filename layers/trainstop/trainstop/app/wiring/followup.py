"""The adapters behind the ports of followup, made on the first call of a worker and never at import."""

import os
from functools import cache

from trainstop.adapters.calendar import CalendarTable
from trainstop.adapters.clients import Clients
from trainstop.adapters.held import HeldTable
from trainstop.adapters.incident_index import IncidentIndex
from trainstop.adapters.listeners import ListenersTable
from trainstop.adapters.policy import AppConfigPolicy
from trainstop.adapters.subscriptions import SnsSubscriptions
from trainstop.adapters.table import IncidentsTable
from trainstop.app.clock import utc_now
from trainstop.app.followup import FollowUpDeps
from trainstop.app.settings import FollowupSettings
from trainstop.app.telemetry import reporting
from trainstop.app.wiring.notify import desk_of
from trainstop.domain.subscription import Topic


@cache
def follow_up_deps() -> FollowUpDeps:
    """The world of followup."""
    settings = FollowupSettings.from_environment(os.environ)
    clients = Clients()
    policy = AppConfigPolicy(
        application=settings.policy_application,
        environment=settings.policy_environment,
        profile=settings.policy_profile,
        max_age_seconds=settings.policy_max_age_seconds,
        last_good=IncidentsTable(clients, settings.table),
    )
    topics = {Topic.TEAM: settings.team_topic_arn, Topic.OWNER: settings.owner_topic_arn}
    return FollowUpDeps(
        desk=desk_of(settings, clients),
        due=HeldTable(clients, settings.table),
        calendar=CalendarTable(clients, settings.table),
        recorded=IncidentIndex(clients.dynamodb, settings.table),
        policy=reporting(policy.current),
        subscriptions=SnsSubscriptions(clients, topics),
        registry=ListenersTable(clients, settings.table, utc_now),
    )
