"""What a message says of what happened, and what it never says."""

import json
from decimal import Decimal

import pytest

from tests.unit.render.samples import (
    a_decision,
    a_diagnosis,
    a_job,
    a_running_job,
    a_stop,
    an_incident,
    dry_run_hold,
    gpu_out_of_memory_on_two_hosts,
    overfitting_job_stopped,
    refused_submission_without_a_name,
    script_error,
    stalled_job_stopped,
    stop_failed,
)
from trainstop.domain.category import Category
from trainstop.domain.decision import Action, AlertOrder, Channel, Outcome, Severity, StopReason
from trainstop.domain.finding import Trigger
from trainstop.domain.incident import RuleFacts
from trainstop.render import AlertMessage, Attribute, render, sns_message


def head(message: AlertMessage) -> dict[str, str]:
    """The first five lines by their labels."""
    lines = message.email.splitlines()[:5]
    return {label: text.strip() for label, _, text in (line.partition(":") for line in lines)}


def test_the_first_five_lines_tell_what_why_done_cost_and_next():
    assert list(head(render(gpu_out_of_memory_on_two_hosts()))) == ["What", "Why", "Done", "Cost", "Next"]


def test_a_stop_is_told_with_its_time_and_how_long_it_took():
    done = head(render(stalled_job_stopped()))["Done"]

    assert done == "Stopped the job at 03:50:43 UTC, 41 s after the rule fired."


def test_a_held_stop_names_what_held_it():
    message = render(dry_run_hold())

    assert head(message)["Done"] == "NOT stopped: dry run is on. The job runs on."
    assert "trainstop would have stopped it, but dry run is on." in message.email
    assert message.subject.startswith("[trainstop] NOT STOPPED: ")
    assert "NOT stopped (dry run)" in message.sms


@pytest.mark.parametrize("reason", [reason for reason in StopReason if reason.is_guardrail])
def test_every_guardrail_has_words_of_its_own(reason):
    decision, outcome = a_stop(reason), Outcome(action=Action.STOP_HELD)
    incident = an_incident(Trigger.DEBUGGER_RULE, "Overfit", job=a_running_job("a"), decision=decision, outcome=outcome)
    message = render(incident)

    assert len(message.email.splitlines()[2]) <= 72
    assert "a guardrail held it back" not in message.email
    assert "(held)" not in message.sms


def test_a_failed_stop_says_so_everywhere_and_how_to_stop_by_hand():
    message = render(stop_failed())

    assert head(message)["Done"] == "STOP FAILED: SageMaker refused it. The job runs on."
    assert "AccessDeniedException" in message.email
    assert "    --training-job-name ranker-2026-09-14-00-30-11-004" in message.email.splitlines()
    assert message.subject.startswith("[trainstop] STOP FAILED: ")
    assert message.sms.startswith("STOP FAILED ")


def test_the_longest_job_name_is_whole_in_the_command_that_stops_it():
    name = "a" * 63
    email = render(stop_failed().model_copy(update={"job": a_running_job(name)})).email

    assert f"    {name}" in email.splitlines()
    assert f"  Name: {name}" in email.splitlines()


@pytest.mark.parametrize(
    ("cost_usd", "formula", "shown"),
    [
        (Decimal("1.27"), "3020 s billable", "USD 1.27 for 1 x ml.g5.2xlarge"),
        (None, "unknown: no rate for ml.x in the price table", "unknown (no rate for ml.x in the price table)"),
        (None, "", "unknown"),
    ],
)
def test_money_is_an_amount_or_unknown(cost_usd, formula, shown):
    job = a_job().model_copy(update={"cost_usd": cost_usd, "cost_formula": formula})
    message = render(an_incident(job=job))

    assert head(message)["Cost"] == shown
    assert ("unknown" in message.sms.partition("Cost")[2]) == (not shown.startswith("USD"))


def test_billed_seconds_that_round_to_no_cents_are_not_called_free():
    job = a_job(cost_usd=Decimal("0.00"), billable_instance_seconds=20)

    assert head(render(an_incident(job=job)))["Cost"] == "under USD 0.01"


def test_the_meaningless_none_of_debuggers_own_message_is_not_shown():
    rule = RuleFacts(name="Overfit", details="SMDebugRule:Overfit fired. None")
    message = render(overfitting_job_stopped().model_copy(update={"rule": rule}))

    assert "  | SMDebugRule:Overfit fired." in message.email.splitlines()


@pytest.mark.parametrize("name", ["None", "ablation-none", "test-None"])
def test_a_job_called_none_does_not_make_the_subject_end_so(name):
    subject = render(an_incident(job=a_job(name))).subject

    assert name in subject
    assert not subject.lower().endswith("none")


def test_a_refusal_without_a_job_name_names_who_was_refused():
    message = render(refused_submission_without_a_name())

    assert message.subject == "[trainstop] Access denied: alice"
    assert "assumed-role/ml-engineer/alice" in message.email
    assert "job" not in message.attributes


def test_secrets_that_came_this_far_are_not_sent():
    job = a_job(tags={"owner": "alice password=hunter2hunter2"}, image="x/y?token=ghp_" + "A1b2" * 9)
    message = render(an_incident(job=job, diagnosis=a_diagnosis(root_line="login with AKIAIOSFODNN7EXAMPLE failed")))
    everything = f"{message.subject}{message.email}{message.sms}{message.json}"

    assert "hunter2" not in everything
    assert "ghp_A1b2" not in everything
    assert "AKIAIOSFODNN7EXAMPLE" not in everything


def test_attributes_are_what_subscriptions_filter_on():
    assert render(stalled_job_stopped()).attributes == {
        "severity": Attribute("String", "high"),
        "category": Attribute("String", "unknown"),
        "trigger": Attribute("String", "debugger_rule"),
        "rule": Attribute("String", "StalledTrainingRule"),
        "job": Attribute("String", "demo-cnn-20260914"),
        "action": Attribute("String", "stopped"),
        "owner": Attribute("String", "alice"),
        "team": Attribute("String", "nlp"),
        "channels": Attribute("String.Array", '["email", "sms", "json"]'),
    }


def test_an_attribute_without_a_value_is_left_out():
    assert "rule" not in render(script_error()).attributes


def test_a_channel_is_listed_once():
    order = AlertOrder(severity=Severity.INFO, channels=(Channel.SMS, Channel.EMAIL, Channel.SMS))
    message = render(an_incident(decision=a_decision(alert=order)))

    assert json.loads(message.attributes["channels"].string_value) == ["sms", "email"]


def test_sns_gets_one_text_for_each_protocol():
    message = render(script_error())

    assert json.loads(sns_message(message)) == {
        "default": message.json,
        "email": message.email,
        "sms": message.sms,
    }


def test_the_machine_form_leaves_unknown_money_out():
    assert "cost_usd" not in json.loads(render(script_error()).json)["job"]


def test_the_machine_form_keeps_the_indentation_of_log_lines():
    excerpt = json.loads(render(script_error()).json)["evidence"]["excerpt"]

    assert excerpt[1] == '  File "/opt/ml/code/train.py", line 41, in <module>'


@pytest.mark.parametrize("category", Category)
def test_every_category_is_named_in_its_subject(category):
    message = render(an_incident(diagnosis=a_diagnosis(category)))
    title = "Job failed, cause unknown" if category is Category.UNKNOWN else a_diagnosis(category).title

    assert message.subject == f"[trainstop] {title}: {a_job().name}"[:99]
