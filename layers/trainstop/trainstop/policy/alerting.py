"""When alerts go out, and with what they are grouped: the policy's section ``alerts``."""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from trainstop.domain.base import Frozen
from trainstop.domain.decision import AlertOrder, Audience, Channel, Delivery, Severity
from trainstop.domain.zones import ZoneName
from trainstop.policy.actions import Alert
from trainstop.policy.hours import next_time, window_end
from trainstop.policy.when import ClockTime, Hours, Weekday, as_list

_MAX_WINDOW_SECONDS = 86_400


class QuietHours(Hours):
    """Hours in which an audience is not disturbed: its alerts come in one message when they are over."""

    below: Annotated[
        Severity, Field(description="Only alerts less urgent than this wait; the others are told at once.")
    ] = Severity.CRITICAL


class DigestTime(Frozen):
    """When a digest goes out."""

    days: Annotated[
        tuple[Weekday, ...],
        BeforeValidator(as_list),
        Field(min_length=1, description="On these days; all seven by default."),
    ] = tuple(Weekday)
    at: Annotated[ClockTime, Field(description="HH:MM.")] = 7 * 60
    zone: Annotated[ZoneName, Field(description="Time zone by its IANA name.")] = "UTC"

    def after(self, now: datetime) -> datetime:
        """The next one, in UTC."""
        return next_time(self.days, self.at, self.zone, now)


class Digests(Frozen):
    """Summaries of a day and of a week, for the platform and for each team; one with nothing in it is not sent."""

    daily: Annotated[DigestTime | None, Field(description="Of the last 24 hours; null: none.")] = DigestTime()
    weekly: Annotated[DigestTime | None, Field(description="Of the last seven days; null: none.")] = DigestTime(
        days=(Weekday.MON,)
    )


class Alerting(Frozen):
    """How alerts are grouped, limited and held."""

    group_window_seconds: Annotated[
        int,
        Field(
            ge=0,
            le=_MAX_WINDOW_SECONDS,
            description="The same fault again within so many seconds of the last time joins its group, which was told"
            " already; it is told again when the group has grown tenfold and when it has ended. 0: each job by itself.",
        ),
    ] = 900
    limits_per_hour: Annotated[
        dict[Channel, Annotated[int, Field(ge=0, le=100_000)]],
        Field(
            description="At most so many messages in a clock hour to one audience over a channel; the rest is listed"
            " in one message after the hour. Critical alerts are never held."
        ),
    ] = Field(default_factory=lambda: {Channel.EMAIL: 60, Channel.SMS: 10, Channel.CHAT: 60})
    quiet_hours: Annotated[dict[Audience, QuietHours], Field(description="By audience; none where it is left out.")] = (
        Field(default_factory=dict)
    )
    digests: Annotated[Digests, Field(description="Summaries.")] = Digests()


def order_of(alert: Alert, alerting: Alerting, now: datetime) -> AlertOrder:
    """The alert as a decision carries it, with the moments that the policy's clock times mean now."""
    critical = alert.severity is Severity.CRITICAL
    return AlertOrder(
        severity=alert.severity,
        audience=alert.audience,
        channels=alert.channels,
        delivery=Delivery(
            group_window_seconds=alerting.group_window_seconds,
            per_hour={} if critical else alerting.limits_per_hour,
            quiet_until={
                audience: until
                for audience, hours in alerting.quiet_hours.items()
                if alert.severity.rank < hours.below.rank and (until := window_end(hours, now)) is not None
            },
            digest_at=(alerting.digests.daily or DigestTime()).after(now) if alert.digest else None,
        ),
    )
