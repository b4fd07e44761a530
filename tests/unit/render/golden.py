"""What is compared with the golden files, and where those are."""

import json
from pathlib import Path

from trainstop.render import AlertMessage, alert_schema, change_schema

GOLDEN = Path(__file__).parent / "golden"
CHANGE_SCHEMA_FILE = Path(__file__).parents[3] / "docs" / "incident-change.schema.json"
"""Beside the page that explains it, for whoever subscribes."""


def as_text(message: AlertMessage) -> str:
    """A message as one readable file; the machine form is indented for the reader."""
    parts = {
        "SUBJECT": message.subject,
        "SMS": message.sms,
        "ATTRIBUTES": "\n".join(f"{name} {kind} {value}" for name, (kind, value) in message.attributes.items()),
        "E-MAIL": message.email.rstrip("\n"),
        "JSON": json.dumps(json.loads(message.json), indent=1, ensure_ascii=False),
    }
    return "".join(f"=== {heading}\n{text}\n" for heading, text in parts.items())


def schema_text() -> str:
    return json.dumps(alert_schema(), indent=1, sort_keys=True) + "\n"


def change_schema_text() -> str:
    return json.dumps(change_schema(), indent=1, sort_keys=True) + "\n"
