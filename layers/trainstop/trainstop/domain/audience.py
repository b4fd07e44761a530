"""Who hears of an incident: its owner, its team, the platform."""

from collections.abc import Callable, Iterable

from trainstop.domain.decision import Audience
from trainstop.domain.incident import Incident


def told_audiences(incident: Incident, listening: Callable[[Audience, str], bool]) -> tuple[Audience, ...]:
    """The audiences that the alert goes to; none where the policy tells nobody.

    The platform is told too where nobody listens among those whom the policy names. An owner or a team that is not
    known cannot be told.

    Args:
        incident: With the policy's decision.
        listening: Whether anybody has subscribed for an owner or a team.
    """
    alert = incident.decision.alert
    if alert is None:
        return ()
    named = [each for each in alert.audience if each is Audience.PLATFORM or reader_name(incident, each)]
    heard = any(each is Audience.PLATFORM or listening(each, reader_name(incident, each)) for each in named)
    return tuple(dict.fromkeys(named if heard else [*named, Audience.PLATFORM]))


def reader_name(incident: Incident, audience: Audience) -> str:
    """The owner or the team that hears of an incident; "" where none is known, and for the platform."""
    match audience:
        case Audience.OWNER:
            return incident.job.owner
        case Audience.TEAM:
            return incident.job.team
        case Audience.PLATFORM:
            return ""


def widest(audiences: Iterable[Audience]) -> Audience:
    """The one with the most readers; the platform of none."""
    ranks = (Audience.OWNER, Audience.TEAM, Audience.PLATFORM)
    return max(audiences, key=ranks.index, default=Audience.PLATFORM)
