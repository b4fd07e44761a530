"""Keep what was recorded."""

from trainstop.domain.incident import Incident
from trainstop.ports import Archive
from trainstop.records.row import archive_key, encode, to_row


def archive(incident: Incident, store: Archive) -> str:
    """Write the incident's row under the key that its id and date give; the answer is the key."""
    key = archive_key(incident)
    store.put(key, encode(to_row(incident)))
    return key
