"""Why the classifier says what it says: what it found, and what it chose among."""

from collections.abc import Iterator
from dataclasses import dataclass

from trainstop.classify.candidates import Candidate
from trainstop.classify.engine import Reading, classify, read_log, read_reason
from trainstop.classify.load import table
from trainstop.classify.reason import parse_reason
from trainstop.domain.failure import Failure
from trainstop.domain.redaction import presentable
from trainstop.domain.text import encodable
from trainstop.domain.verdict import Verdict

MAX_CANDIDATES = 50
_LINE_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Considered:
    """A line that might have been the cause.

    Attributes:
        source: ``log`` or ``reason``.
        line: Cleaned, secrets removed.
        rank: root, hint, victim, ...: see docs/signatures.md.
        signature: Its id; None for an exception that no signature knows.
        chosen: Whether its source's choice fell on it.
    """

    source: str
    host: str
    line: str
    rank: str
    signature: str | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Found:
    """An exception with its place in its chain: ``1 of 2`` was raised first."""

    type: str
    host: str
    link: int
    chain_length: int
    frame_count: int
    aside: bool


@dataclass(frozen=True, slots=True)
class Way:
    """What was found on the way to a verdict.

    Attributes:
        reason_classes: The classes at the start of the FailureReason.
        exit_codes: Codes that the reason and launchers name.
        reported_count: Lines of launchers' reports that were set aside.
        why: How each source's choice was made, by source.
    """

    reason_classes: tuple[str, ...]
    exit_codes: tuple[int, ...]
    reported_count: int
    found: tuple[Found, ...]
    considered: tuple[Considered, ...]
    why: dict[str, str]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The verdict and the way to it."""

    verdict: Verdict
    way: Way


def explain(failure: Failure) -> Explanation:
    """Classify, and keep the way to the verdict."""
    verdict = classify(failure)
    return Explanation(verdict, _way(failure, verdict))


def _way(failure: Failure, verdict: Verdict) -> Way:
    reason = parse_reason(failure.failure_reason)
    signatures = table()
    readings = {"reason": read_reason(reason, signatures), "log": read_log(failure, signatures)}
    own_code = () if reason.exit_code is None else (reason.exit_code,)
    return Way(
        reason_classes=reason.classes,
        exit_codes=(*own_code, *(code for reading in readings.values() for code in reading.exit_codes)),
        reported_count=readings["log"].reported_count,
        found=tuple(found for reading in readings.values() for found in _found(reading)),
        considered=tuple(
            each for source, reading in readings.items() for each in _considered(source, reading, verdict)
        )[:MAX_CANDIDATES],
        why={source: reading.choice.why for source, reading in readings.items() if _decided(reading, verdict)},
    )


def _decided(reading: Reading, verdict: Verdict) -> bool:
    """Whether the verdict rests on this reading; the job's status or its own word may have decided instead."""
    cause = reading.choice.cause
    return cause is not None and verdict.root_line == encodable(cause.line.raw)


def _found(reading: Reading) -> Iterator[Found]:
    chains = [raised.chain for raised in reading.raised]
    for raised in reading.raised:
        length = chains.count(raised.chain)
        frame_count = sum('File "' in line.text for line in raised.frames)
        yield Found(raised.type, raised.line.host, raised.link + 1, length, frame_count, raised.aside)


def _considered(source: str, reading: Reading, verdict: Verdict) -> Iterator[Considered]:
    decided = _decided(reading, verdict)
    for candidate in reading.candidates:
        yield Considered(
            source=source,
            host=candidate.line.host,
            line=_shown(candidate),
            rank=candidate.rank.value,
            signature=candidate.signature.id if candidate.signature else None,
            chosen=decided and candidate is reading.choice.cause,
        )


def _shown(candidate: Candidate) -> str:
    return presentable(candidate.line.text.strip(), _LINE_CHARACTERS).text
