"""The adapters behind the ports of followup, made on the first call of a worker and never at import."""

import os
from functools import cache

from trainstop.adapters.calendar import CalendarTable
from trainstop.adapters.clients import Clients
from trainstop.adapters.held import HeldTable
from trainstop.adapters.incident_index import IncidentIndex
from trainstop.adapters.listeners import ListenersTable
from trainstop.adapters.reports import ReportsTable
from trainstop.adapters.subscriptions import SnsSubscriptions
from trainstop.adapters.table import IncidentsTable
from trainstop.app.clock import utc_now
from trainstop.app.followup import FollowUpDeps
from trainstop.app.settings import FollowupSettings
from trainstop.app.wiring.notify import desk_of
from trainstop.app.wiring.policy import policy_in_force
from trainstop.domain.subscription import Topic


@cache
def follow_up_deps() -> FollowUpDeps:
    """The world of followup."""
    settings = FollowupSettings.from_environment(os.environ)
    clients = Clients()
    topics = {Topic.TEAM: settings.team_topic_arn, Topic.OWNER: settings.owner_topic_arn}
    return FollowUpDeps(
        desk=desk_of(settings, clients),
        due=HeldTable(clients, settings.table),
        calendar=CalendarTable(clients, settings.table),
        recorded=IncidentIndex(clients.dynamodb, settings.table),
        policy=policy_in_force(settings, IncidentsTable(clients, settings.table)),
        subscriptions=SnsSubscriptions(clients, topics),
        registry=ListenersTable(clients, settings.table, utc_now),
        reports=ReportsTable(clients, settings.table),
    )
