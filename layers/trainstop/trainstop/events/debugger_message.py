"""Debugger's own SNS message: ``SMDebugRule:NAME fired. None`` (FORMATS.md 3.2)."""

import json
import re

from trainstop.domain.base import Frozen

_MESSAGE = re.compile(r"^SMDebugRule:(?P<rule>\S{1,256}) fired\.(?P<text>.*)", re.DOTALL)
_MEANINGLESS = re.compile(r"\s*\bNone\s*$")


class DebuggerMessage(Frozen):
    """What the rule container said.

    Attributes:
        rule: The rule class that fired, e.g. ``StalledTrainingRule``; not the user's RuleConfigurationName.
        text: What it added, without the meaningless trailing "None"; mostly "".
    """

    rule: str
    text: str = ""


def text_of_notification(body: str) -> str:
    """The message inside SNS's envelope (FORMATS.md 5.4); the body itself where delivery is raw."""
    try:
        envelope = json.loads(body)
    except ValueError:
        return body
    message = envelope.get("Message") if isinstance(envelope, dict) else None
    return message if isinstance(message, str) else body


def parse_debugger_message(message: str) -> DebuggerMessage | None:
    """Read the message; None where the topic carried something else."""
    match = _MESSAGE.match(message)
    if match is None:
        return None
    return DebuggerMessage(rule=match["rule"], text=_MEANINGLESS.sub("", match["text"]).strip())
