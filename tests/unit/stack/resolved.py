"""A part of the template with its intrinsic functions resolved, as CloudFormation does it for given parameters."""

import re
from collections.abc import Mapping
from typing import Any

from tests.unit.stack.template import template

_PSEUDO = {"AWS::AccountId": "111122223333", "AWS::Region": "us-east-1", "AWS::StackName": "trainstop"}
_VARIABLE = re.compile(r"\$\{(!?)([^}]+)\}")


class Resolved:
    """``of`` resolves; a resource stands for itself by its logical id."""

    def __init__(self, given: Mapping[str, str]) -> None:
        declared = template()["Parameters"]
        self._values = _PSEUDO | {name: str(declared[name]["Default"]) for name in declared} | dict(given)
        self._lists = {name for name in declared if declared[name]["Type"] == "CommaDelimitedList"}

    def holds(self, condition: str) -> bool:
        return bool(self.of(template()["Conditions"][condition]))

    def of(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self.of(each) for each in node]
        if not isinstance(node, dict):
            return node
        ((function, argument),) = node.items()
        return getattr(self, "_" + function.removeprefix("Fn::").lower())(argument)

    def _ref(self, name: str) -> Any:
        value = self._values.get(name, name)
        return [part.strip() for part in value.split(",")] if name in self._lists else value

    def _condition(self, name: str) -> bool:
        return self.holds(name)

    def _if(self, branches: list[Any]) -> Any:
        condition, then, otherwise = branches
        return self.of(then if self.holds(condition) else otherwise)

    def _equals(self, pair: list[Any]) -> bool:
        return bool(self.of(pair[0]) == self.of(pair[1]))

    def _not(self, held: list[Any]) -> bool:
        return not self.of(held[0])

    def _or(self, held: list[Any]) -> bool:
        return any(self.of(each) for each in held)

    def _join(self, pair: list[Any]) -> str:
        return str(pair[0]).join(self.of(pair[1]))

    def _split(self, pair: list[Any]) -> list[str]:
        return str(self.of(pair[1])).split(str(pair[0]))

    def _sub(self, argument: Any) -> str:
        text, own = (argument, {}) if isinstance(argument, str) else argument
        values = {name: self.of(node) for name, node in own.items()}

        def value(match: re.Match[str]) -> str:
            literal, name = match.groups()
            return f"${{{name}}}" if literal else str(values.get(name, self._ref(name)))

        return _VARIABLE.sub(value, text)
