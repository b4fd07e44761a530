"""The tables and cards between the charts and the list: causes, teams, stops, faults and late detections."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from trainstop.domain.report import Facts, Fault, Share, Slow, Stop, Totals
from trainstop.render.report.html import Html, bar, joined, shown, table, tag
from trainstop.render.report.words import DASH, cost, minute, plural, seconds, snake, usd, why

_SHARES: Final = 12
_ACTORS: Final = {
    "job_owner": "the job's owner",
    "platform_team": "the platform team",
    "aws": "AWS",
    "nobody": "nobody",
}
_RETRIES: Final = {"yes": "a retry can help", "no": "a retry does not help", "once": "one retry can help"}


def causes(facts: Facts) -> Html:
    """Lost jobs by cause."""
    return _shares("Lost jobs by cause", "Cause", facts.causes, by_cost=False)


def teams(facts: Facts) -> Html:
    """Lost jobs by team."""
    return _shares("Lost jobs by team", "Team", facts.teams, by_cost=True)


def _shares(caption: str, head: str, shares: Sequence[Share], *, by_cost: bool) -> Html:
    if not shares:
        return tag("p", "No job was lost.", class_="note")
    sizes = [share.cost.usd if by_cost else share.jobs for share in shares]
    rows = [
        [_named(share, by_cost=by_cost), bar(size, max(sizes)), f"{share.jobs:,}", usd(share.cost.usd), _unknown(share)]
        for share, size in zip(shares[:_SHARES], sizes, strict=False)
    ]
    made = table(caption, [head, "", "Jobs", "Cost", "Unknown"], rows, numbers=frozenset({2, 3, 4}))
    return joined(made, _left_out(shares[_SHARES:]))


def _unknown(share: Share) -> str:
    """Of how many of the jobs the cost is unknown."""
    return f"{share.cost.unknown:,}" if share.cost.unknown else DASH


def _named(share: Share, *, by_cost: bool) -> str:
    if not share.name:
        return tag("span", "no team", class_="none")
    return _find(share.name if by_cost else why(share.name))


def _left_out(shares: Sequence[Share]) -> Html:
    if not shares:
        return Html("")
    jobs = sum(share.jobs for share in shares)
    return tag("p", f"{len(shares)} more, with {plural(jobs, 'job')}, are in the list below.", class_="note")


def stops(facts: Facts) -> Html:
    """What became of wanted stops, and those that saved most."""
    tally = tag("p", _tally(facts.totals), class_="note")
    if not facts.stops:
        return joined(tally)
    made = table(
        "Stops by trainstop that saved most",
        ["Job", "Because of", "Stopped, UTC", "Price an hour", "Hours left", "Saved, at most"],
        map(_stop, facts.stops),
        numbers=frozenset({3, 4, 5}),
    )
    return joined(tally, made)


def _tally(totals: Totals) -> str:
    parts = (
        f"{plural(totals.stopped, 'job')} stopped",
        f"{totals.already_stopped:,} had ended before the call",
        f"{totals.stops_held:,} held back by a guardrail, dry run or protection",
        f"{totals.stops_failed:,} refused by AWS",
    )
    return "; ".join(parts) + "."


def _stop(stop: Stop) -> Sequence[str]:
    return (
        _incident(stop.incident_id, stop.job_name),
        why(stop.why),
        minute(stop.stopped_at) if stop.stopped_at else DASH,
        usd(stop.usd_per_hour),
        "unknown" if stop.hours_left is None else f"{stop.hours_left:,.1f}",
        usd(stop.saved_usd),
    )


def slowest(facts: Facts) -> Html:
    """What was noticed last."""
    if not facts.slowest:
        return Html("")
    return table(
        "Slowest detections",
        ["Job", "Cause", "Happened, UTC", "Noticed by", "Noticed after", "Told after"],
        map(_slow, facts.slowest),
        numbers=frozenset({4, 5}),
    )


def _slow(slow: Slow) -> Sequence[str]:
    return (
        _incident(slow.incident_id, slow.job_name),
        why(slow.why),
        minute(slow.occurred_at),
        slow.origin,
        seconds(slow.notice_seconds),
        seconds(slow.alert_seconds),
    )


def faults(facts: Facts) -> Html:
    """The faults that struck most jobs, each with its advice."""
    if not facts.faults:
        return tag("p", "No incident has a fingerprint.", class_="note")
    return tag("ol", *map(_fault, facts.faults), class_="faults")


def _fault(fault: Fault) -> Html:
    struck = [
        tag("b", plural(fault.jobs, "job")),
        cost(fault.cost),
        *([plural(fault.teams, "team")] if fault.teams > 1 else []),
        f"first {minute(fault.first_at)}, last {minute(fault.last_at)}",
    ]
    numbers = joined(*(tag("span", each) for each in struck))
    whose = f"To be mended by {_ACTORS.get(fault.actor, snake(fault.actor) or 'unknown')}"
    retry = f"; {_RETRIES[fault.retry]}" if fault.retry in _RETRIES else ""
    return tag(
        "li",
        tag("h3", fault.title),
        tag("p", numbers, class_="struck"),
        tag("pre", tag("code", shown(fault.root_line, 400))) if fault.root_line else "",
        tag("p", fault.advice, class_="advice") if fault.advice else "",
        tag("p", f"{whose}{retry}. ", _incident(fault.incident_id, "Newest incident"), class_="note"),
    )


def _incident(identity: str, text: str) -> Html:
    return tag("a", text or identity, href=f"#incident={quote(identity)}", class_="job")


def _find(words: str) -> Html:
    return tag("a", words, href=f"#find={quote(words)}", title="Show them in the list")
