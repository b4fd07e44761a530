"""EventBridge's matching, as far as the template uses it: values, ``exists``, arrays of which one element will do."""

from collections.abc import Iterator, Mapping
from typing import Any


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    return all(_holds(wanted, list(_leaves(event, path))) for path, wanted in _paths(pattern, ()))


def _paths(pattern: Mapping[str, Any], prefix: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    for key, value in pattern.items():
        if isinstance(value, Mapping):
            yield from _paths(value, (*prefix, key))
        else:
            yield (*prefix, key), value


def _leaves(node: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(node, list):
        for element in node:
            yield from _leaves(element, path)
    elif path and isinstance(node, Mapping):
        if path[0] in node:
            yield from _leaves(node[path[0]], path[1:])
    elif not path and not isinstance(node, Mapping):
        yield node


def _holds(wanted: list[Any], found: list[Any]) -> bool:
    return any(option["exists"] == bool(found) if isinstance(option, Mapping) else option in found for option in wanted)
