"""The identity of a fault: the same for the same fault in two jobs, another for another fault."""

import hashlib

import re2

from trainstop.domain.redaction import redact
from trainstop.domain.text import encodable
from trainstop.domain.verdict import Verdict

_ID_DIGITS = 16
_MASKED_CHARACTERS = 400

# What differs between two jobs with one fault, in the order of masking: each form before those that it holds.
_MASKS = tuple(
    (re2.compile(pattern), mask)
    for pattern, mask in (
        (r"\b(?:s3|https?|hdfs|file)://[^\s'\"<>)\]]+", "<url>"),
        (r"\barn:aws[\w-]*:[^\s'\"<>)\]]+", "<arn>"),
        (r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?", "<time>"),
        (r"\b\d\d:\d\d:\d\d(?:[.,]\d+)?", "<time>"),
        (r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b", "<id>"),
        (r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b|\bip-\d+(?:-\d+){3}\b|\balgo-\d+\b", "<host>"),
        (r"(?:^|[\s'\"=(\[,:])((?:~|\.{1,2})?(?:/[\w.@+=%-]+)+/?)", "<path>"),
        (r"(?:[\w.@+=%-]+/)+[\w.@+=%-]+", "<path>"),
        (r"\b(?:[a-z0-9-]+\.)+(?:com|net|org|io|internal|local)\b", "<host>"),
        (r"\b0x[0-9a-fA-F]+\b|\b[0-9a-fA-F]*(?:[0-9][a-fA-F]|[a-fA-F][0-9])[0-9a-fA-F]{6,}\b", "<id>"),
        (r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?", "<n>"),
        (r"<n>\s?(?:[kKMGT]i?B|bytes)\b", "<size>"),
        (r"(?:<n>[\s,x*;]*){2,}", "<n> "),
    )
)


def masked(line: str) -> str:
    """``line`` without what differs between two jobs with one fault: paths, numbers, ids, hosts, times.

    Masking what is masked changes nothing.
    """
    text = encodable(line)
    for pattern, mask in _MASKS:
        if pattern.groups:
            text = pattern.sub(lambda found, mask=mask: found.group(0).replace(found.group(1), mask), text)
        else:
            text = pattern.sub(mask, text)
    return " ".join(text.split())[:_MASKED_CHARACTERS]


def fault_of(verdict: Verdict) -> str:
    """What the fingerprint is made of, for people: category, signature or exception, masked root line, user frame."""
    exception = verdict.exception
    parts = (
        verdict.category.value,
        verdict.signature or (exception.type if exception else ""),
        masked(redact(verdict.root_line_clean).text) if verdict.root_line_clean else verdict.title,
        _place(exception.user_frame) if exception and exception.user_frame and not verdict.signature else "",
    )
    return " | ".join(part for part in parts if part)


def _place(user_frame: str) -> str:
    """File and function of a frame, ``train.py in fit``: where the file lies and its line may differ between jobs."""
    return masked(user_frame.rsplit("/", 1)[-1])


def fingerprint(verdict: Verdict) -> str:
    """16 hexadecimal digits that name the fault."""
    return hashlib.sha256(fault_of(verdict).encode()).hexdigest()[:_ID_DIGITS]
