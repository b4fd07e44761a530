"""The demo: eight jobs in the sandbox, and what a user of trainstop gets of them."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sandbox import scenario_file, up
from sandbox.home import PROJECT, Home, SandboxError, State, aws_environment
from sandbox.inbox.store import Inbox, as_text
from sandbox.player import Player

_SCENARIO = PROJECT / "sandbox/scenarios/demo.json"
_EXPECTED = PROJECT / "sandbox/scenarios/demo.expected.json"
_REPORT = PROJECT / "var/demo-report.html"
_PATIENCE_SECONDS = 90.0
_LOOK_SECONDS = 0.5
_COMMAND_SECONDS = 120
_COLUMNS = 100

Tell = Callable[[str], None]


class Check(NamedTuple):
    """Something that has to come true."""

    holds: bool
    text: str


def demo(home: Home, tell: Tell) -> int:
    """Bring a sandbox up, play the eight jobs, show what came of them, take the sandbox down.

    Returns:
        0 when all of it came true, else 1.
    """
    started = time.monotonic()
    expected = json.loads(_EXPECTED.read_text(encoding="utf-8"))
    _title(tell, "The sandbox: the real template, deployed on this machine")
    try:
        state = up.up(home, "trainstop", PROJECT / "template.yaml", [], tell)
        _title(tell, "Eight training jobs")
        Player(state, 1.0, "", tell).play(scenario_file.read(_SCENARIO))
        arrived = _wait(lambda: not list(_missing(home, state, expected)))
        if not arrived:
            tell("Waited in vain for: " + "; ".join(_missing(home, state, expected)))
        _show(home, state, tell)
        checks = list(_checks(home, state, expected))
    finally:
        up.down(home)
    _title(tell, "Did it all come true?")
    for check in checks:
        tell(f"{'yes' if check.holds else 'NO '}  {check.text}")
    tell(f"\n{time.monotonic() - started:.0f} s in all; everything that was started has been ended.")
    return 0 if all(check.holds for check in checks) else 1


def _show(home: Home, state: State, tell: Tell) -> None:
    _title(tell, "What the people on call received")
    for message in _alerts(home):
        heading = f"{message['channel'].upper()} "
        tell(f"{heading:-<{_COLUMNS}}")
        tell(as_text(message))
    _title(tell, "Which jobs were stopped, and how fast")
    for incident in _incidents(state):
        if incident["outcome"]["action"] == "stopped":
            seconds = _stop_seconds(incident)
            tell(f"{incident['job']['name']}: {seconds:.1f} s after the rule {incident['rule']['name']} fired")
    _title(tell, "trainstop incidents list")
    tell(_trainstop(state, "incidents", "list"))
    stopped = next((each["incident_id"] for each in _incidents(state) if each["outcome"]["action"] == "stopped"), "")
    for query in (["failures_by_category_and_week"], ["who_created_and_stopped", "--param", f"incident={stopped}"]):
        _title(tell, f"trainstop query {' '.join(query)}")
        tell(_trainstop(state, "query", *query))
    _title(tell, "trainstop report --days 1")
    _REPORT.parent.mkdir(exist_ok=True)
    _trainstop(state, "report", "--days", "1", "--out", str(_REPORT), "--force")
    tell(f"Open it in a browser: {_REPORT.relative_to(PROJECT)}")


def _checks(home: Home, state: State, expected: dict[str, Any]) -> Iterator[Check]:
    incidents = {each["job"]["name"]: each for each in _incidents(state)}
    for alert in expected["alerts"]:
        incident = incidents.get(alert["job"], {})
        category = incident.get("diagnosis", {}).get("category")
        yield Check(
            incident.get("trigger") == alert["trigger"] and alert["category"] in {None, category},
            f"{alert['job']}: {incident.get('trigger')}, {category}",
        )
        told = sorted(message["channel"] for message in _alerts(home) if alert["job"] in message["text"])
        yield Check(told == sorted(alert["channels"]), f"  told once by {', '.join(told) or 'nothing'}")
        if alert["action"] == "stopped":
            action = incident.get("outcome", {}).get("action")
            yield Check(action == "stopped", f"  {action}, {_stop_seconds(incident):.1f} s after its rule fired")
    for job in expected["silent"]:
        yield Check(job not in incidents, f"{job}: completed, nobody was bothered")
    failures = json.loads(_trainstop(state, "query", "failures_by_category_and_week", "--json"))
    counted = sum(int(row["jobs"]) for row in failures["rows"])
    ended = sum(1 for alert in expected["alerts"] if alert["action"] == "none")
    yield Check(counted == ended, f"Athena counts {counted} failed or timed-out jobs")
    lost = f"<strong>{len(expected['alerts'])} jobs were lost"
    yield Check(lost in _REPORT.read_text(encoding="utf-8"), "The report counts those, and the jobs that were stopped")


def _missing(home: Home, state: State, expected: dict[str, Any]) -> Iterator[str]:
    """What has not come yet: incidents, alerts, and rows in the archive."""
    names = {each["job"]["name"] for each in _incidents(state) if each["told_at"]}
    messages = _alerts(home)
    for alert in expected["alerts"]:
        if alert["job"] not in names:
            yield f"incident of {alert['job']}"
        channels = {message["channel"] for message in messages if alert["job"] in message["text"]}
        yield from (f"{channel} about {alert['job']}" for channel in alert["channels"] if channel not in channels)
    if not names:
        return
    _trainstop(state, "archive", "compact")
    rows = json.loads(_trainstop(state, "query", "time_to_alert", "--json"))["rows"]
    if sum(int(row["told"]) for row in rows) < len(expected["alerts"]):
        yield "rows in the archive"


def _alerts(home: Home) -> list[dict[str, Any]]:
    """What trainstop sent; Debugger's own messages, which some of the jobs ask for, are not trainstop's."""
    notifications = (each for each in Inbox(home.inbox).messages() if each["kind"] == "notification")
    return [each for each in notifications if not each["text"].startswith("SMDebugRule:")]


def _incidents(state: State) -> list[dict[str, Any]]:
    return list(json.loads(_trainstop(state, "incidents", "list", "--json")))


def _stop_seconds(incident: dict[str, Any]) -> float:
    acted_at = incident.get("outcome", {}).get("acted_at")
    if not acted_at:
        return float("nan")
    return (datetime.fromisoformat(acted_at) - datetime.fromisoformat(incident["occurred_at"])).total_seconds()


def _trainstop(state: State, *arguments: str) -> str:
    """The command as a user would call it, with the variables that the sandbox gives to any AWS client."""
    environment = aws_environment(state) | {"COLUMNS": str(_COLUMNS)}
    command = [str(Path(sys.executable).with_name("trainstop")), *arguments]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=_COMMAND_SECONDS, check=False
    )
    if done.returncode != 0:
        raise SandboxError(f"trainstop {' '.join(arguments)} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def _wait(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_SECONDS)
    return True


def _title(tell: Tell, text: str) -> None:
    tell(f"\n{text}\n{'=' * len(text)}")
