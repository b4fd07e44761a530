"""The report as a browser shows it: nothing leaves it, nothing from jobs runs in it, and it can be used."""

from datetime import timedelta

import pytest

from tests.unit.render.reported import SINCE, a_line, a_report, a_row, some_facts
from trainstop.domain.report import Count, Delay, Fault, Loss, Money, Share, Slow, Stop

HOSTILE = [
    "<script>alert('ran')</script>",
    "</script><script>alert('ran')</script>",
    "\"'><img src=https://evil.example/x onerror=alert('ran')>",
    "\u202egnp.exe\u2066\u200f",
    "one\u2028two\u2029three\x85four",
    "]]><!--<script>",
    "x" * 10_000,
    "\x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
    "${alert('ran')} {{constructor.constructor('alert(1)')()}}",
]


def facts_about(text):
    at = SINCE + timedelta(days=1)
    cost = Money(12.5, 1)
    return some_facts(
        counts=(Count(at, text, 3), Count(at, "gpu_out_of_memory", 2)),
        losses=(Loss(at, 2, cost),),
        delays=(Delay(at, 2.0, 9.0), Delay(at + timedelta(days=1), 3.0, 70.0)),
        causes=(Share(text, 2, cost, text, 12.5),),
        teams=(Share(text, 2, cost, text, 12.5),),
        faults=(Fault(text, text, text, text, text, text, text, text, 2, 2, 1, cost, at, at),),
        stops=(Stop(text, text, text, at, 1.0, 2.0, 2.0),),
        slowest=(Slow(text, text, text, text, at, 90.0, None),),
    )


def a_hostile_report():
    lines = [
        a_line(
            number,
            job_name=text,
            why=text,
            category=text,
            title=text,
            severity=text,
            team=text,
            owner=text,
            action=text,
        )
        for number, text in enumerate(HOSTILE, start=1)
    ]
    rows = [
        a_row(number, title=text, root_line=text, evidence=HOSTILE, advice=text, failure_reason=text, tags={text: text})
        for number, text in enumerate(HOSTILE, start=1)
    ]
    return a_report(lines, rows, facts_about(HOSTILE[1]))


def many(count=500):
    teams = ["vision", "language", "ranking"]
    return [
        a_line(n, team=teams[n % 3], cost_cents=None if n % 10 == 0 else (n * 7919) % 1000) for n in range(count, 0, -1)
    ]


def test_nothing_that_a_job_wrote_runs_and_no_request_leaves_the_page(show):
    shown = show(a_hostile_report())
    for number in range(len(HOSTILE)):
        shown.page.locator("tr.row button").nth(number).click()
        shown.page.wait_for_selector("tr.detail .log")
        shown.page.locator("tr.row button").nth(number).click()
    assert shown.complaints == []
    assert shown.requests == [shown.page.url]
    assert shown.page.locator("img, iframe, object, link, tr script").count() == 0


def test_hostile_texts_are_shown_as_text_without_what_misleads(show):
    shown = show(a_hostile_report())
    jobs = shown.jobs()
    assert jobs[0] == HOSTILE[0]
    assert jobs[3] == "gnp.exe"
    assert jobs[4] == "one two three four"
    assert len(jobs[6]) == 128
    assert jobs[7] == "link"
    assert HOSTILE[1] in shown.page.locator(".faults h3").text_content()


def test_long_texts_make_no_page_wider_than_a_phone(show):
    shown = show(a_hostile_report(), viewport={"width": 375, "height": 780})
    shown.page.locator("tr.row button").nth(6).click()
    shown.page.wait_for_selector("tr.detail .log")
    assert shown.page.evaluate("document.documentElement.scrollWidth") == 375


def test_only_the_rows_in_sight_are_in_the_document(show):
    shown = show(a_report(many(5000)))
    assert shown.page.locator("tr.row").count() < 100
    shown.page.evaluate("document.getElementById('list').scrollTop = 1e9")
    shown.page.wait_for_timeout(200)
    assert shown.jobs()[-1] == "bert-1"
    assert shown.page.locator("tr.row").count() < 100


def test_a_search_finds_rows_with_all_its_words_in_any_column(show):
    shown = show(a_report(many()))
    shown.search("VISION bert-3")
    expected = [line.job_name for line in many() if line.team == "vision" and "bert-3" in line.job_name]
    assert shown.jobs() == expected[: len(shown.jobs())]
    assert shown.page.text_content("#found") == f"{len(expected)} incidents of 500"
    shown.search("no such word")
    assert shown.page.text_content("tr .nothing") == "No incident has all of these words."


@pytest.mark.parametrize("down", [True, False])
def test_a_heading_sorts_and_unknown_costs_come_last_either_way(show, down):
    shown = show(a_report(many()))
    heading = shown.page.locator("th.cost button")
    for _ in range(1 if down else 2):
        heading.click()
    known = [line for line in many() if line.cost_cents is not None]
    expected = [line.job_name for line in sorted(known, key=lambda line: line.cost_cents, reverse=down)]
    costs = [text.split()[1] for text in shown.page.locator("tr.row td.cost").all_text_contents()]
    assert sorted(costs, key=float, reverse=down) == costs
    assert shown.jobs()[0] == expected[0]
    assert shown.page.get_attribute("th.cost", "aria-sort") == ("descending" if down else "ascending")
    assert shown.page.get_attribute("th.when", "aria-sort") is None
    shown.page.evaluate("document.getElementById('list').scrollTop = 1e9")
    shown.page.wait_for_timeout(200)
    assert shown.page.locator("tr.row td.cost").last.text_content() == "unknown"


def test_an_incident_opens_in_place_by_keyboard_and_closes(show):
    rows = [a_row(500, advice="Take a larger instance.", root_line="boom", evidence=["before", "boom"])]
    shown = show(a_report(many(), rows))
    first = shown.page.locator("tr.row button").first
    first.focus()
    shown.page.keyboard.press("Enter")
    shown.page.wait_for_selector("tr.row.open + tr.detail")
    assert first.get_attribute("aria-expanded") == "true"
    assert shown.page.text_content(".log .root") == "boom"
    assert "Take a larger instance." in shown.page.text_content("tr.detail")
    shown.page.keyboard.press("Enter")
    assert shown.page.locator("tr.detail").count() == 0
    shown.page.keyboard.press("ArrowDown")
    assert shown.page.evaluate("document.activeElement.textContent") == "bert-499"


def test_an_incident_without_details_shows_its_row_and_the_command(show):
    shown = show(a_report(many()))
    shown.page.locator("tr.row button").first.click()
    text = shown.page.text_content("tr.detail")
    assert f"trainstop incidents show {500:020x}" in text
    assert "1 x ml.g5.2xlarge" in text


def test_a_link_opens_the_incident_that_it_names_wherever_it_is(show):
    slow = Slow(f"{3:020x}", "bert-3", "quota", "sweep", SINCE, 900.0, None)
    shown = show(a_report(many(), facts=some_facts(slowest=(slow,))))
    shown.search("language")
    shown.page.click("a.job:has-text('bert-3')")
    shown.page.wait_for_selector("tr.row.open + tr.detail")
    assert shown.page.locator("tr.row.open button").text_content() == "bert-3"


@pytest.mark.parametrize(
    ("scheme", "paper", "ink"), [("light", (255, 255, 255), (22, 27, 34)), ("dark", (15, 20, 26), (230, 234, 239))]
)
def test_the_page_follows_the_readers_theme_with_enough_contrast(show, scheme, paper, ink):
    shown = show(a_report(many(), facts=facts_about("quota")), color_scheme=scheme)
    assert shown.colour("body", "background-color") == f"rgb{paper}"
    assert shown.colour("body", "color") == f"rgb{ink}"
    for selector in ("body", ".note", ".figure dt a", ".figure.strong .value", ".chart svg", ".eyebrow"):
        assert contrast(shown.colour(selector, "color"), f"rgb{paper}") >= 4.5, selector


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_charts_draw_what_the_facts_say(show):
    shown = show(a_report(many(), facts=facts_about("LossNotDecreasing")))
    assert shown.complaints == []
    assert shown.page.locator("[data-chart=causes] svg rect").count() == 2
    fills = shown.page.locator("[data-chart=causes] svg rect").evaluate_all(
        "all => all.map(e => getComputedStyle(e).fill)"
    )
    assert set(fills) == {"rgb(0, 119, 187)", "rgb(238, 119, 51)"}
    assert shown.page.locator("[data-chart=losses] svg rect").count() == 1
    assert shown.page.locator("[data-chart=delays] svg path").count() >= 3


def test_a_chart_tells_its_numbers_where_it_is_pointed_at(show):
    shown = show(a_report(many(), facts=facts_about("LossNotDecreasing")))
    box = shown.page.locator("[data-chart=causes] svg rect").first.bounding_box()
    shown.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    shown.page.wait_for_timeout(200)
    told = shown.page.locator("[data-chart=causes] [aria-label=tip]").text_content()
    assert "Incidents" in told
    assert "09 Jan 2026" in told


def test_paper_has_the_charts_and_the_first_incidents_and_no_controls(show):
    shown = show(a_report(many(), facts=facts_about("quota")), color_scheme="dark")
    shown.page.emulate_media(media="print")
    shown.page.wait_for_timeout(200)
    assert shown.colour("body", "background-color") == "rgb(255, 255, 255)"
    assert [chart.is_visible() for chart in shown.page.locator(".chart svg").all()] == [True] * 3
    assert shown.page.locator("tr.row").count() == 50
    assert not shown.page.is_visible(".tools")
    assert shown.page.pdf(format="A4").startswith(b"%PDF")


def test_a_reader_without_script_has_the_summary_the_numbers_and_the_newest_incidents(chromium, tmp_path):
    path = tmp_path / "report.html"
    path.write_bytes(a_report(many(), facts=facts_about("quota")).html)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator("#list tbody tr").count() == 25
    assert page.locator("figure table tbody tr").count() >= 3
    context.close()
