import pytest

from tests.unit.policy.policies import ROLE
from trainstop.domain.category import Category, Retry
from trainstop.domain.decision import JOB_ACTION, Neighbour, ResubmitReason, Severity, StopReason, Trial
from trainstop.domain.finding import Trigger
from trainstop.domain.job_actions import JobActions, Protocol, Recipient
from trainstop.policy.case import Case
from trainstop.policy.decide import Switches, decide
from trainstop.policy.default import default_policy
from trainstop.policy.parse import parse_policy
from trainstop.policy.state import PolicyState

CASE = Case(
    trigger=Trigger.DEBUGGER_RULE,
    rule_name="Overfit",
    training_job_name="vision-resnet-7",
    tags={"team": "vision"},
    category=Category.NUMERICAL,
    in_progress=True,
)


def decided(rules, case=CASE, head="", switches=Switches()):  # noqa: B008 - a frozen value
    text = f"version: 1\n{head}rules:\n{rules}"
    return decide(case, PolicyState(document=parse_policy(text), version="v"), switches)


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
        (Trigger.RETRY_COMPLETED, False, True),
    ],
)
def test_the_shipped_policy_stops_on_debugger_rules_and_tells_all_but_asked_for_stops(trigger, stops, told):
    state = PolicyState(document=default_policy(), version="v")
    decision = decide(CASE.model_copy(update={"trigger": trigger}), state, Switches())
    assert (decision.stop, decision.alert is not None) == (stops, told)


DECLARES = CASE.model_copy(update={"declared": JobActions(stop_prefix="vision")})
ADDRESS = Recipient(protocol=Protocol.SMS, endpoint="+15550100199")
ONLY_TELLS = CASE.model_copy(update={"declared": JobActions(recipients=(ADDRESS,))})
UNREADABLE = CASE.model_copy(update={"declared": JobActions(faults=("action_json is not JSON",))})


def test_a_stop_that_the_jobs_own_rule_declares_goes_before_the_policys_rules():
    decision = decided("  - {name: never, stop: false}\n", DECLARES)
    assert (decision.stop, decision.stop_rule) == (True, JOB_ACTION)


def test_a_rule_that_declares_only_messages_does_not_stop_its_job():
    assert decided("  - {name: always, stop: true}\n", ONLY_TELLS).stop is False


def test_a_declaration_of_which_nothing_can_be_read_leaves_the_decision_to_the_policy():
    assert decided("  - {name: always, stop: true}\n", UNREADABLE).stop is True


def test_a_policy_may_honour_no_actions_of_jobs():
    head = "honour_job_actions: false\n"
    assert decided("  - {name: never, stop: false}\n", DECLARES, head).stop is False
    assert decided("  - {name: always, stop: true}\n", ONLY_TELLS, head).stop is True


def test_ignore_decides_on_every_kind_of_action():
    decision = decided("  - {name: hush, ignore: true}\n  - {name: all, stop: true, alert: {}, resubmit: true}\n")
    assert (decision.stop, decision.alert, decision.resubmit) == (False, None, None)


def test_a_rule_may_run_dry_alone():
    decision = decided("  - {name: a, stop: true, dry_run: true}\n")
    assert (decision.stop_reason, decision.stop_rule) == (StopReason.DRY_RUN, "a")


def test_a_rule_in_trial_decides_nothing_and_notes_what_it_would_have_done():
    decision = decided("  - {name: new, stop: true, trial: true}\n  - {name: old, stop: false, alert: {}}\n")
    assert decision.stop is False
    assert decision.alert_rule == "old"
    assert decision.trials == (Trial(rule="new", stop=True),)


def test_a_trial_notes_the_guardrail_that_would_have_held():
    head = "protect: {jobs: vision-*}\n"
    decision = decided("  - {name: new, stop: true, trial: true}\n", CASE, head)
    assert decision.trials == (Trial(rule="new", held=StopReason.PROTECTED_JOB),)


def test_tags_that_cannot_be_read_hold_a_stop_that_a_tag_could_forbid():
    unread = CASE.model_copy(update={"tags": None})
    assert decided("  - {name: a, stop: true}\n", unread).stop is True
    held = decided("  - {name: a, stop: true}\n", unread, "protect: {tags: {keep: 'true'}}\n")
    assert held.stop_reason is StopReason.GUARDRAIL_UNREADABLE


@pytest.mark.parametrize(
    ("case", "own", "expected"),
    [
        ("the policy's", "{}", (600, 60)),
        ("the rule's own", "{minimum_age_seconds: 0, confirm_after_seconds: 5}", (0, 5)),
    ],
)
def test_a_stop_waits_as_long_as_the_rule_or_else_the_policy_says(case, own, expected):
    head = "minimum_age_seconds: 600\nconfirm_after_seconds: 60\n"
    decision = decided(f"  - {{name: a, stop: {own}}}\n", head=head)
    assert (decision.minimum_age_seconds, decision.confirm_after_seconds) == expected, case


FAILED = CASE.model_copy(
    update={
        "trigger": Trigger.JOB_FAILED,
        "in_progress": False,
        "retry": Retry.ONCE,
        "role_arn": ROLE,
        "category": Category.NETWORK,
    }
)
PERMITTED = Switches(resubmit_roles=frozenset({ROLE}))


@pytest.mark.parametrize(
    ("changes", "terms", "switches", "reason"),
    [
        ({}, "true", PERMITTED, ResubmitReason.RULE_SAYS_RESUBMIT),
        ({}, "true", Switches(), ResubmitReason.NOT_PERMITTED),
        ({"retry": Retry.NO}, "true", PERMITTED, ResubmitReason.NOT_WORTH_RETRYING),
        (
            {"retry": Retry.NO, "category": Category.GPU_OUT_OF_MEMORY},
            "{more_gpu_memory: true}",
            PERMITTED,
            ResubmitReason.RULE_SAYS_RESUBMIT,
        ),
        ({"neighbours": (Neighbour.BATCH,)}, "true", PERMITTED, ResubmitReason.HANDLED_ELSEWHERE),
        ({"neighbours": (Neighbour.SDK_NOTIFICATIONS,)}, "true", PERMITTED, ResubmitReason.RULE_SAYS_RESUBMIT),
        ({"trigger": Trigger.JOB_STOPPED}, "true", PERMITTED, ResubmitReason.JOB_NOT_ENDED),
        ({}, "false", PERMITTED, ResubmitReason.NO_RULE_SAYS_RESUBMIT),
    ],
)
def test_a_failed_job_is_resubmitted_where_it_helps_and_nobody_else_does(changes, terms, switches, reason):
    decision = decided(f"  - {{name: a, resubmit: {terms}}}\n", FAILED.model_copy(update=changes), switches=switches)
    assert decision.resubmit_reason is reason
