"""The texts that SNS sends to people, as far as AWS documents or shows them."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from sandbox.inbox.sms import segments

_SENDER_ADDRESS = "no-reply@sns.amazonaws.com"
_DEFAULT_SUBJECT = "AWS Notification Message"
# SNS shows ten characters of a topic's display name before an SMS.
_SMS_NAME_CHARACTERS = 10
_LONGEST_SUBJECT = 100


def refusal(subject: str, message: str, structure: str) -> str:
    """Why AWS would not publish, in its words; empty when it would."""
    if len(subject) > _LONGEST_SUBJECT or not subject.isprintable() or (subject and not subject.isascii()):
        return "Subject"
    if structure == "json":
        try:
            forms = json.loads(message)
        except ValueError:
            return "Message Structure - JSON message body failed to parse"
        if not isinstance(forms, dict) or not isinstance(forms.get("default"), str):
            return "Message Structure - No default entry in JSON message body"
    return ""


def notification(
    topic: Mapping[str, Any], subscription: Mapping[str, Any], message_id: str, text: str, subject: str
) -> dict[str, Any]:
    """An e-mail of a topic, for the inbox."""
    is_plain = subscription["protocol"] == "email"
    return {
        "channel": subscription["protocol"],
        "kind": "notification",
        "from": _sender(topic),
        "to": subscription["endpoint"],
        "subject": subject or _DEFAULT_SUBJECT,
        "text": f"{text}\n\n{_footer(subscription)}" if is_plain else text,
        "topic_arn": topic["arn"],
        "message_id": message_id,
    }


def confirmation(topic: Mapping[str, Any], subscription: Mapping[str, Any], endpoint: str) -> dict[str, Any]:
    """The e-mail that asks for a subscription's confirmation; `confirm_url` is its link."""
    query = {"Action": "ConfirmSubscription", "TopicArn": topic["arn"], "Token": subscription["token"]}
    url = f"{endpoint}/?{urlencode(query)}"
    return {
        "channel": subscription["protocol"],
        "kind": "confirmation",
        "from": _sender(topic),
        "to": subscription["endpoint"],
        "subject": "AWS Notification - Subscription Confirmation",
        "text": f"You have chosen to subscribe to the topic:\n{topic['arn']}\n\n"
        "To confirm this subscription, click or visit the link below (If this was in error no action is necessary):\n"
        f"{url}\n",
        "topic_arn": topic["arn"],
        "confirm_url": url,
    }


def sms(phone: str, text: str, topic: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A text message for the inbox, with a topic's display name before it, as the receiver sees it."""
    name = _display_name(topic) if topic else ""
    shown = f"{name[:_SMS_NAME_CHARACTERS]}> {text}" if name else text
    carried = segments(shown)
    return {
        "channel": "sms",
        "kind": "notification",
        "to": phone,
        "text": shown,
        "topic_arn": topic["arn"] if topic else None,
        "characters": len(shown),
        "segments": carried.count,
        "encoding": carried.encoding,
    }


def _display_name(topic: Mapping[str, Any]) -> str:
    name = topic["attributes"].get("DisplayName", "")
    # The emulator gives a topic without a display name its own name.
    return "" if name == topic["name"] else name


def _sender(topic: Mapping[str, Any]) -> str:
    return f"{_display_name(topic) or 'AWS Notifications'} <{_SENDER_ADDRESS}>"


def _footer(subscription: Mapping[str, Any]) -> str:
    region = subscription["topic_arn"].split(":")[3]
    query = urlencode({"SubscriptionArn": subscription["arn"], "Endpoint": subscription["endpoint"]})
    return (
        "--\nIf you wish to stop receiving notifications from this topic, please click or visit the link below to "
        f"unsubscribe:\nhttps://sns.{region}.amazonaws.com/unsubscribe.html?{query}\n\n"
        "Please do not reply directly to this email. If you have any questions or comments regarding this email, "
        "please contact us at https://aws.amazon.com/support"
    )
