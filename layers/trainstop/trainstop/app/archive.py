"""Keep what was recorded."""

from trainstop.domain.incident import Incident
from trainstop.ports import Archive
from trainstop.records.lake import arrival_key
from trainstop.records.row import encode, to_row


def archive(incident: Incident, store: Archive) -> str:
    """Write the row of the incident in its present state, for ``compact`` to merge into the table; its key."""
    key = arrival_key(incident)
    store.put(key, encode(to_row(incident)))
    return key
