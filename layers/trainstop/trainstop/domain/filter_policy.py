"""Filter policies of SNS subscriptions: which messages one lets through, by the message's attributes.

What AWS documents of filtering on attributes of the types String and String.Array. Rules on numbers and IP addresses
match none of trainstop's attributes, which are all text.
"""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, Final

FilterPolicy = Mapping[str, Any]
Attributes = Mapping[str, Sequence[str]]
"""A message's attributes, each with its values: one of a String, any number of a String.Array."""

MAX_KEYS: Final = 5
MAX_COMBINATIONS: Final = 150
"""AWS's limits on one policy: its keys, and the product of the numbers of their values."""

_OR: Final = "$or"
_KEYWORDS: Final = frozenset({"anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix"})


def accepts(policy: FilterPolicy, attributes: Attributes) -> bool:
    """Whether a message with these attributes passes; a policy without keys lets everything through."""
    return all(_key_accepts(key, rules, attributes) for key, rules in policy.items())


def combinations(policy: FilterPolicy) -> int:
    """The product of the numbers of values, which AWS limits."""
    return prod(len(rules) for rules in policy.values())


def only_on(policy: FilterPolicy, key: str) -> FilterPolicy:
    """What the policy asks of one attribute alone, the others being as it wants them.

    A way of an ``$or`` that asks nothing of the attribute leaves it free, and with it the whole ``$or``.
    """
    reduced = {key: policy[key]} if key in policy else {}
    ways = [only_on(way, key) for way in policy.get(_OR, ()) if _is_or(policy.get(_OR))]
    return reduced | {_OR: ways} if ways and all(ways) else reduced


def _key_accepts(key: str, rules: Any, attributes: Attributes) -> bool:  # noqa: ANN401 - people write policies
    if key == _OR and _is_or(rules):
        return any(accepts(way, attributes) for way in rules)
    listed = rules if isinstance(rules, list) else [rules]
    return any(_rule_accepts(rule, attributes.get(key), attributes) for rule in listed)


def _is_or(ways: Any) -> bool:  # noqa: ANN401 - people write policies
    """AWS takes ``$or`` for an attribute's name unless it holds two or more objects without keywords as their keys."""
    return (
        isinstance(ways, list)
        and len(ways) > 1
        and all(isinstance(way, dict) and not _KEYWORDS & way.keys() for way in ways)
    )


def _rule_accepts(rule: Any, values: Sequence[str] | None, attributes: Attributes) -> bool:  # noqa: ANN401 - the same
    if values is None:
        # AWS: "exists": false matches only a message that has some attribute.
        return rule == {"exists": False} and bool(attributes)
    match rule:
        case {"exists": wanted}:
            return wanted is True and any(values)
        case {"anything-but": excluded}:
            return not any(_value_matches(each, value) for each in _as_list(excluded) for value in values)
        case _:
            return any(_value_matches(rule, value) for value in values)


def _value_matches(rule: Any, value: str) -> bool:  # noqa: ANN401 - the same
    match rule:
        case str():
            return value == rule
        case {"prefix": str(start)}:
            return value.startswith(start)
        case {"suffix": str(end)}:
            return value.endswith(end)
        case {"equals-ignore-case": str(text)}:
            return value.lower() == text.lower()
        case _:
            return False


def _as_list(value: Any) -> list[Any]:  # noqa: ANN401 - the same
    return value if isinstance(value, list) else [value]
