"""The only clock; the sequences take it as an argument."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)
