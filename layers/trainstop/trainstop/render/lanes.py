"""What a publication to one audience carries, for subscriptions to filter on."""

import json
from collections.abc import Mapping

from trainstop.domain.decision import Audience
from trainstop.domain.incident import Incident
from trainstop.domain.listener import listener_name
from trainstop.domain.tags import TEAM_TAGS, owner_of, tagged
from trainstop.render.message import Attribute, attributes_of


def lanes_of(incident: Incident) -> tuple[Audience, ...]:
    """The audiences that the incident's alert is for; none where nobody is told, the platform where none is named."""
    alert = incident.decision.alert
    if alert is None:
        return ()
    return tuple(dict.fromkeys(alert.audience)) or (Audience.PLATFORM,)


def lane_attributes(incident: Incident, audience: Audience) -> dict[str, Attribute]:
    """The message attributes of the incident's alert to one audience; one that has no value is not there."""
    named = {
        "audience": audience.value,
        "owner": listener_name(owner_of(incident.job.tags)),
        "team": listener_name(tagged(incident.job.tags, TEAM_TAGS)),
    }
    return attributes_of(incident) | {name: Attribute("String", text) for name, text in named.items() if text}


def values_of(attributes: Mapping[str, Attribute]) -> dict[str, tuple[str, ...]]:
    """Each attribute's values, as a filter compares them."""
    return {
        name: tuple(json.loads(each.string_value)) if each.data_type == "String.Array" else (each.string_value,)
        for name, each in attributes.items()
    }
