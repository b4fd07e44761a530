"""What is compared with the golden files, and where those are."""

import json
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.unit.render.samples import SAMPLES
from tests.unit.render.tellings import TELLINGS
from trainstop.render import AlertMessage, alert_schema, change_schema, render

GOLDEN = Path(__file__).parent / "golden"
CHANGE_SCHEMA_FILE = Path(__file__).parents[3] / "docs" / "incident-change.schema.json"
"""Beside the page that explains it, for whoever subscribes."""
ELSEWHERE = {
    "retry_planned_read_in_berlin": ("retry_planned", "Europe/Berlin"),
    "stalled_job_stopped_read_in_berlin": ("stalled_job_stopped", "Europe/Berlin"),
    "stalled_job_stopped_read_in_new_york": ("stalled_job_stopped", "America/New_York"),
}
"""Samples as a reader in another zone gets them."""


@cache
def messages() -> dict[str, AlertMessage]:
    """Every message that has a golden file, by the file's stem."""
    read_in_utc = {name: render(sample()) for name, sample in SAMPLES.items()}
    elsewhere = {name: render(SAMPLES[sample](), zone=ZoneInfo(zone)) for name, (sample, zone) in ELSEWHERE.items()}
    return read_in_utc | elsewhere | {name: telling() for name, telling in TELLINGS.items()}


def as_text(message: AlertMessage) -> str:
    """A message as one readable file; the machine form is indented for the reader."""
    parts = {
        "SUBJECT": message.subject,
        "SMS": message.sms,
        "ATTRIBUTES": "\n".join(f"{name} {kind} {value}" for name, (kind, value) in message.attributes.items()),
        "CHAT": json.dumps(json.loads(message.chat), indent=1, ensure_ascii=False),
        "E-MAIL": message.email.rstrip("\n"),
        "JSON": json.dumps(json.loads(message.json), indent=1, ensure_ascii=False),
    }
    return "".join(f"=== {heading}\n{text}\n" for heading, text in parts.items())


def schema_text() -> str:
    return json.dumps(alert_schema(), indent=1, sort_keys=True) + "\n"


def change_schema_text() -> str:
    return json.dumps(change_schema(), indent=1, sort_keys=True) + "\n"
