"""Digests, and the alerts that waited, as messages."""

from datetime import UTC, tzinfo

from trainstop.domain.decision import Action, Severity
from trainstop.domain.digest import Digest, Period
from trainstop.domain.finding import Trigger
from trainstop.domain.held import Box, Waiting
from trainstop.domain.stored_report import DAYS, StoredReport
from trainstop.render.alphabets import gsm_septets, to_ascii, to_gsm
from trainstop.render.brief import FROM, SMS_SEPTETS, SUBJECT_CHARACTERS
from trainstop.render.links import Console
from trainstop.render.mail import COLUMNS, MAX_LINES, joined, paragraph
from trainstop.render.story import NAMELESS
from trainstop.render.text import columns, one_line, said, shorten_end, shorten_middle
from trainstop.render.units import instant, money

MAKE_PAGE = f"trainstop report --days {DAYS}"
_LISTED_ALERTS = 34
_TITLE_COLUMNS = 44
_MONEY_COLUMNS = len("under USD 0.01")

_WHAT_HAPPENED = {
    Trigger.JOB_FAILED: "failed",
    Trigger.JOB_STOPPED: "were stopped by somebody",
    Trigger.RUNTIME_LIMIT: "hit their runtime limit",
    Trigger.WAIT_LIMIT: "hit their wait limit",
    Trigger.DEBUGGER_RULE: "had a Debugger rule fire",
    Trigger.PROFILER_RULE: "had a profiler rule fire",
    Trigger.REFUSED_SUBMISSION: "were never accepted",
    Trigger.ALARM: "set an alarm off",
}
_DONE = {
    Action.STOPPED: "stopped",
    Action.STOP_HELD: "not stopped, a guardrail held it",
    Action.STOP_FAILED: "STOP FAILED",
    Action.ALREADY_STOPPED: "had ended before the stop",
}
_WAITED = {
    Waiting.DIGEST: "that the policy sends in a digest only",
    Waiting.QUIET_HOURS: "of your quiet hours",
    Waiting.HOURLY_LIMIT: "above the limit of the last hour",
}


def digest_subject(digest: Digest) -> str:
    """Printable ASCII, another for each day."""
    kind = "Day" if digest.period is Period.DAILY else "Week"
    name = f" of team {shorten_middle(to_ascii(one_line(digest.name)), 24, len)}" if digest.name else ""
    cost = money(digest.cost_usd) if digest.cost_usd else "cost unknown" if digest.unknown_costs else "USD 0.00"
    return f"{FROM}{kind} to {digest.until:%Y-%m-%d}{name}: {_jobs(digest)} in trouble, {cost}"[:SUBJECT_CHARACTERS]


def _jobs(digest: Digest) -> str:
    return f"{digest.job_count} job{_s(digest.job_count)}"


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def digest_email(digest: Digest, zone: tzinfo = UTC, *, with_page: bool = True) -> str:
    """At most ``MAX_LINES`` lines of ``COLUMNS`` columns, the link to the week's page excepted.

    ``with_page`` is for readers who are not told of that page in another place.
    """
    unknown = f", and unknown for {digest.unknown_costs} of them" if digest.unknown_costs else ""
    cost = money(digest.cost_usd) if digest.cost_usd or not digest.unknown_costs else "unknown"
    whose = f"Jobs of team {shorten_middle(one_line(digest.name), 40)}" if digest.name else "All jobs"
    head = [
        f"{whose}:",
        f"from {instant(digest.since, zone)}",
        f"to   {instant(digest.until, zone)}.",
        f"{_jobs(digest)} in trouble, {digest.count} incident{_s(digest.count)}.",
        *([] if digest.complete else ["There were more; these are the newest that were counted."]),
        f"Their cost: {cost}{unknown}.",
        *([f"Retries by trainstop that completed: {digest.retries_helped}."] if digest.retries_helped else []),
        *([f"Not told at once, by policy or silence: {digest.untold_count}."] if digest.untold_count else []),
    ]
    what = [_counted(count, _WHAT_HAPPENED.get(trigger, trigger)) for trigger, count in digest.triggers.items()]
    done = [_counted(count, _DONE[action]) for action, count in digest.actions.items() if action in _DONE]
    faults = [
        _row(f"{fault.count:>5}  {_cell(fault.title)}", money(fault.cost_usd) if fault.cost_usd else "")
        for fault in digest.faults
    ]
    dearest = [_row(f"  {_cell(name, 52)}", money(cost)) for name, cost in digest.dearest]
    sections = [
        head,
        ["What happened", *what] if what else [],
        ["What trainstop did", *done] if done else [],
        ["The most frequent faults", *faults] if faults else [],
        ["The dearest jobs", *dearest] if dearest else [],
        _page(digest) if with_page else [],
        ["All of it: trainstop incidents list", "Questions of any kind: trainstop query"],
    ]
    return "\n".join([*joined(sections)[:MAX_LINES], ""])


def _page(digest: Digest) -> list[str]:
    """Where the week's page is, or how to make one."""
    if digest.report is None:
        return [f"As one page, of all jobs: {MAKE_PAGE}"] if digest.period is Period.WEEKLY else []
    url = page_link(digest.report)
    return [page_title(digest.report), url or f"  {digest.report.key} in the archive's bucket"]


def page_title(report: StoredReport) -> str:
    """What the link leads to; its days are not the digest's hours."""
    return f"Report of all jobs, {report.first_day} to {report.last_day}, as one page:"


def page_link(report: StoredReport) -> str | None:
    """The page's place in the console, for whoever may read the bucket; None in partitions without a known console.

    A presigned URL would need no sign-in, and die with the session of the role that made it.
    """
    console = Console.of(report.region)
    return console.stored_object(report.bucket, report.key) if console else None


def digest_sms(digest: Digest) -> str:
    """One segment of GSM-7 characters."""
    return shorten_end(to_gsm(f"{digest_subject(digest).removeprefix(FROM)}."), SMS_SEPTETS, gsm_septets)


def box_subject(box: Box) -> str:
    """Printable ASCII."""
    alerts = f"{box.count} alert{_s(box.count)}"
    return f"{FROM}{alerts} {_WAITED[box.key.waiting]}, {box.key.release_at:%Y-%m-%d %H:%M} UTC"[:SUBJECT_CHARACTERS]


def box_email(box: Box, zone: tzinfo = UTC) -> str:
    """At most ``MAX_LINES`` lines of ``COLUMNS`` columns: what waited, most urgent first."""
    alerts = f"{box.count} alert{_s(box.count)}"
    ordered = sorted(box.alerts, key=lambda alert: (-alert.severity.rank, alert.occurred_at))
    shown = ordered[:_LISTED_ALERTS]
    lines = [f"  {alert.occurred_at.astimezone(zone):%m-%d %H:%M}  {_shown(alert.text)}" for alert in shown]
    left = box.count - len(shown)
    more = [f"  ... and {left} more."] if left else []
    sections = [
        [f"{alerts} {_WAITED[box.key.waiting]}."],
        [f"Most urgent first; times are in {zone}", *lines, *more],
        paragraph("All of it is recorded: trainstop incidents list; one of them: trainstop incidents show ID.", 2),
    ]
    return "\n".join([*joined(sections)[:MAX_LINES], ""])


def box_sms(box: Box) -> str:
    """One segment of GSM-7 characters."""
    text = to_gsm(f"{box.count} alerts {_WAITED[box.key.waiting]}; the e-mail or trainstop incidents list names them.")
    return shorten_end(text, SMS_SEPTETS, gsm_septets)


def most_urgent(box: Box) -> Severity:
    """Of what is in the box."""
    return max((alert.severity for alert in box.alerts), key=lambda severity: severity.rank, default=Severity.INFO)


def _shown(subject: str) -> str:
    return shorten_middle(one_line(subject).removeprefix(FROM), COLUMNS - 15)


def _counted(count: int, what: str) -> str:
    return f"{count:>5}  {what}"


def _cell(text: str, width: int = _TITLE_COLUMNS) -> str:
    return shorten_middle(said(text) or NAMELESS, width)


def _row(left: str, right: str) -> str:
    gap = COLUMNS - _MONEY_COLUMNS - columns(left)
    return f"{left}{' ' * max(0, gap)}{right:>{_MONEY_COLUMNS}}".rstrip()
