"""The adapters behind the ports of notify, made on the first call of a worker and never at import."""

import os
from functools import cache
from zoneinfo import ZoneInfo

from trainstop.adapters.clients import Clients
from trainstop.adapters.groups import GroupsTable
from trainstop.adapters.held import HeldTable
from trainstop.adapters.listeners import ListenersTable
from trainstop.adapters.messaging import SnsAlerts
from trainstop.adapters.table import IncidentsTable
from trainstop.app.clock import utc_now
from trainstop.app.notify import NotifyDeps
from trainstop.app.settings import NotifySettings, TellingSettings
from trainstop.app.telemetry import emit
from trainstop.app.tell import Desk
from trainstop.domain.decision import Audience


@cache
def notify_deps() -> NotifyDeps:
    """The world of notify."""
    settings = NotifySettings.from_environment(os.environ)
    clients = Clients()
    return NotifyDeps(
        desk=desk_of(settings, clients),
        addressed=SnsAlerts(clients, settings.job_topic_arn),
        told=IncidentsTable(clients, settings.table),
        listeners=ListenersTable(clients, settings.table, utc_now),
    )


def desk_of(settings: TellingSettings, clients: Clients) -> Desk:
    """The world of whoever tells groups."""
    topics = {
        Audience.PLATFORM: settings.platform_topic_arn,
        Audience.TEAM: settings.team_topic_arn,
        Audience.OWNER: settings.owner_topic_arn,
    }
    return Desk(
        topics={audience: SnsAlerts(clients, arn) for audience, arn in topics.items()},
        chat=SnsAlerts(clients, settings.chat_topic_arn),
        groups=GroupsTable(clients, settings.table),
        held=HeldTable(clients, settings.table),
        clock=utc_now,
        emit=emit,
        zone=ZoneInfo(settings.time_zone),
    )
