"""What is raised for an event that cannot be right."""

from typing import Self

from pydantic import ValidationError

from trainstop.domain.redaction import redact

_SHOWN_CHARACTERS = 80
_SHOWN_FAULTS = 5


class UnreadableEventError(ValueError):
    """An event that does not parse: the message names the field, its value without secrets, and what would be right."""

    @classmethod
    def of(cls, where: str, problem: ValidationError) -> Self:
        """Reduce a validation error to one line for the dead letter."""
        faults = (
            f"{'.'.join(map(str, error['loc'])) or 'the event'}: {error['msg']} (got {_shown(error['input'])})"
            for error in problem.errors(include_url=False, include_context=False)[:_SHOWN_FAULTS]
        )
        return cls(f"{where}: {'; '.join(faults)}")


def _shown(value: object) -> str:
    text = redact(repr(value)).text
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."
