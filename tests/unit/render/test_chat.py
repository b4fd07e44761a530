"""Notifications for Amazon Q Developer in chat applications."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.unit.render.samples import SAMPLES, a_diagnosis, a_job, an_incident, job_stopped_by_someone, script_error
from tests.unit.render.test_limits import HOSTILE, TEXT, incidents
from trainstop.domain.finding import Trigger
from trainstop.domain.incident import RuleFacts
from trainstop.render import Card, card_json, render
from trainstop.render.chat import thread_id
from trainstop.render.markdown import code, labelled, lines, link, plain, sentence

SCHEMA = {
    "type": "object",
    "required": ["version", "source", "content"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "1.0"},
        "source": {"const": "custom"},
        "content": {
            "type": "object",
            "required": ["description"],
            "additionalProperties": False,
            "properties": {
                "textType": {"const": "client-markdown"},
                "title": {"type": "string", "minLength": 1, "maxLength": 250},
                "description": {"type": "string", "minLength": 1, "maxLength": 2800},
                "nextSteps": {"type": "array", "maxItems": 10, "items": {"type": "string", "maxLength": 350}},
                "keywords": {"type": "array", "maxItems": 10, "items": {"type": "string", "maxLength": 75}},
            },
        },
        "metadata": {
            "type": "object",
            "required": ["threadId", "summary", "eventType"],
            "additionalProperties": False,
            "properties": {
                "threadId": {"type": "string", "minLength": 1, "maxLength": 128},
                "summary": {"type": "string", "maxLength": 250},
                "eventType": {"type": "string", "pattern": "^[a-zA-Z0-9-]{1,100}$"},
                "relatedResources": {"type": "array", "maxItems": 10, "items": {"type": "string", "maxLength": 250}},
                "additionalContext": {"type": "object", "additionalProperties": {"type": "string", "maxLength": 250}},
            },
        },
    },
}
"""What the documentation asks for; where it gives no limit, trainstop's own."""


def chat_of(incident, **how) -> dict[str, Any]:
    return json.loads(render(incident, **how).chat)


def described(incident) -> list[str]:
    return chat_of(incident)["content"]["description"].split("  \n")


def a_card(**changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {"title": "Three jobs failed", "description": (plain("One fault."),), "thread": "g-1"}
    return json.loads(card_json(Card(**(facts | changes))))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_notification_follows_the_schema(name):
    Draft202012Validator(SCHEMA).validate(chat_of(SAMPLES[name]()))


@settings(max_examples=40, deadline=None)
@given(incidents(), TEXT)
def test_any_text_leaves_a_notification_within_the_schema(incident, thread):
    chat = render(incident, thread=thread).chat

    Draft202012Validator(SCHEMA).validate(json.loads(chat))
    assert len(chat.encode()) < 64 * 1024


@settings(max_examples=20, deadline=None)
@given(st.lists(TEXT, max_size=20), TEXT)
def test_any_text_leaves_a_card_of_ones_own_within_the_schema(texts, text):
    card = a_card(
        title=text,
        description=tuple(labelled("Job", code(each, 400)) for each in texts),
        next_steps=tuple(sentence(plain(each), link(each)) for each in texts),
        keywords=tuple(texts),
        summary=text,
        thread=text,
        resources=tuple(texts),
        context=dict.fromkeys(texts, text),
    )

    if card["content"].get("title"):
        Draft202012Validator(SCHEMA).validate(card)


def test_the_thread_is_the_incidents_own_unless_it_is_given_one():
    incident = script_error()

    assert chat_of(incident)["metadata"]["threadId"] == incident.incident_id
    assert chat_of(incident, thread="group-1")["metadata"]["threadId"] == "group-1"


def test_long_threads_that_begin_alike_stay_two():
    assert thread_id("x" * 200) != thread_id("x" * 201)
    assert thread_id("x" * 200) == thread_id("x" * 200)


def test_a_cause_is_told_with_its_line_where_that_fits_and_the_line_apart_where_not():
    short = an_incident(diagnosis=a_diagnosis(title="It broke", root_line="KeyError: 'label'", host="algo-2"))
    long = an_incident(diagnosis=a_diagnosis(title="It broke", root_line=f"KeyError: {'label ' * 20}", host="algo-2"))

    assert "*Why:* Unknown: `KeyError: 'label'`" in described(short)
    assert "*Why:* Unknown." in described(long)
    assert [line for line in described(long) if line.startswith("*Root line (algo-2):* `KeyError: label label")]


def test_a_fact_that_is_not_known_has_no_line():
    labels = [line.partition(":*")[0] for line in described(an_incident(job=a_job(instances="", tags={}, account="")))]

    assert "*Owner" not in labels
    assert "*Tuning job" not in labels


def test_a_link_is_shown_by_its_address_and_nothing_else_is_a_link():
    steps = chat_of(job_stopped_by_someone())["content"]["nextSteps"]

    assert steps[-2] == (
        "Who called, in CloudTrail: <https://eu-west-1.console.aws.amazon.com/cloudtrailv2/home?region=eu-west-1"
        "#/events?EventName=StopTrainingJob>"
    )
    assert link("https://evil.example/|Job in the console") == ""
    assert link("javascript:alert(1)") == ""


def test_a_link_that_is_longer_than_a_step_may_be_is_left_out():
    rule = RuleFacts(name="é" * 100, details="on")
    steps = chat_of(an_incident(Trigger.ALARM, "é" * 100, rule=rule))["content"]["nextSteps"]

    assert not [step for step in steps if step.startswith("The alarm")]


def test_what_buttons_may_use_is_only_what_is_safe_in_a_command():
    context = chat_of(an_incident(job=a_job("x; aws s3 rm --recursive s3://all")))["metadata"]["additionalContext"]

    assert "job" not in context
    assert "x" not in a_card(context={"x": "$(id)"}).get("metadata", {}).get("additionalContext", {})


@pytest.mark.parametrize(
    ("text", "as_words", "as_code"),
    [
        ("<!channel>", "\u2039!channel\u203a", "`\u2039!channel\u203a`"),
        ("@here", "\uff20here", "`\uff20here`"),
        ("a ``` b `c", "a ''' b 'c", "`a ''' b 'c`"),
        ("[x](https://e.example)", "[x] (https[:]//e\u2024example)", "`[x] (https[:]//e.example)`"),
        ("s3://bucket/key", "s3://bucket/key", "`s3://bucket/key`"),
        (
            "*b* _i_ ~s~ __init__",
            "\u2217b\u2217 \u02cdi\u02cd \u223cs\u223c \u02cd\u02cdinit\u02cd\u02cd",
            "`*b* _i_ ~s~ __init__`",
        ),
        ("loss_not_decreasing", "loss_not_decreasing", "`loss_not_decreasing`"),
        ("# heading", "\uff03 heading", "`# heading`"),
        (":fire: at 03:50:43", "\u2236fire: at 03:50:43", "`:fire: at 03:50:43`"),
        ("\U0001f525" * 9, "\U0001f525", "`\U0001f525`"),
        ("a\u0301\u0302\u0303\u0304", "a\u0301\u0302", "`a\u0301\u0302`"),
        ("&lt;b", "\uff06lt;b", "`\uff06lt;b`"),
        ("train.py, 1.5 h, ml.g5.2xlarge", "train\u2024py, 1.5 h, ml.g5.2xlarge", "`train.py, 1.5 h, ml.g5.2xlarge`"),
        ("password=hunter22222", "password=[removed: credential]", "`password=[removed: credential]`"),
        ("\n\u202e\x07 ", "", ""),
    ],
)
def test_text_is_made_harmless(text, as_words, as_code):
    assert (plain(text), code(text)) == (as_words, as_code)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_was_made_harmless_once_stays_as_it_is(text):
    assert plain(plain(text)) == plain(text)


def test_code_is_never_left_open_by_a_cut():
    parts = [code("x" * 60) for _ in range(9)]

    assert lines(parts, 150).count("`") == 4
    assert code("x" * 60, 20) == f"`{'x' * 15}...`"
