"""What every model of the core is built on."""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

_AWS_SPELLING = {"gb": "GB", "automl": "AutoML", "gbps": "Gbps"}


def aws_name(field_name: str) -> str:
    """AWS's spelling of a field: ``volume_size_in_gb`` is ``VolumeSizeInGB``."""
    return "".join(_AWS_SPELLING.get(word, word.capitalize()) for word in field_name.split("_"))


class Frozen(BaseModel):
    """A value of ours: it cannot change, and a field that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class AwsShape(BaseModel):
    """A structure of an AWS answer, with AWS's names as aliases.

    Members that AWS adds are ignored until a test against botocore's service model asks for them.
    """

    model_config = ConfigDict(
        frozen=True, extra="ignore", alias_generator=aws_name, populate_by_name=True, defer_build=True
    )

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, value: Any) -> Any:  # noqa: ANN401 - pydantic hands over whatever came
        """A key that is present with null is a key that is absent (FORMATS.md 0, fact 5)."""
        return {key: item for key, item in value.items() if item is not None} if isinstance(value, dict) else value
