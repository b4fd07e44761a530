"""Findings of a deployment's checks as people and machines read them, the worst first."""

import os
from collections.abc import Iterator, Sequence
from typing import Any, Final

import typer

from trainstop.app.doctor.checks import Site
from trainstop.app.doctor.examine import Examined, worst
from trainstop.cli import output
from trainstop.domain.health import Finding, Health
from trainstop.render.text import one_line, without_secrets, wrap

_MAX_LINES: Final = 12
_INDENT: Final = 2
_HEADINGS: Final = {
    Health.BROKEN: ("BROKEN", "red"),
    Health.WARNING: ("WARNINGS", "yellow"),
    Health.UNKNOWN: ("UNKNOWN", "magenta"),
    Health.NOTE: ("NOTES", "cyan"),
    Health.OK: ("OK", "green"),
}
_COUNTED: Final = {
    Health.BROKEN: "broken",
    Health.WARNING: "to look at",
    Health.UNKNOWN: "unknown",
    Health.NOTE: "to know",
    Health.OK: "well",
}


def as_dict(site: Site, examined: Sequence[Examined]) -> dict[str, Any]:
    """What was found, for machines."""
    return {
        "stack": site.stack.name,
        "account": site.stack.account,
        "region": site.stack.region,
        "checked_at": site.now.isoformat(timespec="seconds"),
        "health": worst(examined).value,
        "findings": [
            {"check": check, "health": found.health.value}
            | {name: without_secrets(getattr(found, name)) for name in ("what", "why", "do")}
            | {"command": one_line(found.command)}
            for check, found in _by_health(examined)
        ],
    }


def print_findings(site: Site, examined: Sequence[Examined]) -> None:
    """What was found, for people: in 80 columns, but for commands, which are whole."""
    found = list(_by_health(examined))
    column = max((len(check) for check, _ in found), default=0) + _INDENT + 2
    _say(f"{site.stack.name} in {site.stack.region}, account {site.stack.account}, {site.now:%Y-%m-%d %H:%M} UTC")
    for health, (heading, colour) in _HEADINGS.items():
        some = [(check, finding) for check, finding in found if finding.health is health]
        if some:
            _say("")
            _say(heading, colour)
        for number, (check, finding) in enumerate(some):
            if number and health in {Health.BROKEN, Health.WARNING}:
                _say("")
            for line in _lines(check, finding, column):
                _say(line)
    _say("")
    _say(_summary(found))


def _lines(check: str, finding: Finding, column: int) -> Iterator[str]:
    yield from _block(f"{' ' * _INDENT}{check}", finding.what, column)
    if finding.why:
        yield from _block("", finding.why, column)
    if finding.do:
        yield from _block("", f"-> {finding.do}", column)
    if finding.command:
        yield f"{' ' * (_INDENT * 2)}$ {one_line(finding.command)}"


def _block(label: str, text: str, column: int) -> Iterator[str]:
    """Text in the second column; a command beneath is never broken, so that it can be copied."""
    for line in wrap(without_secrets(text), output.PAGE_COLUMNS - column, _MAX_LINES):
        yield f"{label:{column}}{line}"
        label = ""


def _summary(found: Sequence[tuple[str, Finding]]) -> str:
    counts = {health: sum(finding.health is health for _, finding in found) for health in Health}
    return ", ".join(f"{count} {_COUNTED[health]}" for health, count in counts.items() if count)


def _by_health(examined: Sequence[Examined]) -> Iterator[tuple[str, Finding]]:
    """The worst first, checks in their order."""
    for health in Health:
        for each in examined:
            yield from ((each.check, finding) for finding in each.findings if finding.health is health)


def _say(line: str, colour: str | None = None) -> None:
    """A line; colours only on a terminal whose owner did not ask for none."""
    if colour:
        typer.secho(line, fg=colour, bold=True, color=False if "NO_COLOR" in os.environ else None)
    else:
        typer.echo(line)
