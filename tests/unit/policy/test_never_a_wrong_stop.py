"""What holds for every policy that can be written, and every job."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.policy.policies import ROLE, cases, documents
from trainstop.domain.decision import ResubmitReason, StopReason
from trainstop.domain.finding import Trigger
from trainstop.policy.decide import Switches, decide
from trainstop.policy.match import protection_of
from trainstop.policy.state import PolicyState

switches = st.builds(Switches, dry_run=st.booleans(), resubmit_roles=st.sampled_from([frozenset(), frozenset({ROLE})]))


@settings(max_examples=60, deadline=None)
@given(document=documents, case=cases, stack=switches, trusted=st.booleans())
def test_no_rules_stop_a_protected_job_or_one_not_in_progress_or_anything_in_dry_run(document, case, stack, trusted):
    decision = decide(case, PolicyState(document=document, version="v", trusted=trusted), stack)
    held = (
        protection_of(document.protect, case)
        or (case.tags is None and document.protect.tags)
        or not case.in_progress
        or stack.dry_run
        or document.dry_run
        or not trusted
    )
    assert not (decision.stop and held)
    assert decision.stop is (decision.stop_reason is StopReason.RULE_SAYS_STOP)


@settings(max_examples=60, deadline=None)
@given(document=documents, case=cases, stack=switches, trusted=st.booleans())
def test_no_rules_resubmit_what_runs_or_what_another_resubmits_or_without_permission(document, case, stack, trusted):
    decision = decide(case, PolicyState(document=document, version="v", trusted=trusted), stack)
    held = (
        case.trigger not in {Trigger.JOB_FAILED, Trigger.WAIT_LIMIT}
        or any(neighbour.resubmits for neighbour in case.neighbours)
        or case.role_arn not in stack.resubmit_roles
        or stack.dry_run
        or document.dry_run
        or not trusted
    )
    assert not (decision.resubmit and held)
    assert (decision.resubmit is not None) is (decision.resubmit_reason is ResubmitReason.RULE_SAYS_RESUBMIT)


@settings(max_examples=60, deadline=None)
@given(document=documents, case=cases, stack=switches, trusted=st.booleans())
def test_no_rules_stop_or_resubmit_the_made_up_job_of_a_drill(document, case, stack, trusted):
    made_up = case.model_copy(update={"drill": True})
    decision = decide(made_up, PolicyState(document=document, version="v", trusted=trusted), stack)
    assert not decision.stop
    assert decision.resubmit is None


@settings(max_examples=60, deadline=None)
@given(document=documents, case=cases)
def test_a_rule_in_trial_changes_no_decision(document, case):
    rules = tuple(rule for rule in document.rules if not rule.trial)
    decision = decide(case, PolicyState(document=document, version="v"), Switches())
    if rules:
        without = document.model_copy(update={"rules": rules})
        alone = decide(case, PolicyState(document=without, version="v"), Switches())
        assert decision.model_copy(update={"trials": ()}) == alone
    else:
        assert not decision.resubmit
        assert decision.alert is None
