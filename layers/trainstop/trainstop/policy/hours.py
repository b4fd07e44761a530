"""Parts of the week, on the clocks of their time zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from trainstop.policy.when import Hours, Weekday

_MINUTES_PER_DAY = 24 * 60
_WEEK = tuple(Weekday)
_DAYS = 8


def window_end(hours: Hours, now: datetime) -> datetime | None:
    """When the window ends in which ``now`` lies, in UTC; None outside of all windows.

    Clocks that are put forward or back make a window shorter or longer: its ends are what the clocks show.
    """
    here = now.astimezone(ZoneInfo(hours.zone))
    for begun in (here.date(), here.date() - timedelta(days=1)):
        if _WEEK[begun.weekday()] not in hours.days:
            continue
        last = begun + timedelta(days=1) if hours.end <= hours.start else begun
        start, end = _at(begun, hours.start, hours.zone), _at(last, hours.end, hours.zone)
        if start <= now < end:
            return end
    return None


def next_time(days: tuple[Weekday, ...], minutes: int, zone: str, now: datetime) -> datetime:
    """The first moment after ``now`` at which the clocks of the zone show this time on one of these days, in UTC.

    Args:
        days: At least one.
        minutes: Since midnight.
        zone: IANA name.
        now: Aware.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    candidates = (today + timedelta(days=ahead) for ahead in range(_DAYS + 1))
    return next(
        moment for each in candidates if _WEEK[each.weekday()] in days and (moment := _at(each, minutes, zone)) > now
    )


def _at(day: date, minutes: int, zone: str) -> datetime:
    """The moment at which the zone's clocks show that many minutes after midnight of a day; 1440 is the next one's."""
    shown = datetime.combine(day, time()) + timedelta(minutes=min(minutes, _MINUTES_PER_DAY))
    return shown.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
