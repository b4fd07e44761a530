"""``trainstop policy check``: whether a policy would be taken, before it is deployed."""

from pathlib import Path

from trainstop.cli import output
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.files import read_text
from trainstop.policy.parse import PolicyError, parse_policy


def check_policy(path: Path, *, as_json: bool) -> None:
    """Print the faults of a policy, or what it says in one line.

    Raises:
        CliError: the policy has faults.
    """
    try:
        document = parse_policy(read_text(path))
    except PolicyError as error:
        if as_json:
            output.print_json({"valid": False, "faults": error.faults})
        else:
            output.print_lines(f"{path}: {fault}" for fault in error.faults)
        count = len(error.faults)
        raise CliError(ExitCode.NEGATIVE, f"{count} fault{'' if count == 1 else 's'}") from error
    if as_json:
        output.print_json({"valid": True, "faults": []})
        return
    dry_run = "dry run" if document.dry_run else f"at most {document.max_stops_per_hour} stops an hour"
    stops = sum(rule.stop is True for rule in document.rules)
    output.print_lines([f"{path}: valid; {len(document.rules)} rules ({stops} with a stop), {dry_run}"])
