"""Inbound events: their shapes, and the signal that each gives (FORMATS.md 1 to 6)."""

from trainstop.events.errors import UnreadableEventError
from trainstop.events.parse import parse

__all__ = ["UnreadableEventError", "parse"]
