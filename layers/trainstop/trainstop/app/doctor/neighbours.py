"""Who else tells of training jobs, so that nobody wonders about a second message."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from trainstop.app.doctor.words import counted, joined
from trainstop.domain.health import Finding, note, ok, warning
from trainstop.domain.health_facts import OtherRule, SubscriptionFacts
from trainstop.render.text import said

SDK_PREFIX: Final = "sm-pysdk-job-notif-"
_JOB_EVENT: Final = "SageMaker Training Job State Change"
_OWN_QUEUE: Final = "-WatchQueue-"


def judge_neighbours(rules: Sequence[OtherRule], debugger: Sequence[SubscriptionFacts]) -> Iterator[Finding]:
    """Other notifiers are told of; a second trainstop in the Region is a fault."""
    ours = [rule for rule in rules if any(_OWN_QUEUE in arn for arn in rule.target_arns) and _on_jobs(rule)]
    sdk = [rule for rule in rules if rule.name.startswith(SDK_PREFIX)]
    telling = [
        rule for rule in rules if rule not in sdk and _on_jobs(rule) and any(":sns:" in arn for arn in rule.target_arns)
    ]
    for rule in ours:
        yield warning(
            f"another trainstop seems to watch this Region: rule {said(rule.name)}",
            "Both stop jobs and both tell: every alert comes twice.",
            "Keep one of the stacks in this account and Region.",
        )
    if sdk:
        yield note(
            f"the SageMaker SDK tells of jobs too: {counted(len(sdk), 'rule')} {SDK_PREFIX}*",
            do="Whoever set notifications= gets a raw message beside trainstop's; leave it out where one is enough.",
        )
    if telling:
        yield note(
            f"other rules tell of training jobs by SNS: {joined(said(rule.name) for rule in telling)}",
            do="Their subscribers may get each failure twice; disable those that trainstop replaces.",
        )
    if debugger:
        yield note(
            f"{joined(f'{said(each.endpoint)} ({each.protocol})' for each in debugger)} "
            "also get Debugger's own messages, by the topic SMDebugRules"
        )
    if not (ours or sdk or telling or debugger):
        yield ok("nobody else tells of training jobs")


def _on_jobs(rule: OtherRule) -> bool:
    """Whether a rule's pattern takes in the state of training jobs."""
    try:
        pattern: Any = json.loads(rule.pattern)
    except ValueError:
        return False
    kinds, sources = pattern.get("detail-type"), pattern.get("source", ["aws.sagemaker"])
    if "aws.sagemaker" not in [each for each in sources if isinstance(each, str)]:
        return False
    return kinds is None or any(_is_job_kind(each) for each in kinds)


def _is_job_kind(kind: object) -> bool:
    if isinstance(kind, dict):
        prefix = kind.get("prefix")
        return isinstance(prefix, str) and _JOB_EVENT.startswith(prefix)
    return kind == _JOB_EVENT
