"""The adapters behind the ports of compact, made on the first call of a worker and never at import."""

import os
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final

from trainstop.adapters.archive_bucket import S3ArchiveBucket
from trainstop.adapters.clients import Clients
from trainstop.adapters.lease import ARCHIVE, TableLease
from trainstop.app.clock import utc_now
from trainstop.app.compact import CompactDeps
from trainstop.app.settings import CompactSettings
from trainstop.ports.archive import Merged, StoredObject

_LEASE_LASTS: Final = timedelta(seconds=90)
"""Longer than a merge takes, before each of which it is renewed: whoever holds it beyond that is dead."""


@cache
def compact_deps() -> CompactDeps:
    """The world of compact."""
    settings = CompactSettings.from_environment(os.environ)
    clients = Clients()
    return CompactDeps(
        bucket=S3ArchiveBucket(clients, settings.archive_bucket),
        merge=_merge,
        lease=TableLease(clients, settings.table, ARCHIVE, lasts=_LEASE_LASTS, clock=utc_now),
        clock=utc_now,
    )


def _merge(day: str, parts: Sequence[StoredObject], arrivals: Sequence[StoredObject], folder: Path) -> Merged:
    """DuckDB takes a second to load, and most runs find nothing to merge."""
    from trainstop.adapters.parquet import merge  # noqa: PLC0415 - see above

    return merge(day, parts, arrivals, folder)
