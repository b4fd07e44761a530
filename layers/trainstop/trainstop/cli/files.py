"""Files that people name on the command line; ``-`` is standard input."""

import sys
from pathlib import Path

from trainstop.cli.exits import CliError, ExitCode

STANDARD_INPUT = Path("-")


def read_text(path: Path, last_bytes: int | None = None) -> str:
    """The text of a file, at most so many bytes of its end; what is not UTF-8 is replaced.

    Raises:
        CliError: the file cannot be read.
    """
    try:
        if path == STANDARD_INPUT:
            content = sys.stdin.buffer.read()
        else:
            with path.open("rb") as file:
                size = path.stat().st_size
                if last_bytes is not None and size > last_bytes:
                    file.seek(size - last_bytes)
                content = file.read()
    except OSError as error:
        raise CliError(ExitCode.USAGE, f"{path} cannot be read: {error.strerror or error}") from error
    return content[-last_bytes:].decode("utf-8", "replace") if last_bytes else content.decode("utf-8", "replace")
