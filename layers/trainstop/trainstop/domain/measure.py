"""One value of one CloudWatch metric."""

from typing import NamedTuple

COUNT = "Count"
SECONDS = "Seconds"
NO_UNIT = "None"
"""CloudWatch has no unit for money."""


class Measure(NamedTuple):
    """One value of one metric; ``dimension`` is (name, value) or None."""

    name: str
    unit: str
    value: float
    dimension: tuple[str, str] | None = None
