"""The charts: their frames with the numbers as a table, and their data for the page's script, which draws them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from trainstop.domain.report import Bin, Facts, Span
from trainstop.render.report.html import Html, joined, table, tag
from trainstop.render.report.words import cost, seconds, why

_COLOURED: Final = 6
_OTHER: Final = "Other causes"
_TIMES: Final = {Bin.HOUR: "%a %H:00", Bin.DAY: "%a %d %b", Bin.WEEK: "week of %d %b", Bin.MONTH: "%B %Y"}


def charts(facts: Facts, span: Span) -> Html:
    """Three figures; each draws nothing where there is nothing to draw."""
    each = f"each {span.bin.value}"
    names = coloured(facts)
    return joined(
        _figure("causes", f"Incidents {each}, by cause", "", _counts(facts, span, names), _legend(names), wide=True),
        _figure("losses", f"Cost of lost jobs {each}", "USD, of the jobs whose cost is known", _losses(facts, span)),
        _figure(
            "delays",
            "From happening to noticing",
            "seconds: half within p50, 19 of 20 within p95",
            _delays(facts, span),
        ),
    )


def data(facts: Facts, span: Span) -> dict[str, Any]:
    """What the script draws; times as ISO 8601, amounts in USD, durations in seconds."""
    names = coloured(facts)
    labels = dict(zip(names, map(why, names), strict=True))
    grouped = _grouped(facts, names)
    return {
        "bin": span.bin.value,
        "since": _iso(span.since),
        "until": _iso(span.until),
        "names": [*labels.values(), *([_OTHER] if _has_other(facts, names) else [])],
        "causes": [
            {"at": _iso(at), "why": labels.get(name, _OTHER), "incidents": count}
            for at, counts in grouped.items()
            for name, count in counts.items()
        ],
        "losses": [{"at": _iso(at), "usd": amount.usd, "jobs": jobs} for at, jobs, amount in facts.losses],
        "delays": [{"at": _iso(at), "p50": p50, "p95": p95} for at, p50, p95 in facts.delays],
    }


def coloured(facts: Facts) -> list[str]:
    """The causes that have a colour of their own: the most frequent ones."""
    totals: Counter[str] = Counter()
    for count in facts.counts:
        totals[count.why] += count.incidents
    return [name for name, _ in sorted(totals.items(), key=lambda each: (-each[1], each[0]))[:_COLOURED]]


def _grouped(facts: Facts, names: Sequence[str]) -> dict[datetime, Counter[str]]:
    grouped: dict[datetime, Counter[str]] = defaultdict(Counter)
    for at, name, incidents in facts.counts:
        grouped[at][name if name in names else ""] += incidents
    return grouped


def _has_other(facts: Facts, names: Sequence[str]) -> bool:
    return any(count.why not in names for count in facts.counts)


def _figure(key: str, title: str, unit: str, numbers: Html, legend: str = "", *, wide: bool = False) -> Html:
    caption = tag("figcaption", tag("h3", title), tag("p", unit, class_="unit") if unit else "", legend)
    chart = tag("div", class_="chart", data_chart=key, role="img", aria_label=f"Chart: {title}. Its numbers are below.")
    details = tag("details", tag("summary", "The numbers"), numbers)
    return tag("figure", caption, chart, details, class_="wide" if wide else None)


def _legend(names: Sequence[str]) -> Html:
    entries = [tag("li", why(name), class_=f"key c{index}") for index, name in enumerate(names)]
    return tag("ul", *entries, tag("li", _OTHER, class_="key other"), class_="legend")


def _counts(facts: Facts, span: Span, names: Sequence[str]) -> Html:
    heads = ["UTC", *map(why, names), _OTHER]
    rows = (
        [_time(at, span), *(f"{counts[name]:,}" for name in (*names, ""))]
        for at, counts in _grouped(facts, names).items()
    )
    return _numbers("Incidents by cause", heads, rows)


def _losses(facts: Facts, span: Span) -> Html:
    rows = ([_time(at, span), f"{jobs:,}", cost(amount)] for at, jobs, amount in facts.losses)
    return _numbers("Cost of lost jobs", ["UTC", "Jobs", "Cost"], rows)


def _delays(facts: Facts, span: Span) -> Html:
    rows = ([_time(at, span), seconds(p50), seconds(p95)] for at, p50, p95 in facts.delays)
    return _numbers("Time to notice", ["UTC", "p50", "p95"], rows)


def _numbers(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Html:
    return table(caption, heads, rows, numbers=frozenset(range(1, len(heads))))


def _time(at: datetime, span: Span) -> str:
    return at.strftime(_TIMES[span.bin])


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
