"""Where a table's files lie among its partitions, by `key=value` folders or by a projection's location template."""

import re
from collections.abc import Mapping
from typing import Any

_VARIABLE = re.compile(r"\$\{([^}]+)\}")


def keys(table: Mapping[str, Any]) -> list[str]:
    """The names of a Glue table's partition keys."""
    return [key["Name"] for key in table.get("PartitionKeys") or []]


def values(table: Mapping[str, Any], relative: str) -> dict[str, str] | None:
    """The partition values of a file, by its path below the table's location; None when Athena would not read it.

    A projected table is read only where its template leads, and of a column of the type `enum` only the values that it
    lists; another table by the folders `key=value`.
    """
    parameters = table.get("Parameters") or {}
    wanted = keys(table)
    template = parameters.get("storage.location.template")
    if template and parameters.get("projection.enabled", "").lower() == "true":
        location = table["StorageDescriptor"]["Location"].rstrip("/") + "/"
        match = re.match(_pattern(template, wanted, parameters), location + relative)
        found = {name: match[f"key{index}"] for index, name in enumerate(wanted)} if match else {}
        return found if match and all(_is_listed(parameters, *each) for each in found.items()) else None
    folders = dict(part.split("=", 1) for part in relative.split("/")[:-1] if "=" in part)
    return {name: folders[name] for name in wanted} if all(name in folders for name in wanted) else None


def _is_listed(parameters: Mapping[str, str], name: str, value: str) -> bool:
    if parameters.get(f"projection.{name}.type") != "enum":
        return True
    return value in parameters.get(f"projection.{name}.values", "").split(",")


def _pattern(template: str, wanted: list[str], parameters: Mapping[str, str]) -> str:
    fixed_and_names = _VARIABLE.split(template.rstrip("/") + "/")
    pieces, seen = [], set()
    for position, piece in enumerate(fixed_and_names):
        if position % 2 == 0:
            pieces.append(re.escape(piece))
            continue
        group = f"key{wanted.index(piece)}"
        # A date's format may itself have folders: yyyy/MM/dd is three.
        depth = parameters.get(f"projection.{piece}.format", "").count("/")
        folder = "/".join(["[^/]+"] * (depth + 1))
        pieces.append(f"(?P={group})" if group in seen else f"(?P<{group}>{folder})")
        seen.add(group)
    return "".join(pieces)
