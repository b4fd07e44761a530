"""The adapters behind the ports of notify, made on the first call of a worker and never at import."""

import os
from functools import cache
from zoneinfo import ZoneInfo

from trainstop.adapters.clients import Clients
from trainstop.adapters.messaging import SnsAlerts
from trainstop.adapters.table import IncidentsTable
from trainstop.app.clock import utc_now
from trainstop.app.notify import NotifyDeps
from trainstop.app.settings import NotifySettings


@cache
def notify_deps() -> NotifyDeps:
    """The world of notify."""
    settings = NotifySettings.from_environment(os.environ)
    clients = Clients()
    return NotifyDeps(
        alerts=SnsAlerts(clients, settings.platform_topic_arn),
        addressed=SnsAlerts(clients, settings.job_topic_arn),
        told=IncidentsTable(clients, settings.table),
        clock=utc_now,
        zone=ZoneInfo(settings.time_zone),
    )
