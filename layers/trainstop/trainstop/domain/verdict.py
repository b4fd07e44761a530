"""The answer of the classifier: why a job failed, how sure that is, and who has to do what."""

from enum import StrEnum

from pydantic import Field

from trainstop.domain.base import Frozen
from trainstop.domain.category import Actor, Category, Retry


class Confidence(StrEnum):
    """How far a verdict may be trusted."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


class ExceptionFacts(Frozen):
    """An exception that was raised, explained even where no signature knows it.

    Attributes:
        type: The class as the traceback printed it, e.g. ``botocore.exceptions.ClientError``.
        message: The text after the class, "" when it had none.
        user_frame: ``file:line in function`` of the deepest frame in the user's own code, None when all frames
            belong to libraries.
    """

    type: str
    message: str = ""
    user_frame: str | None = None


class Victim(Frozen):
    """A line that fails only because something else failed first."""

    line: str
    host: str | None = None


class Verdict(Frozen):
    """Why one job failed.

    Attributes:
        root_line: The line that shows the cause, exactly as it stood in the log (or in the reason, when the log has
            none), but for lone surrogates, which no UTF-8 holds. None when nothing points at a cause. May hold
            secrets and control characters: do not store or send it.
        root_line_clean: ``root_line`` without colours, controls, rank tags and secrets: the form to store and show.
        from_log: True where ``root_line`` stood in a log line, False where it is a part of the FailureReason.
        line_index: Position of ``root_line`` in ``Failure.lines``, None where it did not stand there.
        host: The host that wrote the line, e.g. ``algo-1``.
        stream: The CloudWatch log stream that holds the line.
        signature: Id of the signature that decided, None for a fallback.
        confidence_reason: One sentence that says why the confidence is what it is.
        exit_code: The training process's exit code, None when nothing tells it.
        victims: The first few lines that were set aside as consequences.
        victim_count: How many there were in all.
        captures: What the signature read out of the line, by name (``tried``, ``free``, ``package`` ...).
        removed: Kinds of secrets removed from ``root_line_clean``, sorted.
    """

    category: Category
    title: str
    root_line: str | None = None
    root_line_clean: str | None = None
    from_log: bool = False
    line_index: int | None = None
    host: str | None = None
    stream: str | None = None
    signature: str | None = None
    confidence: Confidence = Confidence.NONE
    confidence_reason: str = ""
    actor: Actor
    retry: Retry
    advice: str
    exit_code: int | None = None
    victims: tuple[Victim, ...] = ()
    victim_count: int = 0
    exception: ExceptionFacts | None = None
    captures: dict[str, str] = Field(default_factory=dict)
    removed: tuple[str, ...] = ()
