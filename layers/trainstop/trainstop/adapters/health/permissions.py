"""IAM: what the stack's roles may do, as IAM's own simulation answers it."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from trainstop.adapters.health.caller import Caller
from trainstop.domain.health_facts import Simulated

_AT_A_TIME: Final = 4


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a role may do some things to a resource.

    Attributes:
        role: The role's logical id.
        context: Condition keys with their values.
    """

    role: str
    role_arn: str
    actions: tuple[str, ...]
    resource_arn: str
    context: Mapping[str, str] = field(default_factory=dict)


def simulate(caller: Caller, questions: Iterable[Question]) -> tuple[Simulated, ...]:
    """IAM's answer on each action of each question; it calls no action.

    Raises:
        UncheckableError: IAM could not be asked.
    """
    with ThreadPoolExecutor(_AT_A_TIME) as threads:
        answers = threads.map(lambda question: _answer(caller, question), questions)
        return tuple(each for answer in answers for each in answer)


def _answer(caller: Caller, question: Question) -> list[Simulated]:
    context = [
        {"ContextKeyName": key, "ContextKeyValues": [value], "ContextKeyType": "string"}
        for key, value in question.context.items()
    ]
    answer = caller.ask(
        "iam",
        "SimulatePrincipalPolicy",
        PolicySourceArn=question.role_arn,
        ActionNames=list(question.actions),
        ResourceArns=[question.resource_arn],
        ContextEntries=context,
    )
    return [_simulated(question, result) for result in answer["EvaluationResults"]]


def _simulated(question: Question, result: dict[str, Any]) -> Simulated:
    by_organization = result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations", True) is False
    return Simulated(
        question.role, result["EvalActionName"], question.resource_arn, result["EvalDecision"], by_organization
    )
