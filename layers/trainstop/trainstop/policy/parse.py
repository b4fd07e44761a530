"""A policy as text: YAML that people write, checked as a whole, every fault named with its place."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import yaml
from pydantic import ValidationError

from trainstop.policy.document import PolicyDocument

MAX_DOCUMENT_BYTES = 256 * 1024


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
    repeated = _repeated_names(root, data)
    try:
        document = PolicyDocument.model_validate(data)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        paths = [problem["loc"] for problem in problems]
        telling = [problem for problem in problems if not _has_deeper(problem["loc"], paths)]
        raise PolicyError([*(_fault(root, problem) for problem in telling), *repeated]) from error
    if repeated:
        raise PolicyError(repeated)
    return document


def _read(text: str) -> tuple[yaml.Node | None, dict[str, Any]]:
    """The nodes with their places, and the data."""
    if len(text.encode("utf-8", "replace")) > MAX_DOCUMENT_BYTES:
        raise PolicyError([f"the document is larger than {MAX_DOCUMENT_BYTES} bytes"])
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        _refuse_aliases(text)
        _refuse_repeated_keys(root)
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        place = f"{_place(error.problem_mark)}: " if error.problem_mark else ""
        raise PolicyError([f"{place}not YAML: {error.problem}"]) from error
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
            raise PolicyError([f"{_place(event.start_mark)}: YAML aliases are not allowed in a policy"])


def _refuse_repeated_keys(root: yaml.Node | None) -> None:
    """YAML's loader takes the last of two equal keys, silently: the reader of a policy would see the first."""
    faults: list[str] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if str(key.value) in seen:
                    faults.append(f"{_place(key.start_mark)}: the key {key.value} is given twice")
                seen.add(str(key.value))
                waiting.append(value)
    if faults:
        raise PolicyError(sorted(faults))


def _repeated_names(root: yaml.Node | None, data: Mapping[str, Any]) -> list[str]:
    rules = data.get("rules")
    names = [rule.get("name") for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []
    repeated = sorted({name for name in names if isinstance(name, str) and names.count(name) > 1})
    places = {name: _second_place(root, name) for name in repeated}
    return [f"{places[name]}rules: the name {name} is used more than once" for name in repeated]


def _second_place(root: yaml.Node | None, name: str) -> str:
    rules = _inner(root, "rules")
    entries = rules.value if isinstance(rules, yaml.SequenceNode) else []
    named = [node for node in (_inner(entry, "name") for entry in entries) if node is not None and node.value == name]
    return f"{_place(named[1].start_mark)}: " if len(named) > 1 else ""


def _inner(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _has_deeper(path: tuple[Hashable, ...], paths: Iterable[tuple[Hashable, ...]]) -> bool:
    return any(len(other) > len(path) and other[: len(path)] == path for other in paths)


def _fault(root: yaml.Node | None, problem: Mapping[str, Any]) -> str:
    node, path = _find(root, problem["loc"])
    where = f"{_place(node.start_mark)}: " if node else ""
    said = str(problem["msg"]).removeprefix("Value error, ")
    return f"{where}{'.'.join(map(str, path)) or 'the document'}: {said}"


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


def _place(mark: Any) -> str:  # noqa: ANN401 - the C and the Python parser have marks of their own
    return "" if mark is None else f"line {mark.line + 1}, column {mark.column + 1}"
