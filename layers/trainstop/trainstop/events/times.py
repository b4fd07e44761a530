"""The ways in which AWS writes a point in time."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator

_LATEST_EPOCH_SECONDS = 32_503_680_000
"""The year 3000: a larger number is milliseconds."""


def to_datetime(value: object) -> object:
    """Read epoch milliseconds (a number or a string of digits), epoch seconds or ISO 8601 as an aware UTC time.

    SageMaker's events carry integers, the documentation's sample strings of digits, a sibling event ISO strings, and
    CloudWatch ``+0000`` without a colon (FORMATS.md 0 fact 4 and 5.1). None stays None.

    Raises:
        ValueError: the value is no time, or is out of range.
    """
    if value is None or isinstance(value, datetime):
        return value
    if isinstance(value, str) and value.strip().lstrip("-").isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("expected epoch milliseconds or an ISO 8601 time")  # noqa: TRY004 - pydantic reports ValueError
    if isinstance(value, str):
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        seconds = value / 1000 if abs(value) > _LATEST_EPOCH_SECONDS else value
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError("expected epoch milliseconds within the years 1 to 9999") from error


AwsTime = Annotated[datetime, BeforeValidator(to_datetime)]
