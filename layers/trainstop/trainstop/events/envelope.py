"""EventBridge's envelope (FORMATS.md 1.2)."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from trainstop.events.times import AwsTime


class Inbound(BaseModel):
    """A structure that somebody else writes: keys that are not used are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, defer_build=True)


class Envelope(Inbound):
    """One event. Only what decides its kind is required; minimal events lack the rest (FORMATS.md 1.6 F)."""

    source: str = Field(max_length=256)
    detail_type: str = Field(alias="detail-type", max_length=256)
    detail: dict[str, Any]
    event_id: str = Field(default="", alias="id", max_length=256)
    account: str = Field(default="", max_length=32)
    region: str = Field(default="", max_length=64)
    time: AwsTime | None = None
    resources: tuple[str, ...] | None = ()
