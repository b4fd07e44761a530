"""docs/debugger-actions.md names tests that exist, and every test of declared actions is named there."""

import re

from samcli.yamlhelper import yaml_parse

from tests.unit.stack.template import PROJECT
from trainstop.domain.decision import Audience
from trainstop.policy.actions import Alert, Resubmit, Stop
from trainstop.policy.alerting import Alerting, Digests, DigestTime, QuietHours
from trainstop.policy.document import PolicyDocument, Rule
from trainstop.policy.parse import parse_policy
from trainstop.policy.when import When

DOCUMENT = (PROJECT / "docs/debugger-actions.md").read_text(encoding="utf-8")


def names_in(place):
    return {
        name
        for path in (PROJECT / "tests" / place).rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    }


def test_every_test_that_is_named_exists():
    named = set(re.findall(r"`(test_\w+)`", DOCUMENT))
    of_units = set(re.findall(r"unit: `(test_\w+)`", DOCUMENT))
    assert named - of_units <= names_in("e2e")
    assert of_units <= names_in("unit")


def test_every_test_of_declared_actions_is_named():
    text = (PROJECT / "tests/e2e/test_debugger_actions.py").read_text(encoding="utf-8")
    assert set(re.findall(r"^def (test_\w+)\(", text, flags=re.MULTILINE)) <= set(re.findall(r"`(test_\w+)`", DOCUMENT))


def test_the_chat_channel_that_is_shown_may_do_nothing():
    text = (PROJECT / "docs/chat.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```yaml\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    role, channel = yaml_parse(example)["Resources"].values()
    assert set(role["Properties"]) == {"AssumeRolePolicyDocument"}
    assert channel["Properties"]["GuardrailPolicies"] == ["arn:aws:iam::aws:policy/AWSDenyAll"]


def test_the_policies_that_are_shown_are_valid():
    text = (PROJECT / "docs/policy.md").read_text(encoding="utf-8")
    example, section = re.findall(r"^```yaml\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    assert len(parse_policy(example).rules) == 5
    assert parse_policy(f"{example}\n{section}").alerts.quiet_hours[Audience.OWNER].zone == "Europe/Berlin"


def test_every_field_of_a_policy_is_explained():
    text = (PROJECT / "docs/policy.md").read_text(encoding="utf-8")
    models = (PolicyDocument, Rule, When, Stop, Alert, Resubmit, Alerting, QuietHours, DigestTime, Digests)
    fields = {field.alias or name for model in models for name, field in model.model_fields.items()} - {
        "version",
        "name",
        "description",
        "rules",
    }
    assert {name for name in fields if not re.search(rf"`[^`]*\b{name}\b[^`]*`|\b{name}:", text)} == set()
