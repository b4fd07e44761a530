"""What was found about a deployment: how it is, why that matters, and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How one part of a deployment is, the worst first."""

    BROKEN = "broken"
    """Something is lost, not done or not told until somebody acts."""

    WARNING = "warning"
    """It works, and will not for long, or not for everybody."""

    UNKNOWN = "unknown"
    """It could not be checked, so it is neither well nor broken."""

    NOTE = "note"
    """It is as somebody chose; good to know when something seems to be missing."""

    OK = "ok"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found.

    Attributes:
        what: What is so, in one sentence or less.
        why: Why it matters; "" where that is plain.
        do: What to do; "" where nothing is to be done.
        command: A command that does it, whole; "" where there is none.
    """

    health: Health
    what: str
    why: str = ""
    do: str = ""
    command: str = ""


NEEDS = "needs "
"""So begins the reason where a permission is missing; its name follows."""


class UncheckableError(Exception):
    """A fact cannot be read; the text says why, e.g. ``needs kms:DescribeKey``."""


def ok(what: str) -> Finding:
    """All is well."""
    return Finding(Health.OK, what)


def note(what: str, why: str = "", do: str = "", command: str = "") -> Finding:
    """Good to know."""
    return Finding(Health.NOTE, what, why, do, command)


def warning(what: str, why: str, do: str, command: str = "") -> Finding:
    """Somebody should look at it by day."""
    return Finding(Health.WARNING, what, why, do, command)


def broken(what: str, why: str, do: str, command: str = "") -> Finding:
    """Somebody has to act."""
    return Finding(Health.BROKEN, what, why, do, command)


def unknown(reason: str, subject: str = "") -> Finding:
    """It could not be checked; the subject is the part of the check that is meant, where there are several."""
    allow = "Allow it to whoever runs this (docs/doctor.md), or leave the check out by --skip."
    do = allow if reason.startswith(NEEDS) else ""
    return Finding(Health.UNKNOWN, f"{subject} could not be checked: {reason}".strip(), do=do)
