"""Alerts that wait: for the end of quiet hours, of an hour that had enough, or for a digest."""

from datetime import datetime, timedelta
from enum import StrEnum

from trainstop.domain.base import Frozen
from trainstop.domain.decision import Audience, Channel, Severity

LISTED_ENTRIES = 40
"""A box lists so many alerts and counts the others."""


class Waiting(StrEnum):
    """What an alert waits for."""

    DIGEST = "digest"
    QUIET_HOURS = "quiet_hours"
    HOURLY_LIMIT = "hourly_limit"


class BoxKey(Frozen):
    """The alerts that one reader gets together in one message.

    Attributes:
        name: The owner or the team; "" for the platform.
        channels: Over which they go out.
        release_at: When.
    """

    audience: Audience
    name: str = ""
    waiting: Waiting
    channels: tuple[Channel, ...]
    release_at: datetime


class HeldAlert(Frozen):
    """One alert in a box.

    Attributes:
        text: Its subject.
        severity: As it would have been told.
    """

    incident_id: str
    text: str
    severity: Severity
    occurred_at: datetime


class Box(Frozen):
    """A box with what is in it.

    Attributes:
        alerts: The first ones.
        count: How many there are.
    """

    key: BoxKey
    alerts: tuple[HeldAlert, ...] = ()
    count: int = 0


def next_hour(now: datetime) -> datetime:
    """The end of the clock hour."""
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
