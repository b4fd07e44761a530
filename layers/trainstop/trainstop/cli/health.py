"""``trainstop doctor``: the checks are made, and the exit code says whether something is broken."""

from collections.abc import Sequence

import typer

from trainstop.adapters.clients import client
from trainstop.adapters.health.caller import Caller
from trainstop.adapters.health.stack import read_stack
from trainstop.app.doctor.checks import CHECKS, Check, Site
from trainstop.app.doctor.examine import examine, worst
from trainstop.cli import output
from trainstop.cli.aws import said_plainly
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.findings import as_dict, print_findings
from trainstop.cli.since import now_utc
from trainstop.domain.health import Health, UncheckableError


def check_health(
    *, stack: str, only: Sequence[str], skip: Sequence[str], strict: bool, timeout: float, as_json: bool
) -> None:
    """Make the checks and print what they found.

    Raises:
        CliError: a check is named that there is not, or the stack cannot be read.
        typer.Exit: with 1 where something is broken or, strictly, not known to be well.
    """
    checks = _chosen(only, skip)
    with said_plainly():
        caller = Caller(client)
        try:
            deployed = read_stack(caller, stack)
        except UncheckableError as error:
            raise CliError(ExitCode.AWS, f"the stack's resources cannot be listed: {error}") from error
    site = Site(caller, deployed, now_utc())
    examined = examine(checks, site, timeout)
    if as_json:
        output.print_json(as_dict(site, examined))
    else:
        print_findings(site, examined)
    if worst(examined) in _bad(strict=strict):
        raise typer.Exit(ExitCode.NEGATIVE)


def _chosen(only: Sequence[str], skip: Sequence[str]) -> list[Check]:
    names = [check.name for check in CHECKS]
    for name in (*only, *skip):
        if name not in names:
            raise CliError(ExitCode.USAGE, f"there is no check {name!r}; there are {', '.join(names)}")
    return [check for check in CHECKS if check.name not in skip and (not only or check.name in only)]


def _bad(*, strict: bool) -> set[Health]:
    return {Health.BROKEN, Health.WARNING, Health.UNKNOWN} if strict else {Health.BROKEN}
