"""The checks that AWS makes on a request before anything else, from botocore's own model of the API."""

import functools
import re
from collections.abc import Iterator
from typing import Any

import botocore.session
from botocore.model import Shape

from sandbox.simulator.errors import ApiError


@functools.cache
def model() -> Any:  # noqa: ANN401 - botocore has no public type for it
    """SageMaker's API."""
    return botocore.session.get_session().get_service_model("sagemaker")


@functools.cache
def instance_types() -> tuple[str, ...]:
    """The instance types that training jobs can have."""
    request = model().operation_model("CreateTrainingJob").input_shape
    return tuple(request.members["ResourceConfig"].members["InstanceType"].enum)


def response_members(operation: str) -> frozenset[str]:
    """The names of an operation's response members."""
    return frozenset(model().operation_model(operation).output_shape.members)


def check(operation: str, request: dict[str, Any]) -> None:
    """Refuses a request that the API's model does not allow.

    Raises:
        ApiError: ValidationException with every finding, in AWS's form.
    """
    found = list(_findings(model().operation_model(operation).input_shape, request, ""))
    if found:
        count = "1 validation error" if len(found) == 1 else f"{len(found)} validation errors"
        raise ApiError("ValidationException", f"{count} detected: " + "; ".join(found))


def _findings(shape: Shape, value: Any, where: str) -> Iterator[str]:  # noqa: ANN401 - any part of a request
    match shape.type_name, value:
        case "structure", dict():
            yield from _of_structure(shape, value, where)
        case "list", list():
            for number, item in enumerate(value, start=1):
                yield from _findings(shape.member, item, f"{where}.{number}.member")
        case "map", dict():
            for key, item in value.items():
                yield from _findings(shape.value, item, f"{where}.{key}.member")
        case "string", str():
            yield from _of_text(shape, value, where)
        case (("integer" | "long"), int()) if value < shape.metadata.get("min", value):
            least = shape.metadata["min"]
            yield _finding(value, where, f"Member must have value greater than or equal to {least}")


def _of_structure(shape: Shape, value: dict[str, Any], where: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield _finding(None, _joined(where, name), "Member must not be null")
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield from _findings(member, value[name], _joined(where, name))


def _of_text(shape: Shape, value: str, where: str) -> Iterator[str]:
    enum, pattern = shape.metadata.get("enum"), shape.metadata.get("pattern")
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max")
    if enum and value not in enum:
        yield _finding(value, where, f"Member must satisfy enum value set: [{', '.join(enum)}]")
    if most is not None and len(value) > most:
        yield _finding(value, where, f"Member must have length less than or equal to {most}")
    if len(value) < least:
        yield _finding(value, where, f"Member must have length greater than or equal to {least}")
    if pattern and not _fits(pattern, value):
        yield _finding(value, where, f"Member must satisfy regular expression pattern: {pattern}")


def _fits(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value, re.DOTALL) is not None
    except re.error:
        # Java's classes of letters, in the patterns of tags: not checked.
        return True


def _joined(where: str, name: str) -> str:
    name = name[:1].lower() + name[1:]
    return f"{where}.{name}" if where else name


def _finding(value: object, where: str, constraint: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{where}' failed to satisfy constraint: {constraint}"
