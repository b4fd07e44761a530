"""Whether the sweep still looks for what no event told."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from trainstop.app.doctor.words import ago, span
from trainstop.domain.deployed import DeployedStack
from trainstop.domain.health import Finding, broken, note, ok, warning

_LATE: Final = 3
_STUCK: Final = 12
"""Intervals without a sweep."""

_DEFAULT_MINUTES: Final = "5"


def judge_sweep(swept_until: datetime | None, stack: DeployedStack, now: datetime) -> Iterator[Finding]:
    """The last sweep is not older than a few of its intervals."""
    interval = timedelta(minutes=int(stack.parameter("SweepMinutes", _DEFAULT_MINUTES)))
    log = f"aws logs tail /aws/lambda/{stack.name}-sweep --since 1h"
    why = "Events are delivered best effort: what was lost on the way is found by nobody."
    do = "See whether its schedule is enabled and the function runs; its log:"
    if swept_until is None:
        if now - stack.changed_at <= _LATE * interval:
            yield note(
                f"no sweep yet: the stack is {ago(stack.changed_at, now)} old, and one comes every {span(interval)}"
            )
        else:
            yield broken("there was never a sweep", why, do, log)
        return
    late = now - swept_until
    what = f"jobs were swept up to {ago(swept_until, now)} ago, every {span(interval)}"
    if late > _STUCK * interval:
        yield broken(what, why, do, log)
    elif late > _LATE * interval:
        yield warning(what, why, do, log)
    else:
        yield ok(what)
