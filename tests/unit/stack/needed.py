"""What the template's roles need, as ``trainstop doctor`` asks IAM; as a program, it writes the file anew."""

import json
from collections.abc import Iterator
from typing import Any

from tests.unit.stack.template import PROJECT, as_list, resources, statements

FILE = PROJECT / "layers/trainstop/trainstop/app/doctor/permissions.json"


def needed() -> list[dict[str, Any]]:
    return [each for role in sorted(resources("AWS::IAM::Role")) for each in _of(role)]


def _of(role: str) -> Iterator[dict[str, Any]]:
    for statement, condition in statements(role):
        for granted, resource_condition in _resources(statement["Resource"]):
            each = {"role": role, "actions": as_list(statement["Action"]), "resources": granted}
            only_if = [name for name in (condition, resource_condition) if name]
            context = statement.get("Condition", {}).get("StringEquals", {})
            yield each | ({"only_if": only_if} if only_if else {}) | ({"context": context} if context else {})


def _resources(node: Any) -> Iterator[tuple[list[str], str | None]]:
    if isinstance(node, dict) and "Fn::If" in node:
        condition, then, otherwise = node["Fn::If"]
        yield [_text(each) for each in as_list(then)], condition
        yield [_text(each) for each in as_list(otherwise)], f"!{condition}"
    else:
        yield [_text(each) for each in as_list(node)], None


def _text(node: Any) -> str:
    match node:
        case str():
            return node
        case {"Ref": name}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"${{{name}.{attribute}}}"
        case {"Fn::Sub": text}:
            return str(text)
    raise ValueError(f"a resource of a form that is not known: {node}")


if __name__ == "__main__":
    FILE.write_text(json.dumps(needed(), indent=1) + "\n", encoding="utf-8")
