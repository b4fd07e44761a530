"""Incidents put into words: pure values out of an incident, nothing is sent."""

from trainstop.render.brief import subject_of
from trainstop.render.change import CHANGE_SCHEMA, change_json, change_schema
from trainstop.render.machine import ALERT_SCHEMA, alert_schema
from trainstop.render.message import AlertMessage, Attribute, render, sns_message

__all__ = [
    "ALERT_SCHEMA",
    "CHANGE_SCHEMA",
    "AlertMessage",
    "Attribute",
    "alert_schema",
    "change_json",
    "change_schema",
    "render",
    "sns_message",
    "subject_of",
]
