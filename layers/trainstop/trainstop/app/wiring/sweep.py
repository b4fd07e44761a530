"""The adapters behind the ports of sweep, made on the first call of a worker and never at import."""

import os
from functools import cache

from trainstop.adapters.clients import Clients
from trainstop.adapters.messaging import SqsWatchQueue
from trainstop.adapters.sagemaker import SageMakerJobList, SageMakerJobs
from trainstop.adapters.table import IncidentsTable
from trainstop.app.clock import utc_now
from trainstop.app.settings import SweepSettings
from trainstop.app.sweep import SweepDeps


@cache
def sweep_deps() -> SweepDeps:
    """The world of sweep."""
    settings = SweepSettings.from_environment(os.environ)
    clients = Clients()
    table = IncidentsTable(clients, settings.table)
    return SweepDeps(
        job_list=SageMakerJobList(clients),
        jobs=SageMakerJobs(clients),
        incidents=table,
        queue=SqsWatchQueue(clients, settings.watch_queue_url),
        state=table,
        clock=utc_now,
    )
