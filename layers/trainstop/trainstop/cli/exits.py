"""How a command ends: its exit code, and the one line that says why it is not 0."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a script may rely on (docs/cli.md)."""

    OK = 0
    NEGATIVE = 1
    """The command did its work and the answer is no: faults in a policy, no such incident, events refused."""
    USAGE = 2
    """The command cannot be carried out as it was given: a wrong option or value, a file that cannot be read."""
    AWS = 3
    """AWS was not reached or refused: credentials, permissions, the stack, a failed query."""


class CliError(Exception):
    """Ends the command with a code and a line on standard error."""

    def __init__(self, code: ExitCode, message: str) -> None:
        super().__init__(message)
        self.code = code
