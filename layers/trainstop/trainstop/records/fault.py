"""What is kept of a fault over all jobs that had it: the item ``fault#<fingerprint>``.

Several write it, each its own attributes and by UpdateItem alone.
"""

from typing import Any

from trainstop.domain.handling import Resolution
from trainstop.records.item import Item

FAULT_PREFIX = "fault#"


def fault_key(fingerprint: str) -> dict[str, Any]:
    """The key of a fault's item."""
    return {"pk": {"S": f"{FAULT_PREFIX}{fingerprint}"}}


def resolution_of(item: Item) -> Resolution | None:
    """How the fault ended the last time that somebody said so; None where nobody did."""
    text = item.get("resolution", {}).get("S", "")
    return Resolution.model_validate_json(text) if text else None
