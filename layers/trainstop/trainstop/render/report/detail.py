"""All about one incident, for its place in the list: facts, what happened in the order of time, and the log."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from trainstop.domain.report import Call, Calls
from trainstop.render.report.html import shown
from trainstop.render.report.words import plural, snake, usd

_LOG_LINES: Final = 40
_EVENTS: Final = 80

Row = Mapping[str, Any]
Event = tuple[str, str, str]
"""When (``2026-01-15 12:00:00``), whose doing (job, rule, call, trainstop or person), what."""

_DONE: Final = {"none": "did nothing"}
_OWN: Final = {"recorded": "noticed", "acted": "acted", "told": "told"}


def detail(row: Row, calls: Calls) -> dict[str, Any]:
    """Facts as pairs, events oldest first, log lines, and the line that shows the cause; empty things are left out."""
    on_job = calls.by_job.get((row["account"] or "", row["region"] or "", row["job_name"] or ""), ())
    events = sorted({*_job(row), *_rules(row), *_calls(on_job), *_states(row)})
    made = {
        "facts": [[label, shown(value)] for label, value in _facts(row) if value],
        "events": [[at, kind, shown(words)] for at, kind, words in events[-_EVENTS:]],
        "log": [shown(line) for line in (row["evidence"] or ())[-_LOG_LINES:]],
        "root": shown(row["root_line"] or ""),
        "advice": shown(row["advice"] or ""),
    }
    return {name: value for name, value in made.items() if value}


def _facts(row: Row) -> Iterator[tuple[str, str]]:
    sure = f" ({row['confidence']} confidence)" if row["confidence"] else ""
    yield "Cause", f"{row['title']}{sure}" if row["title"] else ""
    yield "SageMaker says", row["failure_reason"] or ""
    yield "Refused", _with(row["refused_error_code"], row["refused_error_message"])
    yield "Rule", _with(row["rule_name"], row["rule_details"])
    yield "Status", _both(row["status"], row["secondary_status"])
    yield "Instances", _both(row["instances"], "spot" if row["spot"] else "")
    yield "Image", row["image"] or ""
    yield "Cost", _with(usd(row["cost_usd"]), row["cost_formula"])
    yield "Team, owner", _both(row["team"], row["owner"])
    yield (
        "trainstop",
        _with(_DONE.get(row["action"], snake(row["action"] or "")), snake(row["stop_reason"] or ""), row["stop_why"]),
    )
    yield "Held back by", row["held_detail"] or ""
    yield "Stop failed", row["action_error"] or ""
    yield "Alert", _with(row["alert_rule"], ", ".join(row["alert_audiences"] or ()))
    yield "Silenced", _with(row["silenced_by"], row["silence_reason"])
    yield "Retried as", row["retry_job_name"] or ""
    yield "Last good run", _with(row["last_good_job_name"], *(row["last_good_differences"] or ()))
    yield "Resolved", _with(row["resolved_by"], row["resolution"])
    yield "Log", _log_read(row)


def _log_read(row: Row) -> str:
    count = row["evidence_line_count"]
    read = f"{plural(count, 'line')} read, of {plural(row['evidence_host_count'] or 0, 'host')}" if count else ""
    return _with(row["log_stream"], read, row["evidence_problem"])


def _job(row: Row) -> Iterator[Event]:
    if row["job_created_at"]:
        yield _at(row["job_created_at"]), "job", "Created"
    for each in row["transitions"] or ():
        if each["started_at"]:
            yield _at(each["started_at"]), "job", _with(each["status"], each["message"])
    if row["job_ended_at"]:
        yield _at(row["job_ended_at"]), "job", _with("Ended", row["status"])


def _rules(row: Row) -> Iterator[Event]:
    for each in row["rule_statuses"] or ():
        if each["modified_at"]:
            yield _at(each["modified_at"]), "rule", _with(f"{each['name']}: {each['status']}", each["details"])


def _calls(calls: Iterable[Call]) -> Iterator[Event]:
    for call in calls:
        refused = f"refused: {call.error_code}" if call.error_code else ""
        yield call.at, "call", _with(f"{call.name} by {call.who}", f"from {call.source_ip}", refused)


def _states(row: Row) -> Iterator[Event]:
    """What trainstop and people did; rows of before there was a history tell it by their times."""
    for each in row["history"] or _early_history(row):
        if each["at"] is None:
            continue
        what, words = each["what"] or "", snake(each["words"] or "")
        if what in _OWN:
            how = f"by {row['origin']}" if what == "recorded" else words
            yield _at(each["at"]), "trainstop", _with(f"trainstop {_OWN[what]}", how)
        else:
            yield _at(each["at"]), "person", _with(f"{what} by {each['by'] or 'somebody'}", each["words"])


def _early_history(row: Row) -> Iterator[Row]:
    times = {"recorded": row["detected_at"], "acted": row["acted_at"], "told": row["told_at"]}
    words = {"acted": row["action"], "told": row["told_as"]}
    for what, at in times.items():
        yield {"at": at, "what": what, "by": None, "words": words.get(what)}
    for what in ("acknowledged", "resolved"):
        yield {"at": row[f"{what}_at"], "what": what, "by": row[f"{what}_by"], "words": None}


def _both(*parts: str | None) -> str:
    """``Failed``, ``InProgress, Training``: each once, where it is there."""
    return ", ".join(dict.fromkeys(filter(None, parts)))


def _with(first: str | None, *more: str | None) -> str:
    """``first: more; more``, of what there is; "" where there is nothing."""
    there = [each for each in more if each]
    if not first:
        return "; ".join(there)
    return f"{first}: {'; '.join(there)}" if there else first


def _at(moment: datetime) -> str:
    known = moment.astimezone(UTC) if moment.tzinfo else moment
    return f"{known:%Y-%m-%d %H:%M:%S}"
