"""A verdict as ``trainstop classify --jsonl`` answers it."""

from collections.abc import Mapping, Sequence
from typing import Any

from trainstop.domain.failure import Failure, LogLine
from trainstop.domain.verdict import Verdict


def to_answer(identity: str, verdict: Verdict) -> dict[str, Any]:
    """The answer to one question: ``root_line`` is a line of ``log_tail`` exactly as it stood, or None."""
    return {
        "id": identity,
        "category": verdict.category.value,
        "root_line": verdict.root_line if verdict.from_log else None,
        "retryable": verdict.retry.worth_trying,
        "signature": verdict.signature,
        "advice": verdict.advice,
    }


def to_failure(question: Mapping[str, Any]) -> Failure:
    """The failure that one question asks about: ``failure_reason``, ``log_tail``, ``secondary_status``.

    Raises:
        ValueError: A field has another type.
    """
    tail = question.get("log_tail") or []
    if not isinstance(tail, Sequence) or isinstance(tail, str) or not all(isinstance(line, str) for line in tail):
        raise ValueError("log_tail must be a list of lines")
    return Failure(
        failure_reason=_text(question, "failure_reason"),
        secondary_status=_text(question, "secondary_status"),
        lines=[LogLine(line) for line in tail],
    )


def _text(question: Mapping[str, Any], name: str) -> str | None:
    value = question.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} must be text or null")
    return value
