"""Incidents put into words: pure values out of an incident, nothing is sent."""

from trainstop.render.brief import subject_of
from trainstop.render.change import CHANGE_SCHEMA, change_json, change_schema
from trainstop.render.chat import Card, card_json
from trainstop.render.machine import ALERT_SCHEMA, alert_schema
from trainstop.render.message import AlertMessage, Attribute, render, render_telling, sns_message
from trainstop.render.summary import render_box, render_digest

__all__ = [
    "ALERT_SCHEMA",
    "CHANGE_SCHEMA",
    "AlertMessage",
    "Attribute",
    "Card",
    "alert_schema",
    "card_json",
    "change_json",
    "change_schema",
    "render",
    "render_box",
    "render_digest",
    "render_telling",
    "sns_message",
    "subject_of",
]
