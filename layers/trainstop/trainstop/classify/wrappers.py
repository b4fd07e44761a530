"""Cuts out what launchers print about a failure that they only watched, and reads exit codes out of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import re2

from trainstop.classify.normalise import Line

_RULE = re2.compile(r"^\s*={20,}\s*$")
_TORCHRUN_TITLE = re2.compile(r"^\s*\S.* (?:FAILED|NOT_READY|TERMINATED)\s*$")
_REPORT_START = "reporting training failure"
_REPORT_END = "Encountered exit_code"
_CODES = re2.compile(
    r"failed \(exitcode: (-?\d+)\)|^\s*exitcode\s*: (-?\d+)|Received (-?\d+) from exiting process|^\s*ExitCode (-?\d+)"
    r"|^\s*Exit code:\s+(-?\d+)|exited on signal (\d+)|returned non-zero exit status (\d+)"
    r"|died with <Signals\.\w+: (\d+)>"
)
_QUOTES = ('ErrorMessage "', 'ExtraInfo "')
_MAX_SUMMARY = 400

SIGNS = (
    r"={20}\s*$",
    r"\b(?:FAILED|NOT_READY|TERMINATED)\s*$",
    r"Reporting [Tt]raining F|Encountered exit_code|\b(?:ErrorMessage|ExtraInfo|Command) \"",
    r"exitcode|Received -?\d+ from exiting|\bExitCode -?\d|Exit code:\s+-?\d|exited on signal \d",
    r"returned non-zero exit status \d|died with <Signals",
)
"""RE2 of which at least one matches every line that opens or closes a launcher's report or names a code."""


@dataclass(slots=True)
class Regions:
    """Lines by what they are parts of.

    Attributes:
        free: Lines outside all wrappers.
        reported: Lines inside the training toolkit's report, where it repeats the script's own words.
        exit_codes: Codes that launchers named, signals negative, in order.
    """

    free: list[Line]
    reported: list[Line]
    exit_codes: list[int]


def cut_wrappers(lines: Sequence[Line]) -> Regions:
    """Split ``lines`` into those outside and inside of launchers' reports.

    torchrun's summary stands between two rows of ``====``, the toolkit's report between "Reporting training FAILURE"
    and "Encountered exit_code".
    """
    regions = Regions([], [], [])
    summary_ends = _summaries(lines)
    position, in_report, in_command = 0, False, False
    while position < len(lines):
        line = lines[position]
        _read_codes(line.text, regions.exit_codes)
        if position in summary_ends:
            for inside in lines[position : summary_ends[position]]:
                _read_codes(inside.text, regions.exit_codes)
                regions.reported.append(inside)
            position = summary_ends[position]
            continue
        position += 1
        if "Reporting " in line.text and _REPORT_START in line.text.lower():
            in_report = True
        elif _REPORT_END in line.text:
            in_report = in_command = False
        if not in_report:
            regions.free.append(line)
        elif line.text.lstrip().startswith('Command "') or in_command:
            in_command = True
        else:
            regions.reported.append(_unquoted(line))
    return regions


def _unquoted(line: Line) -> Line:
    """A line of the toolkit's report without the words that open a quotation."""
    text = line.text.lstrip()
    opening = next((words for words in _QUOTES if text.startswith(words)), None)
    return line if opening is None else line._replace(text=text.removeprefix(opening).removesuffix('"'), hits=None)


def _summaries(lines: Sequence[Line]) -> dict[int, int]:
    """Start → end positions of torchrun's closing blocks; one that is cut off reaches to the end."""
    found: dict[int, int] = {}
    rules = [number for number, line in enumerate(lines) if "=====" in line.text and _RULE.search(line.text)]
    done = -1
    for number in rules:
        if number < done or number + 1 >= len(lines) or _TORCHRUN_TITLE.search(lines[number + 1].text) is None:
            continue
        end = next((rule for rule in rules if number < rule <= number + _MAX_SUMMARY), None)
        done = end + 1 if end is not None else min(len(lines), number + _MAX_SUMMARY)
        found[number] = done
    return found


def _read_codes(text: str, codes: list[int]) -> None:
    if "xit" not in text and "Received" not in text and "died" not in text:
        return
    found = _CODES.search(text)
    if found is None:
        return
    plain, signal = found.groups()[:5] + found.groups()[6:7], found.groups()[5] or found.groups()[7]
    value = next((int(code) for code in plain if code), None)
    codes.append(-int(signal) if signal else value if value is not None else 0)
