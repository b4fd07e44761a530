"""Makes text from jobs safe to match, store and show: no colours, controls or invisible characters."""

from typing import Any

import re2

_ANSI = re2.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_=>])|\x{9b}[0-?]*[ -/]*[@-~]")
_OCTAL_ANSI = re2.compile(r"#033\[[0-?]*[ -/]*[@-~]")
_OCTAL = {"#011": "\t", "#012": "\n", "#015": "\r", "#033": ""}

_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_INVISIBLE = (0x00AD, 0x200B, 0x2060, 0xFEFF)
_NONCHARACTERS = (0xFFFE, 0xFFFF)
_CONTROLS = (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0))
_DROPPED = dict.fromkeys((*_CONTROLS, *_BIDI, *_INVISIBLE, *_NONCHARACTERS))
"""C0 and C1 controls but tab, line feed and carriage return; what turns the direction of text; what is not seen.
SQS refuses the controls and U+FFFE and U+FFFF; the rest misleads readers."""


def found_in(regex: Any, text: str) -> bool:  # noqa: ANN401 (google-re2 has no types)
    """True where ``regex`` matches anywhere in ``text``: on bytes, as no one asks for the place."""
    return regex.search(text.encode("utf-8", "replace")) is not None


def encodable(text: str) -> str:
    """``text`` with lone surrogates, which no UTF-8 can hold, replaced by ``?``."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def without_controls(text: str) -> str:
    """``text`` without terminal sequences, controls and invisible characters; tabs and line ends stay."""
    if "\x1b" in text or "\x9b" in text:
        text = _ANSI.sub("", encodable(text))
    if text.isascii() and text.isprintable():
        return text
    return encodable(text).translate(_DROPPED)


def without_syslog_escapes(text: str) -> str:
    """``text`` with the escapes that a syslog on the way made of controls (``#011``, ``#033[34m``) undone."""
    if "#0" not in text:
        return text
    text = _OCTAL_ANSI.sub("", encodable(text))
    for escape, character in _OCTAL.items():
        text = text.replace(escape, character)
    return text


def clean_text(text: str) -> str:
    """``text`` as a terminal would have left it: no controls, and of an overprinted line what was printed last.

    The result holds only characters that SQS, SNS and DynamoDB take.
    """
    text = without_controls(without_syslog_escapes(text)).replace("\r\n", "\n")
    if "\r" not in text:
        return text
    return "\n".join(_last_print(line) for line in text.split("\n"))


def _last_print(line: str) -> str:
    prints = [part for part in line.split("\r") if part.strip()]
    return prints[-1] if prints else ""
