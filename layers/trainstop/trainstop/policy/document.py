"""The policy document: YAML that people write, checked as a whole, every fault named with its line."""

from collections.abc import Hashable, Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

import yaml
from pydantic import BeforeValidator, Discriminator, Field, Tag, ValidationError

from trainstop.domain.base import Frozen
from trainstop.domain.category import Category
from trainstop.domain.decision import AlertOrder, Channel, Severity
from trainstop.domain.finding import Trigger

MAX_DOCUMENT_BYTES = 256 * 1024


class PolicyError(ValueError):
    """A policy that cannot be right.

    Attributes:
        faults: One sentence each, opening with ``line N, column M`` where the place is known.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def _as_list(value: object) -> object:
    return [value] if isinstance(value, (str, int)) else value


Pattern = Annotated[str, Field(min_length=1, max_length=256)]
"""A glob: ``*`` and ``?`` as in a shell, compared with case."""

Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(_as_list), Field(min_length=1, max_length=100)]
TagPatterns = Annotated[dict[str, Pattern], Field(max_length=50)]


class When(Frozen):
    """What a rule applies to: every given field must match; a list matches by any of its entries.

    Attributes:
        rule: Names of Debugger or profiler rule configurations.
        job: Training job names.
        tags: Tag keys with a pattern for the value; all must match.
    """

    trigger: Annotated[tuple[Trigger, ...], BeforeValidator(_as_list), Field(min_length=1)] | None = None
    rule: Patterns | None = None
    job: Patterns | None = None
    category: Annotated[tuple[Category, ...], BeforeValidator(_as_list), Field(min_length=1)] | None = None
    tags: TagPatterns | None = None


class Alert(Frozen):
    """Tell it. ``channels`` are e-mail, SMS and the JSON form for machines."""

    severity: Severity = Severity.WARNING
    channels: Annotated[tuple[Channel, ...], BeforeValidator(_as_list), Field(min_length=1)] = (
        Channel.EMAIL,
        Channel.JSON,
    )

    @property
    def order(self) -> AlertOrder:
        """The alert as a decision carries it."""
        return AlertOrder(severity=self.severity, channels=self.channels)


class Silence(StrEnum):
    """``alert: none``: nobody is told; the incident is recorded and archived all the same."""

    NONE = "none"


def _kind_of_alert(value: object) -> str:
    return "alert" if isinstance(value, (dict, Alert)) else "none"


AlertField = Annotated[Annotated[Silence, Tag("none")] | Annotated[Alert, Tag("alert")], Discriminator(_kind_of_alert)]
"""Told apart by their form, so that a fault in one is not reported as a fault of the other, too."""


class Rule(Frozen):
    """One rule. For stops and for alerts each, the first matching rule that has the field decides."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[a-z0-9][a-z0-9-]*$")]
    description: Annotated[str, Field(max_length=500)] = ""
    when: When = When()
    stop: bool | None = None
    alert: AlertField | None = None


class Protection(Frozen):
    """Jobs that trainstop never stops, whatever a rule says."""

    jobs: Annotated[tuple[Pattern, ...], BeforeValidator(_as_list)] = ()
    tags: TagPatterns = Field(default_factory=dict)


class PolicyDocument(Frozen):
    """The whole policy.

    Attributes:
        dry_run: Decide and tell, but stop nothing.
        max_stops_per_hour: Stops beyond so many in a clock hour are held back and told.
    """

    version: Literal[1]
    dry_run: bool = False
    max_stops_per_hour: Annotated[int, Field(ge=0, le=10_000)] = 20
    protect: Protection = Protection()
    rules: Annotated[tuple[Rule, ...], Field(min_length=1, max_length=200)]


def parse_policy(text: str) -> PolicyDocument:
    """Read a policy.

    Raises:
        PolicyError: with every fault that was found, not only the first.
    """
    if len(text.encode("utf-8", "replace")) > MAX_DOCUMENT_BYTES:
        raise PolicyError([f"the document is larger than {MAX_DOCUMENT_BYTES} bytes"])
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        _refuse_aliases(text)
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        place = f"{_place(error.problem_mark)}: " if error.problem_mark else ""
        raise PolicyError([f"{place}not YAML: {error.problem}"]) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise PolicyError([f"not YAML: {error}"]) from error
    if not isinstance(data, dict):
        raise PolicyError(["the document must be a mapping with the keys version and rules"])
    try:
        document = PolicyDocument.model_validate(data)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        paths = [problem["loc"] for problem in problems]
        telling = [problem for problem in problems if not _has_deeper(problem["loc"], paths)]
        raise PolicyError([_fault(root, problem) for problem in telling]) from error
    names = [rule.name for rule in document.rules]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise PolicyError([f"rule names must be unique; used more than once: {', '.join(repeated)}"])
    return document


def _has_deeper(path: tuple[Hashable, ...], paths: Iterable[tuple[Hashable, ...]]) -> bool:
    return any(len(other) > len(path) and other[: len(path)] == path for other in paths)


def _refuse_aliases(text: str) -> None:
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise PolicyError([f"{_place(event.start_mark)}: YAML aliases are not allowed in a policy"])


def _fault(root: yaml.Node | None, problem: Mapping[str, Any]) -> str:
    node, path = _find(root, problem["loc"])
    where = f"{_place(node.start_mark)}: " if node else ""
    return f"{where}{'.'.join(map(str, path)) or 'the document'}: {problem['msg']}"


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
