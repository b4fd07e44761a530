"""What a publication to one audience carries, for subscriptions to filter on."""

import json
from collections.abc import Mapping

from trainstop.domain.decision import Audience
from trainstop.domain.incident import Incident
from trainstop.render.message import Attribute, attributes_of


def lanes_of(incident: Incident) -> tuple[Audience, ...]:
    """The audiences that the incident's alert is for; none where nobody is told, the platform where none is named."""
    alert = incident.decision.alert
    if alert is None:
        return ()
    return tuple(dict.fromkeys(alert.audience)) or (Audience.PLATFORM,)


def lane_attributes(incident: Incident, audience: Audience) -> dict[str, Attribute]:
    """The message attributes of the incident's alert to one audience; one that has no value is not there."""
    return attributes_of(incident) | {"audience": Attribute("String", audience.value)}


def values_of(attributes: Mapping[str, Attribute]) -> dict[str, tuple[str, ...]]:
    """Each attribute's values, as a filter compares them."""
    return {
        name: tuple(json.loads(each.string_value)) if each.data_type == "String.Array" else (each.string_value,)
        for name, each in attributes.items()
    }
