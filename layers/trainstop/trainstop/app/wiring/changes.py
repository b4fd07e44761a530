"""The adapter behind the port of incident changes, made on the first call of a worker and never at import."""

from functools import cache

from trainstop.adapters.bus import BusChanges
from trainstop.adapters.clients import Clients


@cache
def incident_changes() -> BusChanges:
    """The account's default bus."""
    return BusChanges(Clients())
