"""A weekly report that is stored: where it is and what it is of."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from pydantic import AwareDatetime

from trainstop.domain.base import Frozen

DAYS: Final = 7
"""A weekly report is of so many whole days in UTC."""


class StoredReport(Frozen):
    """A page in the archive's bucket.

    Attributes:
        incidents: What the page's list is of; records of people's and trainstop's own doing are among them.
        cost_usd: Of the lost jobs whose cost is known.
        unknown_costs: Of how many it is not.
        calls_problem: Why CloudTrail's calls, or some of them, are not in it; "" where they are.
    """

    bucket: str
    key: str
    region: str
    first_day: date
    last_day: date
    made_at: AwareDatetime
    incidents: int
    cost_usd: Decimal
    unknown_costs: int = 0
    calls_problem: str = ""

    def is_of_week(self, since: datetime, until: datetime) -> bool:
        """Whether it is what a reader of this week wants: its last day lies in the week, after the week's first day.

        The day before a week's first whole one is the last day of the report before.
        """
        return since.date() < self.last_day <= until.date()
