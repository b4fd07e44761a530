"""From a failed job to the cause of its failure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from trainstop.classify.advice import fitted
from trainstop.classify.blocks import Raised, find_blocks
from trainstop.classify.candidates import Candidate, find_candidates
from trainstop.classify.choose import Backwards, Choice, choose
from trainstop.classify.lifecycle import by_status, status_message, was_interrupted
from trainstop.classify.load import table as default_table
from trainstop.classify.log import Log
from trainstop.classify.normalise import Line, reason_lines
from trainstop.classify.own_class import own_class, verdict_of
from trainstop.classify.reason import Reason, parse_reason
from trainstop.classify.signature import Rank, Where
from trainstop.classify.table import Table
from trainstop.classify.verdicts import (
    Found,
    from_choice,
    from_exit_code,
    from_last_resort,
    from_status,
    nothing_to_go_on,
)
from trainstop.classify.wrappers import cut_wrappers
from trainstop.domain.failure import Failure
from trainstop.domain.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text (the log or the reason) says.

    Attributes:
        choice: Its cause, if it names one.
        exit_codes: Codes that launchers named in it.
        candidates: The lines that the choice was made among.
        raised: The exceptions that were found.
        reported_count: Lines that launchers repeat of others, looked at only where the rest says nothing.
    """

    choice: Choice
    exit_codes: tuple[int, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    raised: tuple[Raised, ...] = ()
    reported_count: int = 0


def classify(failure: Failure, table: Table | None = None) -> Verdict:
    """Say why a job failed, from what is known of it alone.

    Args:
        failure: The job and the ends of its logs.
        table: The signatures to use; None means all of them.

    Returns:
        The verdict; category ``unknown`` with confidence ``none`` when there is nothing to go on.
    """
    signatures = table or default_table()
    status = by_status(failure)
    if status is not None:
        return fitted(from_status(*status, failure), failure)
    reason = parse_reason(failure.failure_reason or status_message(failure))
    own = own_class(reason.body)
    if own is not None:
        return verdict_of(own, reason.exit_code)
    told = read_reason(reason, signatures)
    logged = read_log(failure, signatures)
    found = Found(failure, reason, told.choice, logged.choice, _exit_code(reason, told, logged))
    return fitted(_verdict(found), failure)


def read_log(failure: Failure, table: Table) -> Reading:
    """What the log says: its own words first, and what launchers repeat of them where it says nothing."""
    log = Log(failure.lines)
    free: list[Line] = []
    reported: list[Line] = []
    codes: list[int] = []
    for host_lines in _by_host(log.telling(table.stirs, table.hits)):
        regions = cut_wrappers(host_lines)
        free += regions.free
        reported += regions.reported
        codes += regions.exit_codes
    read = _read(free, table, Where.LOG, log.backwards)
    cause = read.choice.cause
    if reported and (cause is None or cause.rank is not Rank.ROOT):
        second = _read(reported, table, Where.LOG, log.backwards)
        if second.choice.cause is not None and (cause is None or second.choice.cause.rank is Rank.ROOT):
            read = second
    return replace(read, exit_codes=tuple(codes), reported_count=len(reported))


def _read(lines: list[Line], table: Table, where: Where, backwards: Backwards) -> Reading:
    blocks = find_blocks(lines)
    candidates = find_candidates(blocks, table, where)
    return Reading(choose(candidates, backwards), candidates=tuple(candidates), raised=tuple(blocks.raised))


def read_reason(reason: Reason, table: Table) -> Reading:
    """What the FailureReason says."""
    lines = reason_lines(reason.body)
    regions = cut_wrappers(lines)
    read = _read(lines, table, Where.REASON, lambda first, last: reversed(lines[first + 1 : last]))
    return replace(read, exit_codes=tuple(regions.exit_codes))


def _verdict(found: Found) -> Verdict:
    """The verdict of the source that knows best."""
    if found.failure.spot and was_interrupted(found.failure) and not found.names_root():
        return from_status(*found.interruption(), found.failure)
    choice = found.best()
    if choice is not None:
        return from_choice(choice, found)
    return from_exit_code(found) or from_last_resort(found) or nothing_to_go_on(found)


def _by_host(lines: Iterable[Line]) -> list[list[Line]]:
    hosts: dict[str, list[Line]] = {}
    for line in lines:
        hosts.setdefault(line.host, []).append(line)
    return list(hosts.values())


def _exit_code(reason: Reason, told: Reading, logged: Reading) -> int | None:
    """The first code that is not a victim's: the reason's own, else the log's."""
    if reason.exit_code is not None:
        return reason.exit_code
    codes = [code for code in (*logged.exit_codes, *told.exit_codes) if code not in (0, -15)]
    return codes[0] if codes else None
