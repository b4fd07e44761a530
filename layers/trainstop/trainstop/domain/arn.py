"""The parts of an Amazon Resource Name."""

from typing import NamedTuple, Self


class Arn(NamedTuple):
    """``arn:partition:service:region:account:resource``, split."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Split an ARN.

        Raises:
            ValueError: the text is not an ARN; the message quotes at most its first 80 characters.
        """
        parts = text.split(":", 5)
        if len(parts) != 6 or parts[0] != "arn" or not parts[5]:  # noqa: PLR2004 - an ARN has six parts
            raise ValueError(f"not an ARN: {text[:80]!r} (expected arn:partition:service:region:account:resource)")
        return cls(*parts[1:])

    @property
    def name(self) -> str:
        """What follows the resource type: ``training-job/a-1`` gives ``a-1``."""
        return self.resource.split("/", 1)[-1]
