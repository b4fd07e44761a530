"""Where a query stands while Athena works on it, on a terminal's standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.text import Text

from trainstop.adapters.athena import QueryProgress
from trainstop.cli import output


@contextmanager
def progress_of(name: str) -> Iterator[Callable[[QueryProgress], None]]:
    """Shows what it is given, in one line that goes away; where standard error is no terminal, nothing."""
    console = output.passing()
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status(Text(f"{name}: asking Athena")) as status:
        yield lambda progress: status.update(Text(f"{name}: {_told(progress)}"))


def _told(progress: QueryProgress) -> str:
    scanned = progress.bytes_scanned
    read = f", {output.megabytes(scanned)} scanned so far" if scanned else ""
    return f"{progress.state.lower()}, {progress.seconds:.0f} s{read}"
