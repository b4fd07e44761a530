"""Which recorded alerts a filter would have let through."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from trainstop.domain.decision import Audience
from trainstop.domain.filter_policy import accepts
from trainstop.domain.incident import Incident
from trainstop.render.lanes import lane_attributes, lanes_of, values_of


@dataclass(frozen=True, slots=True)
class Preview:
    """What a subscription would have received.

    Attributes:
        alerts: How many incidents were told to the audience at all.
        received: Those of them that pass the filter, in the order in which they came.
    """

    alerts: int
    received: tuple[Incident, ...]


def preview(filter_policy: Mapping[str, Any], audience: Audience, incidents: Iterable[Incident]) -> Preview:
    """Try a filter on incidents, by what their alerts to the audience carry."""
    told = [incident for incident in incidents if audience in lanes_of(incident)]
    received = (each for each in told if accepts(filter_policy, values_of(lane_attributes(each, audience))))
    return Preview(len(told), tuple(received))
