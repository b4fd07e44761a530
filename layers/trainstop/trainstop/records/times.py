"""How moments are written: one form that sorts as text for DynamoDB, one that Athena reads as a timestamp."""

from datetime import UTC, datetime


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; a naive one is taken as UTC, which is what AWS means by it."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def iso(moment: datetime) -> str:
    """``2026-01-15T12:00:00.123Z``: always 24 characters, so that text order is time order."""
    return f"{utc(moment):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def sql(moment: datetime) -> str:
    """``2026-01-15 12:00:00.123`` in UTC: what Glue's JSON SerDes and DuckDB read as a timestamp."""
    return iso(moment)[:-1].replace("T", " ")


def day(moment: datetime) -> str:
    """``2026-01-15``, the day in UTC."""
    return f"{utc(moment):%Y-%m-%d}"


def epoch_seconds(moment: datetime) -> str:
    """Whole seconds since 1970 as DynamoDB takes a number: what its time to live reads."""
    return str(int(utc(moment).timestamp()))
