"""The first screen: what happened in a few sentences and figures, each with a link to how it was counted."""

from collections.abc import Iterator
from typing import Final

from trainstop.domain.report import Facts, Span, Speed, Totals
from trainstop.render.report.html import Html, joined, tag
from trainstop.render.report.words import length, plural, seconds, usd, why

HOW: Final = {
    "lost": (
        "Lost jobs, and what they cost",
        (
            "Jobs that failed, ran into a time limit, or were stopped because of a rule or an alarm. A job with "
            "several incidents counts once, with the highest cost seen: its instances, times their price an hour, "
            "times the hours from its start to its end or to when trainstop noticed. A cost that is unknown is in "
            "no sum; its job is counted beside the sum, so read each sum as at least so much."
        ),
    ),
    "stopped": (
        "Stopped jobs",
        (
            "Jobs for which trainstop called StopTrainingJob with success, by itself or by a person's command. "
            "Held: a stop was wanted, and a guardrail, dry-run mode or protection kept it back. Failed: AWS "
            "refused the call."
        ),
    ),
    "saved": (
        "Saved, at most",
        (
            "For each stopped job: price of its instances for an hour, times the hours from the stop to "
            "MaxRuntimeInSeconds after its start. The job might have ended earlier by itself, so read it as at "
            "most so much. On-demand prices, for spot as well."
        ),
    ),
    "speed": (
        "Noticed, stopped, told",
        (
            "Seconds by SageMaker's clock from when it happened until trainstop noticed, until StopTrainingJob "
            "answered, and until the alert was published. p50: half of them took no longer; p95: 19 of 20 took no "
            "longer. Grouped and held alerts, replayed events and backfilled jobs are left out."
        ),
    ),
    "open": (
        "Open",
        (
            "Incidents that somebody was to be told of and that nobody has resolved yet, acknowledged and "
            "silenced ones included."
        ),
    ),
    "faults": (
        "Same fault",
        (
            "Incidents with the same fingerprint: made from the cause and the line that shows it, without what "
            "differs between runs. First seen is within this report's time."
        ),
    ),
}
"""Each number's meaning, by the name of its anchor."""


def lead(facts: Facts, span: Span) -> Html:
    """What happened, in sentences."""
    totals = facts.totals
    if not totals.incidents:
        return tag("p", "No incident in this time. ", class_="lead")
    return tag("p", *_sentences(facts, totals, span), class_="lead")


def _sentences(facts: Facts, totals: Totals, span: Span) -> Iterator[str]:
    jobs = plural(totals.lost_jobs, "job was", "jobs were")
    yield tag("strong", f"{jobs} lost")
    yield f" in {length(span)}"
    if totals.lost.usd:
        yield ", at a cost of "
        yield tag("strong", f"{'at least ' if totals.lost.unknown else ''}{usd(totals.lost.usd)}")
    yield ". "
    if facts.causes:
        top = facts.causes[0]
        yield f"The most frequent cause was {why(top.name)}, with {plural(top.jobs, 'job')}. "
    if totals.stopped:
        saved = f", which saved up to {usd(totals.saved.usd)}" if totals.saved.usd else ""
        yield f"trainstop stopped {plural(totals.stopped, 'job')}{saved}. "
    if totals.open:
        yield f"{plural(totals.open, 'incident is', 'incidents are')} still open."


def figures(facts: Facts) -> Html:
    """The figures, each with its unit, what it leaves out, and a link to its formula."""
    totals, speeds = facts.totals, facts.speeds
    refused = f", {plural(totals.refused, 'refused submission')}" if totals.refused else ""
    return tag(
        "dl",
        _figure("Incidents", f"{totals.incidents:,}", f"in {plural(totals.jobs, 'job')}{refused}", "lost"),
        _figure("Lost", usd(totals.lost.usd), _unknown(totals.lost.unknown, totals.lost_jobs), "lost", strong=True),
        _figure("Stopped", f"{totals.stopped:,}", _held(totals), "stopped"),
        _figure("Saved, at most", usd(totals.saved.usd), _unknown(totals.saved.unknown, totals.stopped), "saved"),
        _figure("Told within", seconds(speeds.alert.p50), _tail(speeds.alert), "speed"),
        _figure("Open", f"{totals.open:,}", "not resolved yet", "open"),
        class_="figures",
    )


def _figure(label: str, value: str, remark: str, how: str, *, strong: bool = False) -> Html:
    link = tag("a", label, href=f"#how-{how}", title=HOW[how][1])
    amount, unit = (value[4:], "USD") if value.startswith("USD ") else (value, "")
    number = joined(tag("small", unit), " ", amount) if unit else joined(amount)
    return tag(
        "div",
        tag("dt", link),
        tag("dd", number, class_="value"),
        tag("dd", remark, class_="remark"),
        class_="figure strong" if strong else "figure",
    )


def _unknown(unknown: int, whole: int) -> str:
    return f"{unknown:,} of {plural(whole, 'job')} unknown" if unknown else f"{plural(whole, 'job')}, all known"


def _held(totals: Totals) -> str:
    return f"{totals.stops_held:,} held, {totals.stops_failed:,} failed, {totals.already_stopped:,} had ended"


def _tail(speed: Speed) -> str:
    return (
        f"half of {plural(speed.measured, 'alert')}; p95 {seconds(speed.p95)}"
        if speed.measured
        else "no alert was sent"
    )


def how() -> Html:
    """How each number was counted."""
    entries = (joined(tag("dt", name, id=f"how-{key}"), tag("dd", words)) for key, (name, words) in HOW.items())
    return tag("dl", *entries, class_="how")


def speeds(facts: Facts) -> Html:
    """A line for each of noticing, stopping and telling."""
    named = zip(("Noticed", "Stopped", "Told"), facts.speeds, strict=True)
    parts = [
        f"{name} p50 {seconds(speed.p50)}, p95 {seconds(speed.p95)}, slowest {seconds(speed.slowest)}"
        for name, speed in named
        if speed.measured
    ]
    return tag("p", ". ".join(parts) or "Nothing was measured.", class_="note")
