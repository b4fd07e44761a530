"""The sandbox's Amazon Q: what it takes, what it drops, and how the inbox shows it."""

import html
import json
import re

import pytest
from hypothesis import given, settings

from sandbox.inbox.amazon_q import received
from sandbox.inbox.cards import threads
from sandbox.inbox.markdown import to_html
from sandbox.inbox.web import page
from tests.unit.render.samples import SAMPLES
from tests.unit.render.test_limits import HOSTILE, incidents
from trainstop.render import render
from trainstop.render.markdown import code, plain

CARD = {
    "version": "1.0",
    "source": "custom",
    "content": {"textType": "client-markdown", "title": "t", "description": "d", "nextSteps": ["n"], "keywords": ["k"]},
    "metadata": {"threadId": "g1", "summary": "s", "relatedResources": ["arn"], "additionalContext": {"a": "b"}},
}


def posted(card, **envelope):
    message = card if isinstance(card, str) else json.dumps(card)
    return received(
        json.dumps({"Type": "Notification", "Message": message, "TopicArn": "arn", **envelope}), "ml-alerts"
    )


def without(card, place):
    copy = json.loads(json.dumps(card))
    *parents, name = place.split(".")
    holder = copy
    for parent in parents:
        holder = holder[parent]
    del holder[name]
    return copy


def kept(number, message):
    return {"number": number, "received_at": "now", **message}


def test_a_notification_is_kept_with_title_text_and_thread():
    message = posted(CARD, MessageId="m1")

    assert {name: message[name] for name in ("channel", "kind", "to", "title", "text", "thread", "message_id")} == {
        "channel": "chat",
        "kind": "notification",
        "to": "ml-alerts",
        "title": "t",
        "text": "d\n- n",
        "thread": "g1",
        "message_id": "m1",
    }


@pytest.mark.parametrize(
    ("card", "fault"),
    [
        ("plain text", "version is not 1.0"),
        ("[1]", "version is not 1.0"),
        (CARD | {"version": 1.0}, "version is not 1.0"),
        (without(CARD, "version"), "version is not 1.0"),
        (without(CARD, "source"), "source is not custom"),
        (without(CARD, "content"), "content.description is missing"),
        (without(CARD, "content.description"), "content.description is missing"),
        (CARD | {"content": {"description": "x" * 8001}}, "content.description is no text of at most 8000 characters"),
        (
            CARD | {"content": {"description": "d", "nextSteps": "n"}},
            "content.nextSteps is no list of texts of at most 350",
        ),
        (CARD | {"content": {"description": "d", "textType": "html"}}, "content.textType is not client-markdown"),
        (CARD | {"metadata": {"threadId": 7}}, "metadata.threadId is no text"),
        (CARD | {"metadata": {"additionalContext": {"a": 1}}}, "metadata.additionalContext is not text by text"),
    ],
)
def test_what_does_not_follow_the_schema_is_not_delivered(card, fault):
    message = posted(card)

    assert (message["kind"], message["fault"]) == ("rejected", fault)
    assert f"Not delivered: {fault}" in page([kept(1, message)])


def test_raw_delivery_reaches_nobody():
    assert received(json.dumps(CARD), "ml-alerts")["kind"] == "rejected"


def test_what_needs_nothing_more_than_a_description_is_delivered():
    assert posted({"version": "1.0", "source": "custom", "content": {"description": "d"}})["kind"] == "notification"


def test_messages_of_a_thread_stand_together_at_the_place_of_the_newest():
    one, two = CARD, CARD | {"metadata": {"threadId": "g2"}}
    messages = [kept(number, posted(card)) for number, card in enumerate((one, two, one), start=1)]

    assert [[message["number"] for message in thread] for thread in threads(messages)] == [[1, 3], [2]]
    assert page(messages).count("<article") == 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*Why:* `a_b_c` *x*", "<b>Why:</b> <code>a_b_c</code> <b>x</b>"),
        ("a  \nb", "a  <br>b"),
        ("<https://a.example/x|text>", '<a href="https://a.example/x" rel="noopener noreferrer">text</a>'),
        (
            "`https://a.example`",
            '<code><a href="https://a.example" rel="noopener noreferrer">https://a.example</a></code>',
        ),
        ("<!channel> @here", '<span class="mention">&lt;!channel&gt;</span> <span class="mention">@here</span>'),
        (":fire: at 03:50:43", '<span class="emoji">:fire:</span> at 03:50:43'),
        ("<javascript:alert(1)|x>", '<span class="mention">&lt;javascript:alert(1)|x&gt;</span>'),
        (
            '"><script>',
            "&quot;&gt;&lt;script&gt;".replace("&lt;script&gt;", '<span class="mention">&lt;script&gt;</span>'),
        ),
    ],
)
def test_markdown_is_read_as_slack_reads_it(text, shown):
    assert to_html(text) == shown


@pytest.mark.parametrize("name", SAMPLES)
def test_every_kind_of_alert_is_delivered(name):
    message = posted(render(SAMPLES[name]()).chat)

    assert message["kind"] == "notification"
    assert 'class="mention"' not in page([kept(1, message)])


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", [plain, code])
def test_hostile_text_is_only_text(place, text):
    shown = to_html(place(text))

    assert re.sub(r"</?code>", "", shown) == html.escape(html.unescape(re.sub(r"</?code>", "", shown)))


@settings(max_examples=100, deadline=None)
@given(incidents())
def test_no_text_of_a_job_acts_in_a_chat(incident):
    message = posted(render(incident).chat)
    shown = page([kept(1, message)])

    assert message["kind"] == "notification"
    assert re.findall(r'class="(mention|emoji|heading|link)"', shown) == []
    links = re.findall(r'href="https://([^/"]*)', shown)
    assert [link for link in links if not re.fullmatch(r"[a-z0-9-]+\.console\.[a-z.-]+", link)] == []
    labels = map(html.unescape, re.findall(r"<b>(.*?)</b>", shown))
    assert [label for label in labels if not re.fullmatch(r"[A-Z][A-Za-z' ]+( \(.*\))?:", label)] == []
