"""A policy as text: YAML that people write, checked as a whole, every fault named with its place."""

from collections.abc import Hashable, Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

import yaml
from pydantic import ValidationError

from trainstop.domain.redaction import redact
from trainstop.policy.document import PolicyDocument

MAX_DOCUMENT_BYTES = 256 * 1024
_SHOWN = 60


class PolicyError(ValueError):
    """A policy that cannot be right.

    Attributes:
        faults: One sentence each, opening with ``line N, column M`` where the place is known.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def parse_policy(text: str) -> PolicyDocument:
    """Read a policy.

    Raises:
        PolicyError: with every fault that was found, not only the first.
    """
    root, data = _read(text)
    faults = [*_repeated_keys(root), *_repeated_names(root, data)]
    try:
        document = PolicyDocument.model_validate(data)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        paths = [problem["loc"] for problem in problems]
        telling = [problem for problem in problems if not _has_deeper(problem["loc"], paths)]
        faults += [_fault(root, problem) for problem in telling]
        raise PolicyError(_in_order(faults)) from error
    if faults:
        raise PolicyError(_in_order(faults))
    return document


Fault = tuple[tuple[int, int], str]
"""Line and column, counted from 1, and what is wrong there; (0, 0) where the place is not known."""


def _in_order(faults: list[Fault]) -> list[str]:
    return [
        f"line {place[0]}, column {place[1]}: {problem}" if place != (0, 0) else problem
        for place, problem in sorted(faults, key=lambda fault: fault[0])
    ]


def _read(text: str) -> tuple[yaml.Node | None, dict[str, Any]]:
    """The nodes with their places, and the data."""
    if len(text.encode("utf-8", "replace")) > MAX_DOCUMENT_BYTES:
        raise PolicyError([f"the document is larger than {MAX_DOCUMENT_BYTES} bytes"])
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        _refuse_aliases(text)
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        raise PolicyError(_in_order([(_place(error.problem_mark), f"not YAML: {error.problem}")])) from error
    except PolicyError:
        raise
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise PolicyError([f"not YAML: {error}"]) from error
    if not isinstance(data, dict):
        raise PolicyError(["the document must be a mapping with the keys version and rules"])
    return root, data


def rule_node(text: str, rule_name: str) -> yaml.MappingNode | None:
    """The node of a rule with its places in the text; None where the text has no such rule."""
    root, _ = _read(text)
    rules = _inner(root, "rules")
    for node in rules.value if isinstance(rules, yaml.SequenceNode) else ():
        name = _inner(node, "name")
        if isinstance(name, yaml.ScalarNode) and name.value == rule_name:
            return node if isinstance(node, yaml.MappingNode) else None
    return None


def _refuse_aliases(text: str) -> None:
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise PolicyError(_in_order([(_place(event.start_mark), "YAML aliases are not allowed in a policy")]))


def _repeated_keys(root: yaml.Node | None) -> list[Fault]:
    """YAML's loader takes the last of two equal keys, silently: the reader of a policy would see the first."""
    faults: list[Fault] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if str(key.value) in seen:
                    faults.append((_place(key.start_mark), f"the key {key.value} is given twice"))
                seen.add(str(key.value))
                waiting.append(value)
    return faults


def _repeated_names(root: yaml.Node | None, data: Mapping[str, Any]) -> list[Fault]:
    rules = data.get("rules")
    names = [rule.get("name") for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []
    repeated = sorted({name for name in names if isinstance(name, str) and names.count(name) > 1})
    return [(_second_place(root, name), f"rules: the name {name} is used more than once") for name in repeated]


def _second_place(root: yaml.Node | None, name: str) -> tuple[int, int]:
    rules = _inner(root, "rules")
    entries = rules.value if isinstance(rules, yaml.SequenceNode) else []
    named = [node for node in (_inner(entry, "name") for entry in entries) if node is not None and node.value == name]
    return _place(named[1].start_mark) if len(named) > 1 else (0, 0)


def _inner(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _has_deeper(path: tuple[Hashable, ...], paths: Iterable[tuple[Hashable, ...]]) -> bool:
    return any(len(other) > len(path) and other[: len(path)] == path for other in paths)


def _fault(root: yaml.Node | None, problem: Mapping[str, Any]) -> Fault:
    node, path = _find(root, problem["loc"])
    place = _place(node.start_mark) if node else (0, 0)
    return place, f"{'.'.join(map(str, path)) or 'the document'}: {_said(problem)}"


def _said(problem: Mapping[str, Any]) -> str:
    if problem["type"] == "extra_forbidden":
        name = str(problem["loc"][-1])
        near = get_close_matches(name, _field_names() - {name}, n=1)
        return f"there is no such field{f' (did you mean {near[0]}?)' if near else ''}"
    given = problem.get("input")
    shown = f" (given: {redact(repr(given)[:_SHOWN]).text})" if isinstance(given, (str, int, float)) else ""
    return str(problem["msg"]).removeprefix("Value error, ") + shown


@cache
def _field_names() -> frozenset[str]:
    """Every field's name, from the document's schema."""
    schema = PolicyDocument.model_json_schema(by_alias=True)
    return frozenset(name for part in (schema, *schema["$defs"].values()) for name in part.get("properties", {}))


def _find(root: yaml.Node | None, path: tuple[Hashable, ...]) -> tuple[yaml.Node | None, list[Hashable]]:
    """The deepest node on the path, and the path without pydantic's names for the branches of a union."""
    node, found = root, []
    for step in path:
        inner: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            inner = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            inner = node.value[step]
        if inner is None:
            if step == path[-1] and isinstance(node, yaml.MappingNode):
                found.append(step)
            continue
        node = inner
        found.append(step)
    return node, found


def _place(mark: Any) -> tuple[int, int]:  # noqa: ANN401 - the C and the Python parser have marks of their own
    return (0, 0) if mark is None else (mark.line + 1, mark.column + 1)
