"""Runs checks side by side, each bounded in time, none spoiled by another."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from trainstop.app.doctor.checks import Check, Site
from trainstop.domain.health import Finding, Health, UncheckableError, unknown


@dataclass(frozen=True, slots=True)
class Examined:
    """What one check found."""

    check: str
    findings: tuple[Finding, ...]


def examine(checks: Sequence[Check], site: Site, seconds: float) -> list[Examined]:
    """Run the checks; one that has not ended after so many seconds is unknown.

    Its thread is left behind, and ends with the process.
    """
    found: dict[str, tuple[Finding, ...]] = {}
    threads = [
        threading.Thread(target=_examine, args=(check, site, found), name=check.name, daemon=True) for check in checks
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    late = (unknown(f"no answer within {seconds:g} s"),)
    return [Examined(check.name, found.get(check.name, late)) for check in checks]


def worst(examined: Sequence[Examined]) -> Health:
    """The worst of all findings."""
    order = list(Health)
    return min((finding.health for each in examined for finding in each.findings), key=order.index, default=Health.OK)


def _examine(check: Check, site: Site, found: dict[str, tuple[Finding, ...]]) -> None:
    try:
        findings = tuple(check.examine(site))
    except UncheckableError as error:
        findings = (unknown(str(error)),)
    except Exception as error:  # noqa: BLE001 - a fault in one check must not hide what the others found
        findings = (unknown(f"this check failed itself ({type(error).__name__}: {error}); please report it"),)
    found[check.name] = findings
