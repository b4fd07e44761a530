"""Time zones by their names in the IANA database."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator


def zone_name(name: str) -> str:
    """``name``, which is a zone's.

    Raises:
        ValueError: no zone has that name; the text says what was expected.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no time zone {name!r} (expected a name such as Europe/Berlin or UTC)") from error
    return name


ZoneName = Annotated[str, AfterValidator(zone_name)]
