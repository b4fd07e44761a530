"""Puts a verdict together from what the reason, the log, the exit code and the status say."""

from dataclasses import dataclass

from trainstop.classify.blocks import user_frame
from trainstop.classify.candidates import Candidate
from trainstop.classify.choose import Choice
from trainstop.classify.reason import Reason
from trainstop.classify.signature import Rank
from trainstop.domain.category import FACTS, Category
from trainstop.domain.failure import Failure
from trainstop.domain.redaction import presentable, redact
from trainstop.domain.text import encodable
from trainstop.domain.verdict import Confidence, ExceptionFacts, Verdict, Victim

MAX_VICTIMS = 5
"""Victims that a verdict quotes."""

MAX_SHOWN = 2_000
"""Characters of a cleaned line."""

_EXIT_CODES = {
    137: (Category.HOST_OUT_OF_MEMORY, "Exit code 137: the kernel killed the process, nearly always for memory."),
    -9: (Category.HOST_OUT_OF_MEMORY, "SIGKILL: the kernel killed the process, nearly always for memory."),
    127: (Category.IMAGE, "Exit code 127: the program to start is not in the image."),
    126: (Category.IMAGE, "Exit code 126: the program in the image cannot be executed."),
}

_SERVICE_CLASSES = {
    "InternalServerError": Category.INTERNAL_ERROR,
    "InternalServerException": Category.INTERNAL_ERROR,
    "CapacityError": Category.CAPACITY,
}


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that was found out about one failure."""

    failure: Failure
    reason: Reason
    told: Choice
    logged: Choice
    exit_code: int | None

    def names_root(self) -> bool:
        """True where the reason or the log names a cause of its own."""
        causes = (self.told.cause, self.logged.cause)
        return any(cause is not None and cause.rank is Rank.ROOT for cause in causes)

    def interruption(self) -> tuple[Category, str]:
        """The verdict of a job that lost its spot instances."""
        return Category.SPOT_INTERRUPTION, "Spot instances were taken back, and no other error is seen."

    def best(self) -> Choice | None:
        """The choice to believe; None when neither names anything.

        The log knows better what the container did; SageMaker knows better what happened outside of it.
        """
        order = (self.logged, self.told) if self.reason.of_the_container else (self.told, self.logged)
        return min(
            (choice for choice in order if choice.cause is not None),
            key=_doubt,
            default=None,
        )


def _doubt(choice: Choice) -> int:
    """How far a choice is from a known root; equal ones keep the order of their sources."""
    cause = choice.cause
    if cause is None:
        return 9
    if cause.rank is Rank.ROOT:
        return 0 if cause.known else 1
    exits = cause.signature is not None and cause.signature.category is Category.UNKNOWN
    return {Rank.HINT: 3 if exits else 2, Rank.VICTIM: 4}.get(cause.rank, 5)


def from_choice(choice: Choice, found: Found) -> Verdict:
    """The verdict of a chosen line."""
    cause = choice.cause
    if cause is None:
        return nothing_to_go_on(found)
    signature = cause.signature
    category = Category.USER_CODE if signature is None else signature.category
    facts = FACTS[category]
    shown = presentable(cause.line.text.strip() if cause.line.message_index < 0 else cause.line.text, MAX_SHOWN)
    source = found.failure.lines[cause.line.message_index] if cause.line.message_index >= 0 else None
    return Verdict(
        category=category,
        title=facts.title,
        root_line=encodable(cause.line.raw),
        root_line_clean=shown.text.strip(),
        from_log=source is not None,
        line_index=cause.line.message_index if source is not None else None,
        host=(source.host or None) if source else None,
        stream=(source.stream or None) if source else None,
        signature=signature.id if signature else None,
        confidence=_confidence(cause),
        confidence_reason=choice.why,
        actor=(signature.actor if signature else None) or facts.actor,
        retry=(signature.retry if signature else None) or facts.retry,
        advice=(signature.advice if signature else None) or facts.advice,
        exit_code=found.exit_code,
        victims=tuple(_victim(victim) for victim in choice.victims[:MAX_VICTIMS]),
        victim_count=len(choice.victims),
        exception=_exception(cause),
        captures={name: redact(value).text for name, value in signature.captures(cause.matched).items()}
        if signature
        else {},
        removed=shown.kinds,
    )


def from_status(category: Category, sentence: str, failure: Failure) -> Verdict:
    """The verdict of a status that tells the cause alone."""
    del failure
    facts = FACTS[category]
    return Verdict(
        category=category,
        title=facts.title,
        confidence=Confidence.HIGH,
        confidence_reason=sentence,
        actor=facts.actor,
        retry=facts.retry,
        advice=facts.advice,
    )


def from_last_resort(found: Found) -> Verdict | None:
    """The verdict where the user's code only reports that something else failed, and nothing says what."""
    last = found.logged.last_resort or found.told.last_resort
    if last is None or last.raised is None:
        return None
    said = next((line for line in last.raised.tail if line.text.strip()), last.line)
    plain = Candidate(said if last.raised.message.endswith((".", ":")) else last.line, Rank.HINT, None, "", last.raised)
    why = "The user's code reports that something else failed, and nothing says what; its exception is shown."
    return from_choice(Choice(plain, why), found)


def from_exit_code(found: Found) -> Verdict | None:
    """The verdict where only SageMaker's class or an exit code speaks; None where they do not."""
    for name in reversed(found.reason.classes):
        if name in _SERVICE_CLASSES:
            return _bare(_SERVICE_CLASSES[name], Confidence.MEDIUM, f"SageMaker calls it {name}.", found)
    known = _EXIT_CODES.get(found.exit_code) if found.exit_code is not None else None
    if known is None:
        return None
    return _bare(known[0], Confidence.LOW, known[1], found)


def nothing_to_go_on(found: Found) -> Verdict:
    """The verdict that says so."""
    if found.failure.log_stream_exists is False:
        sentence = "The job has no log stream: it failed before its container wrote a line."
    elif not found.failure.lines:
        sentence = "The reason names no cause, and there is no log to read."
    else:
        sentence = "Neither the reason nor the end of the log names a cause."
    return _bare(Category.UNKNOWN, Confidence.NONE, sentence, found)


def _bare(category: Category, confidence: Confidence, sentence: str, found: Found) -> Verdict:
    facts = FACTS[category]
    return Verdict(
        category=category,
        title=facts.title,
        confidence=confidence,
        confidence_reason=sentence,
        actor=facts.actor,
        retry=facts.retry,
        advice=facts.advice,
        exit_code=found.exit_code,
    )


def _confidence(cause: Candidate) -> Confidence:
    if cause.signature is not None and cause.signature.category is Category.UNKNOWN:
        return Confidence.NONE
    if cause.rank is Rank.ROOT:
        return Confidence.HIGH if cause.known else Confidence.MEDIUM
    return Confidence.MEDIUM if cause.rank is Rank.HINT and cause.known else Confidence.LOW


def _victim(victim: Candidate) -> Victim:
    return Victim(line=presentable(victim.line.text.strip(), MAX_SHOWN).text, host=victim.line.host or None)


def _exception(cause: Candidate) -> ExceptionFacts | None:
    raised = cause.raised
    if raised is None:
        return None
    return ExceptionFacts(
        type=raised.type,
        message=presentable(raised.message, MAX_SHOWN).text,
        user_frame=user_frame(raised.frames),
    )
