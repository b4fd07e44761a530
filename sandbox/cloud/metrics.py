"""CloudWatch's embedded metric format: JSON lines of a function's output that are metrics as well."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ministack.services import cloudwatch


class Point(NamedTuple):
    """One value of one metric."""

    namespace: str
    name: str
    value: float
    unit: str
    dimensions: dict[str, str]


def points(log_text: str) -> Iterator[Point]:
    """Yields the metrics in a function's output, one for each set of dimensions."""
    for line in log_text.splitlines():
        if '"CloudWatchMetrics"' in line:
            yield from _of_line(line)


def _of_line(line: str) -> list[Point]:
    try:
        record = json.loads(line[line.index("{") :])
        directives = record.get("_aws", {}).get("CloudWatchMetrics", [])
        return [point for directive in directives for point in _of_directive(directive, record)]
    except (AttributeError, KeyError, TypeError, ValueError):
        # CloudWatch makes a log line and no metric of what is not of the format; the invocation goes on.
        return []


def _of_directive(directive: dict[str, Any], record: dict[str, Any]) -> Iterator[Point]:
    for metric in directive.get("Metrics", []):
        held = record.get(metric["Name"], [])
        for value in held if isinstance(held, list) else [held]:
            for names in directive.get("Dimensions") or [[]]:
                dimensions = {name: str(record[name]) for name in names if name in record}
                unit = metric.get("Unit", "None")
                yield Point(directive["Namespace"], metric["Name"], float(value), unit, dimensions)


def with_metrics(original: Callable[..., None]) -> Callable[..., None]:
    """The emulator's handling of a function's output, with its metrics, and the alarms that they set off."""

    def emit(func: dict[str, Any], request_id: str, log_text: str, *rest: Any, **named: Any) -> None:  # noqa: ANN401 - as the emulator's
        original(func, request_id, log_text, *rest, **named)
        found = list(points(log_text or ""))
        for point in found:
            cloudwatch.record_metric(point.namespace, point.name, point.value, point.unit, point.dimensions)
        if found:
            cloudwatch._evaluate_all_alarms()  # noqa: SLF001 - an extension

    return emit
