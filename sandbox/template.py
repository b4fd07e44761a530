"""The built template as the emulator can deploy it: without the types of resources that it does not know."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from ministack.services.cloudformation import provisioners
from samcli.yamlhelper import yaml_dump, yaml_parse

from sandbox.cloud import named_queries
from sandbox.home import SandboxError

# What the SAM transform or CloudFormation itself deals with.
_BEYOND_PROVISIONERS = ("AWS::Serverless::", "AWS::CloudFormation::", "Custom::")


def deployable(source: Path, target: Path) -> list[str]:
    """Copies a template without what the emulator refuses; returns what was left out, as `Name (Type)`.

    Raises:
        SandboxError: a resource that stays refers to one that had to go.
    """
    template = yaml_parse(source.read_text(encoding="utf-8"))
    resources = template["Resources"]
    dropped = {name: resources[name]["Type"] for name in resources if not _is_known(resources[name]["Type"])}
    for name in dropped:
        del resources[name]
    for name, resource in resources.items():
        _forget_dependencies(resource, dropped)
        missing = sorted(set(_references(resource)) & dropped.keys())
        if missing:
            raise SandboxError(f"{name} refers to {', '.join(missing)}, which the emulator does not know")
    outputs = template.get("Outputs") or {}
    for name in [name for name, output in outputs.items() if set(_references(output)) & dropped.keys()]:
        del outputs[name]
    target.write_text(yaml_dump(template), encoding="utf-8")
    return [f"{name} ({kind})" for name, kind in dropped.items()]


def _is_known(kind: str) -> bool:
    """Whether the emulator, with the sandbox's extensions, deploys such a resource."""
    known = {*provisioners._RESOURCE_HANDLERS, named_queries.RESOURCE_TYPE}  # noqa: SLF001 - no public list
    return kind in known or kind.startswith(_BEYOND_PROVISIONERS)


def _forget_dependencies(resource: dict[str, Any], dropped: Collection[str]) -> None:
    needed = resource.get("DependsOn") or []
    left = [name for name in ([needed] if isinstance(needed, str) else needed) if name not in dropped]
    if left:
        resource["DependsOn"] = left
    else:
        resource.pop("DependsOn", None)


def _references(node: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a template
    """The names that a part of a template refers to; of `Fn::Sub` texts, those in braces."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "Ref" and isinstance(value, str):
                yield value
            elif key == "Fn::GetAtt":
                yield value.split(".")[0] if isinstance(value, str) else value[0]
            elif key == "Fn::Sub":
                text = value if isinstance(value, str) else value[0]
                yield from (part.split("}")[0].split(".")[0] for part in text.split("${")[1:])
                yield from _references(value if isinstance(value, list) else [])
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)
