"""IAM's policy simulation heeds the condition keys that it is given, as AWS's does."""

from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any

_entries: ContextVar[Mapping[str, str]] = ContextVar("context_entries", default={})  # noqa: B039 - never changed


def with_entries(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """``SimulatePrincipalPolicy``, its ContextEntries kept for the evaluation. Of several values the first counts."""

    def simulate(parameters: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the emulator's answer
        token = _entries.set(dict(_read(parameters)))
        try:
            return original(parameters)
        finally:
            _entries.reset(token)

    return simulate


def with_given_keys(original: Callable[..., Any]) -> Callable[..., Any]:
    """The evaluation of policies, with those keys."""

    def evaluate(ctx: Any, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - the emulator's types
        ctx.service_context.update(_entries.get())
        return original(ctx, *arguments, **named)

    return evaluate


def _read(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    number = 1
    while key := _first(parameters, f"ContextEntries.member.{number}.ContextKeyName"):
        yield key.lower(), _first(parameters, f"ContextEntries.member.{number}.ContextKeyValues.member.1")
        number += 1


def _first(parameters: Mapping[str, Any], name: str) -> str:
    value = parameters.get(name, "")
    return str(value[0] if isinstance(value, list) else value)
