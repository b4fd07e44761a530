"""Chat messages as the cards that Slack or Teams would show, those of a thread together."""

import html
from collections.abc import Sequence
from typing import Any

from sandbox.inbox.markdown import to_html

Message = dict[str, Any]

STYLE = """
.thread { border-left: 4px solid #4a154b }
.reply { border-left: 2px solid #ddd; margin: .6rem 0 0 1rem; padding-left: .8rem }
.rejected { border-left: 4px solid #b00; background: #fff4f4 }
.card { overflow-wrap: anywhere } .card p { margin: .3rem 0 } .card .steps { color: #555; margin-top: .6rem }
.card ul { margin: .3rem 0; padding-left: 1.2rem }
.card code { background: #f4f4f4; border: 1px solid #ddd; border-radius: 3px; color: #a11; padding: 0 .2em }
.card code { font-size: .9em }
.tag { background: #eef; border-radius: 3px; font-size: .8em; margin-right: .4em; padding: .1em .5em }
.mention, .emoji, .heading, .link { background: #fc6; outline: 1px solid #c60 }
"""


def threads(messages: Sequence[Message]) -> list[list[Message]]:
    """The messages, the newest first; those of a chat thread in one, oldest first, at its newest message's place."""
    found: dict[object, list[Message]] = {}
    for message in reversed(messages):
        in_thread = message["channel"] == "chat" and message.get("thread")
        found.setdefault((message["to"], message["thread"]) if in_thread else message["number"], []).insert(0, message)
    return list(found.values())


def thread(messages: Sequence[Message]) -> str:
    """One thread as HTML: its first message, and the others under it."""
    first, *replies = messages
    newest = messages[-1]
    name = f" · thread {html.escape(first['thread'])}" if first.get("thread") else ""
    told = f" · {len(replies)} more: {html.escape(newest.get('summary', ''))}" if replies else ""
    kind = "rejected" if first["kind"] == "rejected" else "thread"
    below = "".join(f'<div class="reply">{_head(reply)}{_card(reply)}</div>' for reply in replies)
    return f'<article class="{kind}">{_head(first, f"{name}{told}")}{_card(first)}{below}</article>'


def _head(message: Message, more: str = "") -> str:
    shown = (f"#{message['number']}", "chat", message["kind"], f"to {message['to']}", message["received_at"])
    return f"<header>{' · '.join(html.escape(part) for part in shown)}{more}</header>"


def _card(message: Message) -> str:
    if message["kind"] == "rejected":
        reason = html.escape(message["fault"])
        return f"<h2>Not delivered: {reason}</h2><pre>{html.escape(message['text'])}</pre>"
    content = message["card"]["content"]
    steps = "".join(f"<li>{to_html(step)}</li>" for step in content.get("nextSteps", []))
    listed = f'<p class="steps">Next steps</p><ul>{steps}</ul>' if steps else ""
    tags = "".join(f'<span class="tag">{to_html(word)}</span>' for word in content.get("keywords", []))
    title = f"<h2>{to_html(message['title'])}</h2>" if message["title"] else ""
    return f'<div class="card">{title}<p>{to_html(content["description"])}</p>{listed}<p>{tags}</p></div>'
