"""Reads a scenario's file; what is wrong with it is said with its place, its value and what would be right."""

import difflib
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sandbox.home import SandboxError
from sandbox.scenario import Job, Request, Scenario, Step
from sandbox.simulator import validation
from sandbox.simulator.jobs import TERMINAL
from sandbox.simulator.steps import LogStep, RuleStep, StatusStep, status_of

_SHOWN_CHARACTERS = 80
Finding = tuple[str, Any, str]


class ScenarioError(SandboxError):
    """A scenario cannot be played; the message lists every reason."""


def read(path: Path) -> Scenario:
    """Reads and checks a scenario.

    Raises:
        ScenarioError: with a line per finding: file, JSON path, value, what would be right.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScenarioError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise ScenarioError(f"{path}: not JSON: {error}") from error
    try:
        scenario = Scenario.model_validate(raw)
    except ValidationError as error:
        raise _broken(path, [_of_model(found, raw) for found in error.errors()]) from None
    findings = list(_of_scenario(scenario))
    if findings:
        raise _broken(path, findings)
    return scenario


def _broken(path: Path, findings: list[Finding]) -> ScenarioError:
    lines = [f"{path}: {place}: {_shown(value)}: {wanted}" for place, value, wanted in findings]
    return ScenarioError("the scenario is broken\n" + "\n".join(lines))


def _of_model(found: ErrorDetails, raw: Any) -> Finding:  # noqa: ANN401 - the file's JSON
    place, value = "$", raw
    for part in found["loc"]:
        # Pydantic names the branch of a union too, which is no part of the file.
        if isinstance(part, str) and isinstance(value, dict) and part not in value and value.get("do") == part:
            continue
        place += f"[{part}]" if isinstance(part, int) else f".{part}"
        value = value[part] if _has(value, part) else None
    wanted = found["msg"]
    match found["type"]:
        case "missing":
            return place, "nothing", "this member is required"
        case "extra_forbidden":
            near = difflib.get_close_matches(str(found["loc"][-1]), _all_members(), 1)
            return place, value, "there is no such member" + (f"; is {near[0]!r} meant?" if near else "")
        case "union_tag_not_found" | "union_tag_invalid":
            kinds = "'status', 'rule', 'log'" + ("" if found["loc"][0] == "awaited" else ", 'stop'")
            return f"{place}.do", (value or {}).get("do"), f"has to be one of {kinds}"
        case "string_pattern_mismatch":
            wanted = f"has to match {found['ctx']['pattern']}"
    return place, value, re.sub(r"^Input should be", "has to be", wanted)


def _has(value: Any, part: str | int) -> bool:  # noqa: ANN401 - the file's JSON
    if isinstance(part, int):
        return isinstance(value, list) and part < len(value)
    return isinstance(value, dict) and part in value


def _all_members() -> list[str]:
    models: list[type[BaseModel]] = [Scenario, Job, StatusStep, RuleStep, LogStep]
    return sorted({name for model in models for name in model.model_fields})


def _of_scenario(scenario: Scenario) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, job in enumerate(scenario.jobs):
        place = f"$.jobs[{index}]"
        yield from _of_request(place, job)
        if job.name in seen:
            yield f"{place}.name", job.name, "an earlier job has this name; names are unique"
        seen.add(job.name)
        yield from _of_timeline(place, job.timeline)
        yield from _of_members(place, job)
    for index, awaited in enumerate(scenario.awaited):
        place = f"$.awaited[{index}]"
        if awaited.name in seen:
            yield f"{place}.name", awaited.name, "an earlier job has this name; names are unique"
        seen.add(awaited.name)
        yield from _of_timeline(place, awaited.timeline)
    for index, refused in enumerate(scenario.refused):
        yield from _of_request(f"$.refused[{index}]", refused)
    for index, raw in enumerate(scenario.events):
        for member in ("source", "detail-type", "detail"):
            if member not in raw.event:
                yield f"$.events[{index}].event.{member}", "nothing", "this member is required"


def _of_request(place: str, request: Request) -> Iterator[Finding]:
    known = validation.instance_types()
    if request.instance_type not in known:
        near = difflib.get_close_matches(request.instance_type, known, 3)
        yield f"{place}.instance_type", request.instance_type, f"no instance type for training; near: {', '.join(near)}"
    if request.spot and (request.max_wait_seconds or 0) < request.max_runtime_seconds:
        wanted = f"a spot job needs at least its max_runtime_seconds, {request.max_runtime_seconds}"
        yield f"{place}.max_wait_seconds", request.max_wait_seconds, wanted


def _of_timeline(place: str, timeline: Sequence[Step]) -> Iterator[Finding]:
    ends = [step.at_seconds for step in timeline if isinstance(step, StatusStep) and _is_end(step)]
    for index, step in enumerate(timeline):
        here = f"{place}.timeline[{index}]"
        if isinstance(step, StatusStep):
            if ends and step.at_seconds > min(ends):
                yield f"{here}.at_seconds", step.at_seconds, f"the job has ended at {min(ends):g}; nothing can follow"
            if (step.status == "Failed") != (step.failure_reason is not None):
                yield f"{here}.failure_reason", step.failure_reason, "belongs to the status Failed, and only to it"


def _of_members(place: str, job: Job) -> Iterator[Finding]:
    """What a timeline names that the job has not; of an awaited job nobody knows yet what it has."""
    rules = [rule.name for rule in (*job.debugger_rules, *job.profiler_rules)]
    for index, step in enumerate(job.timeline):
        here = f"{place}.timeline[{index}]"
        if isinstance(step, RuleStep) and step.rule not in rules:
            yield f"{here}.rule", step.rule, f"the job has the rules {', '.join(rules) or '(none)'}"
        elif isinstance(step, LogStep) and step.host > job.instance_count:
            yield f"{here}.host", step.host, f"the job has {job.instance_count} host(s)"


def _is_end(step: StatusStep) -> bool:
    return status_of(step.status) in TERMINAL


def _shown(value: Any) -> str:  # noqa: ANN401 - the file's JSON
    shown = "nothing" if value == "nothing" else json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= _SHOWN_CHARACTERS else shown[: _SHOWN_CHARACTERS - 1] + "…"
