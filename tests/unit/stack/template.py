"""template.yaml as data: CloudFormation's short tags become its long form, e.g. ``!Ref X`` is ``{"Ref": "X"}``."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).parents[3]
FUNCTIONS = ("Watch", "Notify", "Archive", "Compact", "Report", "Sweep", "Relay", "Followup", "Webhook")

Node = Mapping[str, Any]


class _Loader(yaml.CSafeLoader):
    """YAML with CloudFormation's tags."""


def _intrinsic(loader: yaml.CSafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    match node:
        case yaml.ScalarNode():
            value: Any = loader.construct_scalar(node)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)


@cache
def template() -> Node:
    """The whole template."""
    return yaml.load((PROJECT / "template.yaml").read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 (a SafeLoader)


def resource(logical_id: str) -> Node:
    return template()["Resources"][logical_id]


def properties(logical_id: str) -> Node:
    return resource(logical_id)["Properties"]


def resources(kind: str) -> dict[str, Node]:
    """The properties of all resources of a type, by logical id."""
    return {name: body["Properties"] for name, body in template()["Resources"].items() if body["Type"] == kind}


def arn_of(logical_id: str) -> Node:
    return {"Fn::GetAtt": [logical_id, "Arn"]}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(role: str) -> Iterator[tuple[Node, str | None]]:
    """The statements of a role's policies, each with the condition under which it is there."""
    for policy in properties(role)["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            if "Fn::If" in statement:
                condition, granted, otherwise = statement["Fn::If"]
                assert otherwise == {"Ref": "AWS::NoValue"}
                yield granted, condition
            else:
                yield statement, None


def denies_plain_http(document: Node, action: str, resource_of: Any) -> bool:
    """Whether a resource policy refuses everybody who does not use TLS."""
    return any(
        statement["Effect"] == "Deny"
        and statement["Principal"] == "*"
        and statement["Action"] == action
        and statement["Resource"] == resource_of
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for statement in document["Statement"]
    )
