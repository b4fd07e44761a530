"""``trainstop replay FILE``: events go through trainstop once more."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from trainstop.adapters.replay import Entry, Replay, entry_of
from trainstop.cli import output
from trainstop.cli.aws import deployment
from trainstop.cli.exits import CliError, ExitCode
from trainstop.cli.files import read_text
from trainstop.events import UnreadableEventError


@dataclass
class Tally:
    """What became of the events.

    Attributes:
        refused: Where each came from, and why it was not replayed.
    """

    replayed: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)

    def note(self, place: str, problem: str | None) -> None:
        """Count one event."""
        if problem is None:
            self.replayed += 1
        else:
            self.refused.append((place, problem))


def replay_files(paths: Sequence[Path], *, stack: str, as_json: bool) -> None:
    """Replay the events of files: each one event, a list of events, or one a line.

    Raises:
        CliError: a file holds no JSON (nothing is replayed then), or some events were refused.
    """
    named = [event for path in paths for event in _events(path)]
    tally = Tally()
    with deployment(stack) as deployed:
        problems = put_events(Replay(deployed.client("events")), [event for _, event in named])
    for (place, _), problem in zip(named, problems, strict=True):
        tally.note(place, problem)
    finish(tally, as_json=as_json)


def put_events(replay: Replay, events: Sequence[object]) -> list[str | None]:
    """Put events; for each, None where it is on its way, else why it is not."""
    problems: list[str | None] = [None] * len(events)
    ready: dict[int, Entry] = {}
    for place, event in enumerate(events):
        try:
            ready[place] = entry_of(event)
        except UnreadableEventError as error:
            problems[place] = str(error)
    for place, problem in zip(ready, replay.put(list(ready.values())), strict=True):
        problems[place] = problem
    return problems


def _events(path: Path) -> Iterator[tuple[str, object]]:
    """A file's events, each with its place."""
    text = read_text(path)
    whole = loads(text)
    if isinstance(whole, dict):
        yield str(path), whole
    elif isinstance(whole, list):
        yield from ((f"{path} [{number}]", event) for number, event in enumerate(whole))
    else:
        yield from _event_lines(path, text)


def _event_lines(path: Path, text: str) -> Iterator[tuple[str, object]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        event = loads(line)
        if not isinstance(event, dict):
            raise CliError(ExitCode.USAGE, f"{path}, line {number}: not a JSON object; nothing was replayed")
        yield f"{path}, line {number}", event


def loads(text: str) -> object:
    """What JSON holds; text that is not JSON stays as it is, and is no event."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def finish(tally: Tally, *, as_json: bool) -> None:
    """Print what became of the events.

    Raises:
        CliError: some were refused.
    """
    if as_json:
        refused = [{"from": place, "reason": reason} for place, reason in tally.refused]
        output.print_json({"replayed": tally.replayed, "refused": refused})
    else:
        output.print_lines([f"{tally.replayed} replayed, {len(tally.refused)} refused"])
        for place, reason in tally.refused:
            output.remark(f"{place}: {reason}")
    if tally.refused:
        raise CliError(ExitCode.NEGATIVE, f"{len(tally.refused)} not replayed")
