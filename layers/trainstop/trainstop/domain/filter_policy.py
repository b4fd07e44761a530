"""SNS filter policies on message attributes: whether one takes a message, and what it says in words.

Read are strings, prefix, suffix, anything-but and exists, which is what trainstop's own subscriptions use. What else
SNS knows (numbers, addresses, ``$or``) may take a message or not.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any


class Takes(StrEnum):
    """Whether a subscription takes a message."""

    YES = "yes"
    NO = "no"
    PERHAPS = "perhaps"


def takes(policy: Mapping[str, Any], attributes: Mapping[str, tuple[str, str]]) -> Takes:
    """Whether every key of the policy has an entry that an attribute of that name fulfils.

    Args:
        policy: As SNS keeps it; empty takes everything.
        attributes: By name, SNS's data type and the value.
    """
    answers = [_key_takes(entries, _values(attributes.get(name))) for name, entries in policy.items()]
    if Takes.NO in answers:
        return Takes.NO
    return Takes.PERHAPS if Takes.PERHAPS in answers else Takes.YES


def in_words(policy: Mapping[str, Any]) -> str:
    """``severity is high or critical; job starts with vision-``; ``everything`` for an empty policy."""
    return "; ".join(f"{name} {_entries_in_words(entries)}" for name, entries in policy.items()) or "everything"


def _values(attribute: tuple[str, str] | None) -> tuple[str, ...] | None:
    if attribute is None:
        return None
    data_type, value = attribute
    return tuple(map(str, json.loads(value))) if data_type == "String.Array" else (value,)


def _key_takes(entries: Any, values: Sequence[str] | None) -> Takes:  # noqa: ANN401 - any JSON value
    if not isinstance(entries, list):
        return Takes.PERHAPS
    answers = [_entry_takes(entry, values) for entry in entries]
    if Takes.YES in answers:
        return Takes.YES
    return Takes.PERHAPS if Takes.PERHAPS in answers else Takes.NO


def _entry_takes(entry: Any, values: Sequence[str] | None) -> Takes:  # noqa: ANN401 - any JSON value
    match {"equals": entry} if isinstance(entry, str) else entry:
        case {"exists": bool(there)}:
            return _yes(there is (values is not None))
        case {**condition} if len(condition) == 1:
            ((operator, wanted),) = condition.items()
            fulfils = _OPERATORS.get(str(operator))
            if fulfils is None or not isinstance(wanted, str | list):
                return Takes.PERHAPS
            return _yes(any(fulfils(wanted, value) for value in values or ()))
        case _:
            return Takes.PERHAPS


_OPERATORS: Mapping[str, Callable[[Any, str], bool]] = {
    "equals": lambda wanted, value: bool(value == wanted),
    "prefix": lambda wanted, value: value.startswith(str(wanted)),
    "suffix": lambda wanted, value: value.endswith(str(wanted)),
    "anything-but": lambda wanted, value: value not in _listed(wanted),
}


def _yes(answer: bool) -> Takes:  # noqa: FBT001 - an answer is all that it is given
    return Takes.YES if answer else Takes.NO


def _listed(value: str | list[Any]) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _entries_in_words(entries: Any) -> str:  # noqa: ANN401 - any JSON value
    if not isinstance(entries, list):
        return "has conditions of its own"
    plain = [entry for entry in entries if isinstance(entry, str)]
    others = [_entry_in_words(entry) for entry in entries if not isinstance(entry, str)]
    return " or ".join([*([f"is {' or '.join(plain)}"] if plain else []), *others])


def _entry_in_words(entry: Any) -> str:  # noqa: ANN401 - any JSON value
    match entry:
        case {"prefix": str(start)}:
            return f"starts with {start}"
        case {"suffix": str(end)}:
            return f"ends with {end}"
        case {"anything-but": str() | list() as but}:
            return f"is not {' or '.join(map(str, _listed(but)))}"
        case {"exists": bool(there)}:
            return "is there" if there else "is not there"
        case _:
            return f"fulfils {json.dumps(entry)[:80]}"
