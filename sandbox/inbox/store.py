"""The inbox's files."""

import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_NUMBER_WIDTH = 4


class Inbox:
    """Keeps messages in a folder, numbered in the order of their arrival. One process writes, any may read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, message: Mapping[str, Any]) -> int:
        """Writes a message and returns its number.

        Args:
            message: `channel` (email, email-json, sms, webhook, chat), `kind` (notification, confirmation, or
                rejected for what a chat would not show), `to`, `text` and what its channel adds (subject, segments,
                headers, title, thread).
        """
        with self._lock:
            number = len(list(self._folder.glob("*.json"))) + 1
            kept = {"number": number, "received_at": datetime.now(UTC).isoformat(timespec="milliseconds"), **message}
            stem = f"{number:0{_NUMBER_WIDTH}d}-{message['channel']}"
            self._write(f"{stem}.txt", as_text(kept))
            self._write(f"{stem}.json", json.dumps(kept, indent=2, ensure_ascii=False))
        return number

    def messages(self) -> list[dict[str, Any]]:
        """Every message so far, the oldest first."""
        return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(self._folder.glob("*.json"))]

    def _write(self, name: str, content: str) -> None:
        # Readers must never see half a message.
        unfinished = self._folder / f"{name}.unfinished"
        unfinished.write_text(content, encoding="utf-8")
        unfinished.replace(self._folder / name)


def as_text(message: Mapping[str, Any]) -> str:
    """A message as its receiver reads it."""
    heads = [
        f"{name.title()}: {message[name]}"
        for name in ("from", "to", "subject", "title", "thread", "fault")
        if message.get(name)
    ]
    if message["channel"] == "sms" and "segments" in message:
        heads.append(f"Segments: {message['segments']} ({message['encoding']}, {message['characters']} characters)")
    return "\n".join([*heads, f"Date: {message['received_at']}", "", message["text"]]) + "\n"
