"""The base of what is read from scenarios and from the control API."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A model that takes no unknown member."""

    model_config = ConfigDict(extra="forbid")
