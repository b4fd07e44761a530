"""What a Debugger or profiler rule at IssuesFound means."""

from functools import cache
from importlib.resources import files
from typing import Final

import yaml
from pydantic import TypeAdapter

from trainstop.domain.base import Frozen
from trainstop.domain.category import Actor, Category, Retry
from trainstop.domain.finding import Finding
from trainstop.domain.training_job import TrainingJob
from trainstop.domain.verdict import Confidence, Verdict

_RULE_PARAMETER: Final = "rule_to_invoke"


_NOTHING_IN_THE_LOG: Final[dict[str, None]] = {
    "root_line": None,
    "root_line_clean": None,
    "line_index": None,
    "host": None,
    "stream": None,
    "signature": None,
}
"""A healthy log shows no cause: what the classifier fell back to would only mislead beside a rule that speaks."""


class RuleMeaning(Frozen):
    """What a built-in rule finds. ``category`` is None where the rule shows that something is wrong but not why."""

    title: str
    category: Category | None
    advice: str


@cache
def rule_meanings() -> dict[str, RuleMeaning]:
    """The built-in rules by the name that ``rule_to_invoke`` gives."""
    text = files("trainstop.classify").joinpath("debugger_rules.yaml").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, RuleMeaning]).validate_python(yaml.safe_load(text))


def explain_rule(job: TrainingJob, finding: Finding, verdict: Verdict) -> Verdict:
    """Let the rule speak: its finding is the incident, what the log says only adds to it.

    Args:
        job: Its rule configurations tell which built-in rule hides behind the user's name for it.
        finding: A rule at IssuesFound.
        verdict: What the classifier made of the job's log so far.
    """
    meaning = _meaning(job, finding.subject)
    if meaning is None:
        title, category, advice = f"Rule {finding.subject} found an issue", verdict.category, verdict.advice
    else:
        title, advice = meaning.title, meaning.advice
        category = meaning.category or verdict.category
    return verdict.model_copy(
        update={
            "title": title,
            "category": category,
            "advice": advice,
            "actor": Actor.JOB_OWNER,
            "retry": Retry.NO,
            **({} if verdict.signature and verdict.from_log else _NOTHING_IN_THE_LOG),
            "confidence": Confidence.HIGH,
            "confidence_reason": "SageMaker's description of the job shows the rule at IssuesFound.",
        }
    )


def _meaning(job: TrainingJob, rule_configuration_name: str) -> RuleMeaning | None:
    configurations = (*job.debug_rule_configurations, *job.profiler_rule_configurations)
    invoked = (
        configuration.rule_parameters.get(_RULE_PARAMETER, "")
        for configuration in configurations
        if configuration.rule_configuration_name == rule_configuration_name
    )
    meanings = rule_meanings()
    for name in (*invoked, rule_configuration_name, f"{rule_configuration_name}Rule"):
        if name in meanings:
            return meanings[name]
    return next((meanings[name] for name in meanings if rule_configuration_name.startswith(name)), None)
