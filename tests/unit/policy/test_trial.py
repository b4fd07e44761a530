import pytest

from trainstop.policy.parse import PolicyError, parse_policy
from trainstop.policy.trial import promoted

TEXT = """# ours
version: 1
rules:
  - name: new-idea   # an idea
    stop: {confirm_after_seconds: 30}
    trial: yes   # until we know
  - {name: tell, alert: {}, trial: true}
  - {name: old, alert: none}
"""


def test_promoting_changes_one_word_and_nothing_else():
    assert promoted(TEXT, "new-idea") == TEXT.replace("trial: yes", "trial: false")
    assert promoted(TEXT, "tell") == TEXT.replace("alert: {}, trial: true", "alert: {}, trial: false")


def test_a_promoted_rule_decides():
    rules = {rule.name: rule.trial for rule in parse_policy(promoted(TEXT, "tell")).rules}
    assert rules == {"new-idea": True, "tell": False, "old": False}


@pytest.mark.parametrize(("rule", "said"), [("nobody", "there is no rule nobody"), ("old", "not in trial")])
def test_what_cannot_be_promoted_is_said(rule, said):
    with pytest.raises(PolicyError, match=said):
        promoted(TEXT, rule)
