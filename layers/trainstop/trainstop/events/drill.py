"""A person's order of a drill: it names a scenario that ships with trainstop, and carries nothing of an incident."""

from typing import Final

from pydantic import Field

from trainstop.domain.decision import Channel
from trainstop.domain.signal import Drill, Origin
from trainstop.drills import scenarios
from trainstop.events.envelope import Envelope, Inbound
from trainstop.events.errors import UnreadableEventError

DETAIL_TYPE: Final = "trainstop Drill"

TAG_VALUE: Final = r"^[\w .:/=+@-]{0,128}$"
"""What SageMaker takes as a tag's value, but shorter: letters, digits, spaces and these signs."""


class DrillDetail(Inbound):
    """The drill's id, its scenario, and what of it a person may choose."""

    drill_id: str = Field(alias="DrillId", pattern=r"^[0-9a-f]{8}$")
    scenario: str = Field(alias="Scenario", pattern=r"^[a-z0-9-]{1,40}$")
    owner: str = Field(default="", alias="Owner", pattern=TAG_VALUE)
    team: str = Field(default="", alias="Team", pattern=TAG_VALUE)
    quiet: tuple[Channel, ...] = Field(default=(), alias="QuietChannels", max_length=10)


def order_of(drill: Drill) -> dict[str, object]:
    """The detail of the event that asks for a drill; ``parse_drill`` reads it."""
    return {
        "DrillId": drill.drill_id,
        "Scenario": drill.scenario,
        "Owner": drill.owner,
        "Team": drill.team,
        "QuietChannels": list(drill.quiet),
    }


def parse_drill(envelope: Envelope, origin: Origin) -> Drill:
    """The drill that is asked for.

    Raises:
        UnreadableEventError: no scenario has that name.
    """
    detail = DrillDetail.model_validate(envelope.detail)
    if detail.scenario not in scenarios():
        raise UnreadableEventError(
            f"{DETAIL_TYPE}: Scenario: there is no {detail.scenario} (expected {', '.join(scenarios())})"
        )
    return Drill(
        drill_id=detail.drill_id,
        scenario=detail.scenario,
        account=envelope.account,
        region=envelope.region,
        owner=detail.owner,
        team=detail.team,
        quiet=detail.quiet,
        origin=origin,
        sent_at=envelope.time,
    )
