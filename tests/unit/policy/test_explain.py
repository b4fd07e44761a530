from tests.unit.policy.test_match import CASE
from trainstop.policy.decide import Switches
from trainstop.policy.explain import explain
from trainstop.policy.parse import parse_policy
from trainstop.policy.state import PolicyState

TEXT = """
version: 1
rules:
  - {name: other-team, when: {tags: {team: nlp}}, stop: false}
  - {name: first, stop: true}
  - {name: second, stop: false, alert: {}}
  - {name: tried, ignore: true, trial: true}
"""


def test_each_rule_says_whether_it_applies_and_what_it_decides():
    state = PolicyState(document=parse_policy(TEXT), version="v")
    explanation = explain(CASE, state, Switches())
    by_name = {view.name: view for view in explanation.rules}
    assert by_name["other-team"].mismatches == ("tags have team=vision, which does not match nlp",)
    assert by_name["first"].decides == ("stop",)
    assert by_name["second"].decides == ("alert",)
    assert (by_name["tried"].decides, by_name["tried"].trial) == ((), True)
    assert explanation.decision.stop
