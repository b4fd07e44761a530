"""The adapters behind the ports of archive, made on the first call of a worker and never at import."""

import os
from functools import cache

from trainstop.adapters.clients import Clients
from trainstop.adapters.messaging import S3Archive
from trainstop.app.settings import ArchiveSettings


@cache
def archive_store() -> S3Archive:
    """The bucket of archive."""
    settings = ArchiveSettings.from_environment(os.environ)
    return S3Archive(Clients(), settings.archive_bucket)
