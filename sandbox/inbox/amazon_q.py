"""Amazon Q Developer in chat applications, as far as its documentation tells what it does with a topic's messages.

It delivers custom notifications that follow its schema, and drops all else without a word; the inbox keeps what it
drops as well, as `rejected`, with the reason. The limits are those that its documentation names.
"""

import json
from collections.abc import Mapping
from typing import Any

_LONGEST = {"title": 250, "description": 8000}
_LONGEST_ITEMS = {"nextSteps": 350, "keywords": 75}


def received(body: str, channel: str) -> dict[str, Any]:
    """What SNS posted, as a message of a chat channel for the inbox.

    Args:
        body: SNS's envelope; without it (raw message delivery) Amazon Q delivers nothing.
        channel: the chat channel's name.
    """
    envelope = _object(body)
    if envelope.get("Type") != "Notification":
        return _rejected(body, channel, "this is not SNS's envelope: raw message delivery must be off")
    message = str(envelope.get("Message", ""))
    kept = {
        "topic_arn": envelope.get("TopicArn"),
        "message_id": envelope.get("MessageId"),
        "attributes": envelope.get("MessageAttributes", {}),
    }
    card = _object(message)
    fault = _fault(card)
    if fault:
        return _rejected(message, channel, fault) | kept
    return _delivered(card, channel) | kept


def _delivered(card: Mapping[str, Any], channel: str) -> dict[str, Any]:
    content, metadata = card["content"], card.get("metadata", {})
    steps = content.get("nextSteps", [])
    text = "\n".join([content["description"], *(f"- {step}" for step in steps)])
    return {
        "channel": "chat",
        "kind": "notification",
        "to": channel,
        "title": content.get("title", ""),
        "text": text,
        "thread": metadata.get("threadId", ""),
        "summary": metadata.get("summary", ""),
        "card": card,
    }


def _rejected(text: str, channel: str, fault: str) -> dict[str, Any]:
    return {
        "channel": "chat",
        "kind": "rejected",
        "to": channel,
        "title": "",
        "text": text,
        "thread": "",
        "fault": fault,
    }


def _object(text: str) -> dict[str, Any]:
    try:
        parsed = json.loads(text)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _fault(card: Mapping[str, Any]) -> str:
    """Why the notification does not follow the schema; "" where it does."""
    content, metadata = card.get("content"), card.get("metadata", {})
    if card.get("version") != "1.0":
        return "version is not 1.0"
    if card.get("source") != "custom":
        return "source is not custom"
    if not isinstance(content, dict) or not isinstance(content.get("description"), str) or not content["description"]:
        return "content.description is missing"
    if content.get("textType", "client-markdown") != "client-markdown":
        return "content.textType is not client-markdown"
    if not isinstance(metadata, dict):
        return "metadata is not an object"
    return next((fault for fault in (*_faults_of_content(content), *_faults_of_metadata(metadata)) if fault), "")


def _faults_of_content(content: Mapping[str, Any]) -> list[str]:
    texts = [
        "" if _is_text(content.get(name, ""), most) else f"content.{name} is no text of at most {most} characters"
        for name, most in _LONGEST.items()
    ]
    lists = [
        "" if _are_texts(content.get(name, []), most) else f"content.{name} is no list of texts of at most {most}"
        for name, most in _LONGEST_ITEMS.items()
    ]
    return texts + lists


def _faults_of_metadata(metadata: Mapping[str, Any]) -> list[str]:
    context = metadata.get("additionalContext", {})
    by_text = isinstance(context, dict) and all(isinstance(value, str) for value in context.values())
    return [
        *(
            "" if isinstance(metadata.get(name, ""), str) else f"metadata.{name} is no text"
            for name in ("threadId", "summary", "eventType")
        ),
        "" if _are_texts(metadata.get("relatedResources", [])) else "metadata.relatedResources is no list of texts",
        "" if by_text else "metadata.additionalContext is not text by text",
    ]


def _is_text(value: object, most: int | None = None) -> bool:
    return isinstance(value, str) and (most is None or len(value) <= most)


def _are_texts(value: object, most: int | None = None) -> bool:
    return isinstance(value, list) and all(_is_text(item, most) for item in value)
