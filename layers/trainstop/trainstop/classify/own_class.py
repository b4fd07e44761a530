"""A class that the user's own script gives its failure, in the failure file that SageMaker shows as FailureReason.

Two forms, documented in docs/own-class.md::

    trainstop: category=data_format retry=no reason="partition 2026-01-15 is empty"
    {"trainstop": {"category": "data_format", "retry": "no", "reason": "...", "advice": "..."}}

Asked for since 2021 in aws/sagemaker-training-toolkit#111.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import re2

from trainstop.domain.category import FACTS, Category, Retry
from trainstop.domain.redaction import presentable
from trainstop.domain.verdict import Confidence, Verdict

SIGNATURE = "own-class"
_CATEGORIES = frozenset(Category) - {Category.UNKNOWN}
_SHOWN_CHARACTERS = 500

_LINE = re2.compile(r"(?m)(?:^|[\s\"'])trainstop:[ \t]+([^\n]*\bcategory=[^\n]*)")
_PAIR = re2.compile(r"\b(category|retry|reason|advice)=(?:\\?\"([^\"\\\n]*)|([^\s\"\\,;]+))")
_OBJECT = re2.compile(r'\{[^{}]{0,500}\\?"trainstop\\?"\s*:')
_MEMBER = re2.compile(r'"(category|retry|reason|advice)"\s*:\s*"([^"]*)')


@dataclass(frozen=True, slots=True)
class OwnClass:
    """What the script says of its failure. Fields that are not given are None."""

    category: Category
    reason: str
    retry: Retry | None = None
    advice: str | None = None


def own_class(body: str) -> OwnClass | None:
    """The class in a FailureReason without its commands; None where there is none, or its category is not known.

    A reason is cut at 1,024 characters: what is there of a cut object or line still counts.
    """
    if "trainstop" not in body:
        return None
    values = _of_object(body) or _of_line(body)
    category = values.get("category", "")
    if category not in _CATEGORIES:
        return None
    retry = values.get("retry", "")
    return OwnClass(
        category=Category(category),
        reason=values.get("reason", ""),
        retry=Retry(retry) if retry in set(Retry) else None,
        advice=values.get("advice") or None,
    )


def verdict_of(own: OwnClass, exit_code: int | None) -> Verdict:
    """The verdict of a failure that its own script classed; it beats the signatures."""
    facts = FACTS[own.category]
    shown = presentable(own.reason, _SHOWN_CHARACTERS)
    return Verdict(
        category=own.category,
        title=facts.title,
        root_line=own.reason or None,
        root_line_clean=shown.text.strip() or None,
        signature=SIGNATURE,
        confidence=Confidence.HIGH,
        confidence_reason="The job says so itself in its failure file.",
        actor=facts.actor,
        retry=own.retry or facts.retry,
        advice=presentable(own.advice, _SHOWN_CHARACTERS).text if own.advice else facts.advice,
        exit_code=exit_code,
        removed=shown.kinds,
    )


def _of_line(body: str) -> Mapping[str, str]:
    found = _LINE.search(body)
    pairs = _PAIR.finditer(found.group(1)) if found else ()
    return {pair.group(1): pair.group(2) or pair.group(3) or "" for pair in pairs}


def _of_object(body: str) -> Mapping[str, str]:
    found = _OBJECT.search(body)
    if found is None:
        return {}
    text = body[found.start() :].replace('\\"', '"')
    try:
        held = json.JSONDecoder().raw_decode(text)[0]["trainstop"]
    except (ValueError, RecursionError):
        return {member.group(1): member.group(2) for member in _MEMBER.finditer(text)}
    return {name: value for name, value in held.items() if isinstance(value, str)} if isinstance(held, dict) else {}
