"""One value of one CloudWatch metric."""

from typing import NamedTuple

COUNT = "Count"
SECONDS = "Seconds"


class Measure(NamedTuple):
    """One value of one metric; ``dimension`` is (name, value) or None."""

    name: str
    unit: str
    value: float
    dimension: tuple[str, str] | None = None
