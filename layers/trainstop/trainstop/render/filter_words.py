"""A subscription's filter in words. Filters are made in the console, too, so nothing in one is taken for granted."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from trainstop.render.text import said, shorten_end

_VALUE_CHARACTERS = 60
_WORDS_CHARACTERS = 300
_EVERYTHING = "everything"


def filter_words(policy: Mapping[str, Any] | None, protocol: str = "") -> str:
    """``severity high or critical; job demo-*``; the way is not told where it is the subscription's own."""
    asked = {key: rules for key, rules in (policy or {}).items() if not (key == "channels" and rules == [protocol])}
    words = "; ".join(_key_words(key, rules) for key, rules in asked.items())
    return shorten_end(words, _WORDS_CHARACTERS, len) if words else _EVERYTHING


def _key_words(key: str, rules: Any) -> str:  # noqa: ANN401 - whatever people put into a filter
    listed = rules if isinstance(rules, list) else [rules]
    if key == "$or" and all(isinstance(way, dict) for way in listed):
        return "either " + " or ".join(f"({filter_words(way)})" for way in listed)
    return f"{_text(key)} {_either(map(_rule_words, listed))}"


def _either(words: Iterable[str]) -> str:
    *first, last = list(words) or [""]
    return f"{', '.join(first)} or {last}" if first else last


def _rule_words(rule: Any) -> str:  # noqa: ANN401 - the same
    match rule:
        case str():
            words = _text(rule)
        case {"prefix": str(start)}:
            words = f"{_text(start)}*"
        case {"suffix": str(end)}:
            words = f"*{_text(end)}"
        case {"equals-ignore-case": str(text)}:
            words = f"{_text(text)} (in capitals or not)"
        case {"anything-but": [*excluded]}:
            words = f"not {_either(map(_rule_words, excluded))}"
        case {"anything-but": excluded}:
            words = f"not {_rule_words(excluded)}"
        case {"exists": bool(wanted)}:
            words = "of any value" if wanted else "not there"
        case _:
            words = _text(json.dumps(rule))
    return words


def _text(text: str) -> str:
    return shorten_end(said(text), _VALUE_CHARACTERS, len) or '""'
