"""Draw the messages of docs/alerts.md as readers see them: ``python tests/unit/render/pictures.py``; needs Chromium."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))  # run as a file, the repository's root is not on the path

from sandbox.inbox import amazon_q
from sandbox.inbox.sms import segments
from sandbox.inbox.web import page
from tests.unit.render.golden import messages

PICTURES = Path(__file__).parents[3] / "docs" / "pictures"
SENT_AT = "2026-09-14T02:10:06Z"
DRAWN = {
    "alert-first": ("group_seen_before", ("email", "sms", "chat"), 1650),
    "alert-escalation": ("group_escalation", ("email", "sms", "chat"), 1700),
    "alert-ended": ("group_ended", ("email",), 950),
    "alert-digest": ("digest_of_a_day", ("email", "chat"), 1250),
    "alert-held": ("held_in_quiet_hours", ("email",), 1000),
}
"""By the picture's stem: the message, its forms, and the height in pixels."""


def as_received(name: str, channel: str, number: int) -> dict:
    message = messages()[name]
    kept = {"number": number, "received_at": SENT_AT, "kind": "notification", "channel": channel}
    if channel == "email":
        return kept | {"to": "oncall@example.com", "subject": message.subject, "text": message.email}
    if channel == "sms":
        text = f"TRAINSTOP> {message.sms}"
        size = segments(text)
        return kept | {
            "to": "+15550100123",
            "text": text,
            "characters": size.units,
            "encoding": size.encoding,
            "segments": size.count,
        }
    envelope = {"Type": "Notification", "Message": message.chat, "MessageId": "1", "TopicArn": "arn:aws:sns:::chat"}
    return kept | amazon_q.received(json.dumps(envelope), "ml-alerts")


def main() -> None:
    for stem, (name, channels, height) in DRAWN.items():
        shown = [as_received(name, channel, number) for number, channel in enumerate(channels, start=1)]
        with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8") as file:
            file.write(page(list(reversed(shown))))
            file.flush()
            subprocess.run(  # noqa: S603 - a fixed program on a file of our own
                [
                    "/usr/bin/chromium",
                    "--headless",
                    "--no-sandbox",
                    "--hide-scrollbars",
                    f"--window-size=920,{height}",
                    f"--screenshot={PICTURES / stem}.png",
                    f"file://{file.name}",
                ],
                check=True,
                capture_output=True,
                timeout=120,
            )


if __name__ == "__main__":
    main()
