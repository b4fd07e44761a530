"""Whether the stack's roles may do what the functions need, and no more of what changes jobs.

What they need is in ``permissions.json``, made from the template by ``python -m tests.unit.stack.needed``.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from pydantic import Field

from trainstop.adapters.health.permissions import Question
from trainstop.app.doctor.words import counted, joined
from trainstop.domain.base import Frozen
from trainstop.domain.deployed import DeployedStack, StackResource, name_in
from trainstop.domain.health import Finding, broken, ok, warning
from trainstop.domain.health_facts import Simulated

CHANGING_JOBS: Final = frozenset({"sagemaker:StopTrainingJob", "sagemaker:CreateTrainingJob"})
_ALLOWED: Final = "allowed"
_REFERENCE: Final = re.compile(r"\$\{([\w:.]+)\}")
_ANY_NAME: Final = "trainstop-doctor"


class Needed(Frozen):
    """One statement of a role's policies.

    Attributes:
        resources: As in the template, ``${Queue.Arn}`` for a part of the stack.
        only_if: The condition under which the template has it; ``!`` before one that must not hold.
    """

    role: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    only_if: tuple[str, ...] = ()
    context: dict[str, str] = Field(default_factory=dict)


@cache
def needed() -> tuple[Needed, ...]:
    """Everything that the template grants."""
    text = files(__package__).joinpath("permissions.json").read_text(encoding="utf-8")
    return tuple(map(Needed.model_validate, json.loads(text)))


def holds(condition: str, stack: DeployedStack) -> bool:
    """Whether a condition of the template holds for the stack's parameters.

    Raises:
        KeyError: the template has a condition that is not known here; a test compares the two.
    """
    conditions = {
        "MayStop": stack.parameter("AllowStop", "true") == "true",
        "MayResubmit": bool(stack.parameter("ResubmitRoles")),
        "HasTrail": bool(stack.parameter("TrailBucket")) or _creates_trail(stack),
        "CreatesTrail": _creates_trail(stack),
        "HearsDebugger": stack.parameter("DebuggerTopicMode", "create") != "none",
    }
    return not conditions[condition[1:]] if condition.startswith("!") else conditions[condition]


def _creates_trail(stack: DeployedStack) -> bool:
    return stack.parameter("CreateTrail") == "true"


def questions(stack: DeployedStack, stream_arn: str) -> tuple[list[Question], list[Question]]:
    """What IAM is asked: what has to be allowed, and what must not be."""
    must: list[Question] = []
    must_not: list[Question] = []
    for each in needed():
        role = stack.find(each.role)
        if role is None:
            continue
        granted = all(holds(condition, stack) for condition in each.only_if)
        actions = each.actions if granted else tuple(sorted(CHANGING_JOBS.intersection(each.actions)))
        arns = [arn for resource in each.resources for arn in _arns(resource, stack, stream_arn)]
        asked = [Question(each.role, _arn(role, stack), actions, arn, each.context) for arn in arns if actions]
        (must if granted else must_not).extend(asked)
    return must, must_not


def judge_permissions(needed: Sequence[Simulated], forbidden: Sequence[Simulated], stack: str) -> Iterator[Finding]:
    """What is needed is allowed, and what the parameters forbid is not."""
    by_role: defaultdict[str, list[Simulated]] = defaultdict(list)
    for each in needed:
        if each.decision != _ALLOWED:
            by_role[each.role].append(each)
    for role, refused in by_role.items():
        yield _refused(role, refused, stack)
    beyond = [each for each in forbidden if each.decision == _ALLOWED]
    for each in beyond:
        yield warning(
            f"{each.role} may {each.action}, which the stack's parameters forbid",
            "Somebody gave it a permission by hand.",
            "Take it off the role, or say so in the parameters. What differs from the template:",
            _differences(each.role, stack),
        )
    if not by_role and not beyond:
        roles = {each.role for each in needed}
        yield ok(f"{counted(len(needed), 'permission')} of {counted(len(roles), 'role')} simulated and present")


def _refused(role: str, refused: Sequence[Simulated], stack: str) -> Finding:
    actions = list(dict.fromkeys(each.action for each in refused))
    stops = "sagemaker:StopTrainingJob" in actions
    why = "No job can be stopped." if stops else "What needs it fails or is left out."
    if any(each.by_organization for each in refused):
        return broken(
            f"{role} may not {joined(actions)}: a policy of the organization forbids it",
            why,
            "Ask whoever looks after the organization's policies.",
        )
    return broken(
        f"{role} may not {joined(actions)}",
        why,
        "A policy of the role was changed, or a permissions boundary forbids it. What differs from the template:",
        _differences(role, stack),
    )


def _differences(role: str, stack: str) -> str:
    return f"aws cloudformation detect-stack-resource-drift --stack-name {stack} --logical-resource-id {role}"


def _arns(resource: str, stack: DeployedStack, stream_arn: str) -> list[str]:
    if resource == "*":
        return ["*"]
    if resource == "${ResubmitRoles}":
        return [arn.strip() for arn in stack.parameter("ResubmitRoles").split(",") if arn.strip()]
    text = _REFERENCE.sub(lambda found: _value(found[1], stack, stream_arn), resource)
    return [f"{text[:-1]}{_ANY_NAME}" if text.endswith("*") else text]


def _value(reference: str, stack: DeployedStack, stream_arn: str) -> str:
    if reference.startswith("AWS::"):
        known = {
            "Partition": stack.partition,
            "Region": stack.region,
            "AccountId": stack.account,
            "StackName": stack.name,
        }
        return known[reference.removeprefix("AWS::")]
    logical_id, _, attribute = reference.partition(".")
    if attribute == "StreamArn":
        return stream_arn
    if logical_id in stack.parameters:
        return stack.parameter(logical_id)
    resource = stack.find(logical_id)
    if resource is None:
        return _ANY_NAME
    return _arn(resource, stack) if attribute == "Arn" else resource.physical_id


def _arn(resource: StackResource, stack: DeployedStack) -> str:
    """The ARN of a resource of the types that policies name."""
    name, place = name_in(resource.physical_id), f"{stack.region}:{stack.account}"
    ends = {
        "AWS::SQS::Queue": f"sqs:{place}:{name}",
        "AWS::DynamoDB::Table": f"dynamodb:{place}:table/{name}",
        "AWS::IAM::Role": f"iam::{stack.account}:role/{name}",
        "AWS::KMS::Key": f"kms:{place}:key/{name}",
        "AWS::Lambda::Function": f"lambda:{place}:function:{name}",
        "AWS::Logs::LogGroup": f"logs:{place}:log-group:{name}:log-stream:{_ANY_NAME}",
        "AWS::S3::Bucket": f"s3:::{name}",
    }
    return f"arn:{stack.partition}:{ends[resource.kind]}"
