import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainstop.domain.category import Category
from trainstop.domain.decision import Severity, StopReason
from trainstop.domain.finding import Trigger
from trainstop.policy.decide import Case, decide, is_protected
from trainstop.policy.default import default_policy
from trainstop.policy.document import PolicyDocument, Protection, Rule, Silence, When, parse_policy
from trainstop.policy.state import PolicyState

CASE = Case(
    trigger=Trigger.DEBUGGER_RULE,
    rule_name="Overfit",
    training_job_name="vision-resnet-7",
    tags={"team": "vision"},
    category=Category.NUMERICAL,
    in_progress=True,
)


def decided(rules, case=CASE, **rest):
    text = f"version: 1\nrules:\n{rules}"
    return decide(case, PolicyState(document=parse_policy(text), version="v"), dry_run=rest.get("dry_run", False))


@pytest.mark.parametrize(
    ("why", "when", "matches"),
    [
        ("no condition matches everything", "{}", True),
        ("the trigger is among those named", "{trigger: [alarm, debugger_rule]}", True),
        ("the trigger is another", "{trigger: alarm}", False),
        ("the rule's name fits the glob", "{rule: 'Over*'}", True),
        ("the glob is compared with case", "{rule: 'over*'}", False),
        ("the job's name fits one of the globs", "{job: ['nlp-*', 'vision-*']}", True),
        ("a glob must fit the whole name", "{job: vision}", False),
        ("the tag is there with the value", "{tags: {team: vis*}}", True),
        ("the tag is not there", "{tags: {owner: '*'}}", False),
        ("the category is named", "{category: numerical}", True),
        ("every condition must hold", "{category: numerical, trigger: alarm}", False),
    ],
)
def test_a_rule_applies_when(why, when, matches):
    assert decided(f"  - {{name: a, when: {when}, stop: true}}").stop is matches, why


def test_the_first_matching_rule_that_speaks_of_stops_decides_on_the_stop():
    decision = decided(
        "  - {name: tell, alert: {severity: info}}\n  - {name: never, stop: false}\n  - {name: stop, stop: true}\n"
    )
    assert (decision.stop, decision.stop_reason) == (False, StopReason.NO_RULE_SAYS_STOP)
    assert (decision.alert.severity, decision.alert_rule) == (Severity.INFO, "tell")


@pytest.mark.parametrize(
    ("trigger", "stops", "told"),
    [
        (Trigger.DEBUGGER_RULE, True, True),
        (Trigger.PROFILER_RULE, False, True),
        (Trigger.JOB_FAILED, False, True),
        (Trigger.RUNTIME_LIMIT, False, True),
        (Trigger.WAIT_LIMIT, False, True),
        (Trigger.REFUSED_SUBMISSION, False, True),
        (Trigger.ALARM, False, True),
        (Trigger.JOB_STOPPED, False, False),
    ],
)
def test_the_shipped_policy_stops_on_debugger_rules_and_tells_all_but_asked_for_stops(trigger, stops, told):
    state = PolicyState(document=default_policy(), version="v")
    decision = decide(CASE.model_copy(update={"trigger": trigger}), state, dry_run=False)
    assert (decision.stop, decision.alert is not None) == (stops, told)


whens = st.builds(
    When,
    trigger=st.none() | st.lists(st.sampled_from(Trigger), min_size=1, max_size=3).map(tuple),
    job=st.none() | st.lists(st.sampled_from(["*", "vision-*", "x"]), min_size=1).map(tuple),
    category=st.none() | st.lists(st.sampled_from(Category), min_size=1, max_size=3).map(tuple),
)
rules = st.builds(
    Rule,
    name=st.from_regex(r"\A[a-z][a-z0-9]{0,8}\Z"),
    when=whens,
    stop=st.none() | st.booleans(),
    alert=st.none() | st.just(Silence.NONE),
)
documents = st.builds(
    PolicyDocument,
    version=st.just(1),
    dry_run=st.booleans(),
    protect=st.builds(
        Protection,
        jobs=st.lists(st.sampled_from(["vision-*", "prod-*"]), max_size=2).map(tuple),
        tags=st.dictionaries(st.sampled_from(["team", "keep"]), st.sampled_from(["vision", "*"]), max_size=1),
    ),
    rules=st.lists(rules, min_size=1, max_size=5).map(tuple),
)
cases = st.builds(
    Case,
    trigger=st.sampled_from(Trigger),
    rule_name=st.sampled_from(["", "Overfit"]),
    training_job_name=st.sampled_from(["vision-1", "prod-1", "x"]),
    tags=st.dictionaries(st.sampled_from(["team", "keep"]), st.sampled_from(["vision", "y"]), max_size=2),
    category=st.sampled_from(Category),
    in_progress=st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(document=documents, case=cases, dry_run=st.booleans(), trusted=st.booleans())
def test_no_policy_stops_a_protected_job_or_one_not_in_progress_or_under_dry_run(document, case, dry_run, trusted):
    state = PolicyState(document=document, version="v", trusted=trusted)
    decision = decide(case, state, dry_run=dry_run)
    held = is_protected(document.protect, case) or not case.in_progress or dry_run or document.dry_run or not trusted
    assert not (decision.stop and held)
    assert decision.stop is (decision.stop_reason is StopReason.RULE_SAYS_STOP)
