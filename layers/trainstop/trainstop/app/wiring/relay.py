"""The adapters behind the ports of relay, made on the first call of a worker and never at import."""

import os
from functools import cache

from trainstop.adapters.clients import Clients
from trainstop.adapters.messaging import SqsWatchQueue
from trainstop.adapters.sagemaker import SageMakerJobList, SageMakerJobs
from trainstop.app.clock import utc_now
from trainstop.app.relay import RelayDeps
from trainstop.app.settings import RelaySettings


@cache
def relay_deps() -> RelayDeps:
    """The world of relay."""
    settings = RelaySettings.from_environment(os.environ)
    clients = Clients()
    return RelayDeps(
        job_list=SageMakerJobList(clients),
        jobs=SageMakerJobs(clients),
        queue=SqsWatchQueue(clients, settings.watch_queue_url),
        clock=utc_now,
    )
