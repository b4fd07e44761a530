"""Whether the stack's alarms are silent, and would be heard."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from trainstop.app.doctor.words import ago, counted, joined, quoted
from trainstop.domain.health import Finding, broken, ok, warning
from trainstop.domain.health_facts import AlarmFacts


def judge_alarms(alarms: Sequence[AlarmFacts], now: datetime) -> Iterator[Finding]:
    """No alarm rings, none is gone, and each has an action."""
    ringing = [each for each in alarms if each.status == "ALARM"]
    for alarm in ringing:
        since = f" for {ago(alarm.since, now)}" if alarm.since else ""
        reason = quoted(alarm.reason)
        yield broken(
            f"{alarm.name} has been in ALARM{since}{f': {reason}' if reason else ''}",
            alarm.description.strip(),
            "Mend what it tells of; it goes back to OK by itself.",
        )
    gone = [each.name for each in alarms if each.status is None]
    if gone:
        yield warning(f"gone: {joined(gone)}", "Nobody is told of that trouble.", "Deploy the stack again: sam deploy")
    mute = [each.name for each in alarms if each.status is not None and not each.notifies]
    if mute:
        yield warning(
            f"without an action, or with actions switched off: {joined(mute)}",
            "They change colour and tell nobody.",
            "Switch their actions on:",
            f"aws cloudwatch enable-alarm-actions --alarm-names {' '.join(mute)}",
        )
    if not (ringing or gone or mute):
        yield ok(f"{counted(len(alarms), 'alarm')}, none in ALARM")
