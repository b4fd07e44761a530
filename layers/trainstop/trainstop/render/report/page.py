"""The report as one HTML page that needs nothing else: no request leaves it, and only its own scripts run in it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any, Final, NamedTuple

from trainstop.domain.report import Calls, Facts, Listed, Money, Span
from trainstop.render.report import charts, summary, tables
from trainstop.render.report.detail import detail
from trainstop.render.report.html import inert_json, joined, shown, source_hash, tag
from trainstop.render.report.listing import listing
from trainstop.render.report.pack import columns, packed
from trainstop.render.report.words import minute, plural, title

MAX_BYTES: Final = 5_000_000
LISTED_MOST: Final = 120_000
"""More rows make browsers slow, and are more than a person reads."""

DETAILS_MOST: Final = 2_000
_DETAIL_BYTES: Final = 800_000
_IN_A_CHUNK: Final = 50
_MARGIN: Final = 0.01
"""Fewer rows compress a little worse: so much less is taken, that one more try is enough."""

D3: Final = "vendor/d3-7.9.0.min.js"
PLOT: Final = "vendor/plot-0.6.17.umd.min.js"
PLOT_STYLE: Final = "plot.css"
"""The style that Plot puts into each chart, to the letter: the page lets it in by its hash."""


class Made(NamedTuple):
    """Of which stack the report is, when it was made, and by which trainstop."""

    stack: str
    region: str
    at: datetime
    version: str


class Content(NamedTuple):
    """What the page is made of.

    Attributes:
        total: Incidents in the span; ``listed`` may hold fewer.
        listed: Newest first.
        details: Whole rows, the most important ones first.
    """

    facts: Facts
    total: int
    listed: Sequence[Listed]
    details: Sequence[Mapping[str, Any]]
    calls: Calls


class Report(NamedTuple):
    """The page, how many of the incidents are in it in what way, and what the lost jobs cost."""

    html: bytes
    total: int
    listed: int
    detailed: int
    calls_problem: str
    lost: Money


class _Details(NamedTuple):
    """Details in chunks that the script unpacks one at a time, and in which chunk an incident is."""

    chunks: list[str]
    chunk_of: dict[str, int]


def report_page(content: Content, span: Span, made: Made) -> Report:
    """The page. Where not all fits into ``MAX_BYTES``, the oldest incidents and the least important details go."""
    details = _details(content)
    listed = list(content.listed)
    while True:
        values = _values(content, span, made, listed, details)
        html = Template(_asset("page.html")).substitute(values).encode()
        if len(html) <= MAX_BYTES or not listed:
            lost = content.facts.totals.lost
            return Report(html, content.total, len(listed), len(details.chunk_of), content.calls.problem, lost)
        kept = 1 - (len(html) - MAX_BYTES) / len(values["list_data"])
        listed = listed[: int(len(listed) * max(0.0, kept - _MARGIN))]


def _values(
    content: Content,
    span: Span,
    made: Made,
    listed: Sequence[Listed],
    details: _Details,
) -> dict[str, str]:
    facts, when = content.facts, title(span)
    css, js = _asset("page.css"), _asset("page.js")
    return {
        "policy": _policy(),
        "version": joined(made.version),
        "title": joined(f"trainstop report: {when}"),
        "css": css,
        "of": joined(f"stack {made.stack} in {made.region}"),
        "heading": joined(when),
        "lead": summary.lead(facts, span),
        "figures": summary.figures(facts),
        "charts": charts.charts(facts, span),
        "causes": tables.causes(facts),
        "teams": tables.teams(facts),
        "faults": tables.faults(facts),
        "stops": tables.stops(facts),
        "speeds": summary.speeds(facts),
        "slowest": tables.slowest(facts),
        "list": listing(listed),
        "left_out": joined(*_left_out(content, len(listed), len(details.chunk_of))),
        "how": summary.how(),
        "made": joined(f"Made {minute(made.at)} UTC by trainstop {made.version}. All times are in UTC."),
        "chart_data": inert_json(charts.data(facts, span)),
        "d3": _asset(D3),
        "plot": _asset(PLOT),
        "list_data": packed(columns(listed, details.chunk_of)),
        "detail_data": "\n".join(_elements(details.chunks)),
        "js": js,
    }


def _policy() -> str:
    """The page's Content-Security-Policy: no request, no script or style but these, no text that becomes a script."""
    scripts = " ".join(source_hash(_asset(name)) for name in (D3, PLOT, "page.js"))
    styles = " ".join(map(source_hash, map(_asset, ("page.css", PLOT_STYLE))))
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _details(content: Content) -> _Details:
    """As many as fit."""
    chunks: list[str] = []
    chunk_of: dict[str, int] = {}
    size = 0
    for start in range(0, len(content.details), _IN_A_CHUNK):
        rows = {shown(row["incident_id"]): row for row in content.details[start : start + _IN_A_CHUNK]}
        chunk = packed({identity: detail(row, content.calls) for identity, row in rows.items()})
        size += len(chunk)
        if size > _DETAIL_BYTES:
            break
        chunk_of |= dict.fromkeys(rows, len(chunks))
        chunks.append(chunk)
    return _Details(chunks, chunk_of)


def _elements(chunks: Sequence[str]) -> Iterator[str]:
    """Elements that browsers leave alone; base64 needs no escape."""
    for number, chunk in enumerate(chunks):
        yield f'<script type="application/octet-stream" id="detail-{number}">{chunk}</script>'


def _left_out(content: Content, listed: int, detailed: int) -> Iterator[str]:
    if listed < content.total:
        yield f"The list holds the newest {listed:,} of {content.total:,} incidents; all are in the numbers above. "
    if detailed < listed:
        yield (
            f"{plural(detailed, 'incident')} of them, the most severe and dearest, have their timeline and log here; "
            "for the others there is "
        )
        yield tag("code", "trainstop incidents show ID")
        yield ". "
    own = content.facts.totals.own_records
    if own:
        yield f"{plural(own, 'record')} of what people and trainstop itself did are listed, but in no number. "
    if content.calls.problem:
        yield f"Calls of CloudTrail are missing: {content.calls.problem}. "
    yield "Drills are left out. The newest incidents enter the table of the archive some minutes after they happened."


@cache
def _asset(name: str) -> str:
    return files("trainstop.render.report").joinpath(name).read_text(encoding="utf-8")
