"""What rules in trial would have done, and turning one on."""

from collections.abc import Iterable

import yaml

from trainstop.domain.decision import Trial
from trainstop.domain.incident import Incident
from trainstop.policy.parse import PolicyError, parse_policy, rule_node


def trials_of(incidents: Iterable[Incident], rule: str | None = None) -> list[tuple[Trial, Incident]]:
    """Every note of a rule in trial, with its incident."""
    return [
        (trial, incident)
        for incident in incidents
        for trial in incident.decision.trials
        if rule is None or trial.rule == rule
    ]


def promoted(text: str, rule_name: str) -> str:
    """The policy with the rule's ``trial`` set to false; everything else stays as people wrote it.

    Raises:
        PolicyError: there is no such rule, it is not in trial, or the text is no valid policy.
    """
    rules = {rule.name: rule for rule in parse_policy(text).rules}
    if rule_name not in rules:
        raise PolicyError([f"there is no rule {rule_name}; the policy has {', '.join(rules)}"])
    node = rule_node(text, rule_name)
    value = next((inner for key, inner in node.value if key.value == "trial"), None) if node else None
    if not rules[rule_name].trial or not isinstance(value, yaml.ScalarNode):
        raise PolicyError([f"the rule {rule_name} is not in trial"])
    changed = f"{text[: value.start_mark.index]}false{text[value.end_mark.index :]}"
    parse_policy(changed)
    return changed
