"""The list of incidents as a plain table, for readers without script and until the script takes it over."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from trainstop.domain.report import Listed
from trainstop.render.report.html import Html, tag
from trainstop.render.report.words import DASH, usd, why

FIRST_ROWS: Final = 25
_HEADS: Final = {
    "when": "When, UTC",
    "job": "Job",
    "why": "Cause",
    "team": "Team, owner",
    "cost": "Cost",
    "noticed": "Noticed",
    "done": "Done",
    "state": "State",
}
_NUMBERS: Final = frozenset({"cost", "noticed"})
_CENTS: Final = 100
_DONE: Final = {"none": DASH, "already_stopped": "ended", "stop_held": "held", "stop_failed": "refused"}
"""As ``trainstop incidents list`` has it."""


def listing(rows: Sequence[Listed]) -> Html:
    """The first rows; the script sorts, filters and shows all of them in the same table."""
    heads = (tag("th", name, scope="col", data_column=key, class_=_kind(key)) for key, name in _HEADS.items())
    return tag(
        "table",
        tag("caption", "All incidents, newest first"),
        tag("thead", tag("tr", *heads)),
        tag("tbody", *map(_row, rows[:FIRST_ROWS])),
    )


def _row(row: Listed) -> Html:
    cost = None if row.cost_cents is None else row.cost_cents / _CENTS
    cells = {
        "when": f"{datetime.fromtimestamp(row.occurred_second, UTC):%m-%d %H:%M}",
        "job": row.job_name or "(no name)",
        "why": why(row.why),
        "team": ", ".join(filter(None, (row.team, row.owner))) or DASH,
        "cost": usd(cost),
        "noticed": DASH if row.notice_seconds is None else f"{row.notice_seconds:,} s",
        "done": _DONE.get(row.action, row.action),
        "state": DASH if row.standing == "-" else row.standing,
    }
    return tag("tr", *(tag("td", text, class_=_kind(key)) for key, text in cells.items()))


def _kind(key: str) -> str:
    return f"{key} number" if key in _NUMBERS else key
