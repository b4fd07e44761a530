"""Where the archive's bucket holds what.

``incidents/dt=2026-01-15/<incident id>.<state number>.json.gz`` are arrivals: a row for each state of an incident, as
``archive`` writes them (older ones end in ``<incident id>.json.gz``; imports are ``import-<hash>.parquet``).
``table/dt=2026-01-15/part-00001.parquet`` is what Athena reads: the latest state of each incident of the day, into
which ``compact`` merges the arrivals. ``unreadable/`` holds arrivals that are no rows; ``reports/`` the weekly reports.
"""

import re
from datetime import date
from typing import Final

from trainstop.domain.incident import Incident
from trainstop.records.row import state_number
from trainstop.records.times import day

ARRIVALS: Final = "incidents/"
TABLE: Final = "table/"
UNREADABLE: Final = "unreadable/"
REPORTS: Final = "reports/"

PART_ROWS: Final = 50_000
"""A day has one object up to so many incidents, and another one for each so many more."""

_DAY_FOLDER = re.compile(r"dt=(\d{4}-\d{2}-\d{2})/")


def arrival_prefix(incident: Incident) -> str:
    """What the keys of all the incident's arrivals begin with."""
    return f"{arrivals_of(day(incident.occurred_at))}{incident.incident_id}."


def arrival_key(incident: Incident) -> str:
    """The key of the incident in this state: a repeat overwrites it with the same."""
    return f"{arrival_prefix(incident)}{state_number(incident)}.json.gz"


def arrivals_of(incident_day: str) -> str:
    """The prefix of a day's arrivals."""
    return f"{ARRIVALS}dt={incident_day}/"


def table_of(incident_day: str) -> str:
    """The prefix of a day's part of the table."""
    return f"{TABLE}dt={incident_day}/"


def part_key(incident_day: str, number: int) -> str:
    """The key of a day's part; the first is 1."""
    return f"{table_of(incident_day)}part-{number:05}.parquet"


def report_key(first_day: date, last_day: date) -> str:
    """The key of the weekly report of these days: doing it again overwrites it."""
    return f"{REPORTS}{first_day}_{last_day}.html"


def day_of(key: str) -> str | None:
    """The day whose folder a key lies in; None where it lies in none."""
    match = _DAY_FOLDER.search(key)
    return match[1] if match else None
