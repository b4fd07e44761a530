"""The report's page: its texts, what is embedded in it, and that it stays within its bounds."""

import base64
import gzip
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest

from tests.unit.render.reported import SINCE, SPAN, a_line, a_report, a_row, some_facts
from trainstop.domain.report import Bin, Call, Calls, Count, Money, Share, Span
from trainstop.render.report import MAX_BYTES, page
from trainstop.render.report.detail import detail
from trainstop.render.report.html import Html, inert_json, shown, tag
from trainstop.render.report.words import cost, length, seconds, title, why

VENDOR = files("trainstop.render.report").joinpath("vendor")
HOSTILE = "</script><script>alert(1)</script>\u202egnp\u2028\x1b[31m\"'><img src=x onerror=alert(1)>"


def embedded(report, element):
    data = re.search(rf'<script type="application/octet-stream" id="{element}">([^<]*)</script>', report.html.decode())
    return json.loads(gzip.decompress(base64.b64decode(data[1])))


def test_text_becomes_part_of_a_page_only_as_text():
    made = tag("td", HOSTILE, title=HOSTILE)
    assert re.findall("<[^>]*", made) == [re.match("<[^>]*", made)[0], "</td"]
    assert "\u202e" not in made
    assert "\u2028" not in made
    assert "\x1b" not in made


def test_html_of_our_own_is_not_escaped_twice():
    assert tag("p", tag("b", "a & b")) == "<p><b>a &amp; b</b></p>"
    assert isinstance(tag("p"), Html)


def test_json_cannot_end_its_element():
    text = inert_json({"name": HOSTILE})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"name": HOSTILE}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", "plain"),
        ("  indented", "  indented"),
        ("\tindented", "    indented"),
        ("a\u200bb\u202ec", "abc"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("x" * 10_000, "x" * 1997 + "..."),
    ],
)
def test_texts_are_one_clean_line_of_bounded_length(text, line):
    assert shown(text) == line


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (why("gpu_out_of_memory"), "GPU out of memory"),
        (why("LossNotDecreasing"), "LossNotDecreasing"),
        (cost(Money(12.5, 0)), "USD 12.50"),
        (cost(Money(1234.5, 3)), "USD 1,234 + 3 unknown"),
        (cost(Money(0.0, 3)), "3 unknown"),
        (seconds(None), "\u2013"),
        (seconds(3.14), "3.1 s"),
        (seconds(3600), "1 h 00 min"),
        (title(SPAN), "8 \u2013 14 January 2026"),
        (title(Span(SINCE, SINCE + timedelta(days=1))), "8 January 2026"),
        (title(Span(SINCE, SINCE + timedelta(days=31))), "8 January \u2013 7 February 2026"),
        (title(Span(SINCE, SINCE + timedelta(hours=36))), "2026-01-08 00:00 to 2026-01-09 12:00 UTC"),
        (length(SPAN), "7 days"),
    ],
)
def test_words(made, words):
    assert made == words


@pytest.mark.parametrize(
    ("days", "step"), [(1, Bin.HOUR), (2, Bin.HOUR), (7, Bin.DAY), (92, Bin.DAY), (93, Bin.WEEK), (800, Bin.MONTH)]
)
def test_a_longer_span_has_longer_steps(days, step):
    assert Span(SINCE, SINCE + timedelta(days=days)).bin is step


def test_a_span_touches_whole_days_and_not_the_one_it_ends_before():
    assert Span(SINCE, SINCE + timedelta(days=2)).days == ["2026-01-08", "2026-01-09"]
    assert Span(SINCE + timedelta(hours=23), SINCE + timedelta(hours=25)).days == ["2026-01-08", "2026-01-09"]


def test_an_unknown_cost_is_counted_apart_and_never_as_nothing():
    share = Share("quota", 2, Money(0.0, 2), "", None)
    html = a_report(facts=some_facts(causes=(share,))).html.decode()
    assert '<td class="number">USD 0.00</td><td class="number">2</td>' in html


def test_every_figure_links_to_how_it_was_counted():
    html = a_report([a_line()]).html.decode()
    links = set(re.findall(r'href="#(how-\w+)"', html))
    assert links
    assert links <= set(re.findall(r'id="(how-\w+)"', html))


def test_the_list_comes_back_as_it_was():
    lines = [a_line(2, cost_cents=None), a_line(1, team="", job_name=HOSTILE)]
    data = embedded(a_report(lines), "list-data")
    assert data["count"] == 2
    assert base64.b64decode(data["incident_id"]).hex() == lines[0].incident_id + lines[1].incident_id
    assert data["occurred_second"] == [lines[0].occurred_second, -600]
    assert data["cost_cents"] == [None, 100]
    people = next(group for group in data["groups"] if group["names"] == ["team", "owner"])
    assert [[words[at] for words in people["words"]] for at in people["at"]] == [["vision", "ana"], ["", "ana"]]


def test_ids_of_another_form_stay_as_they_are():
    lines = [a_line(incident_id="</script>")]
    assert embedded(a_report(lines), "list-data")["incident_id"] == ["</script>"]


def test_a_page_names_its_own_scripts_and_no_address():
    html = a_report([a_line()]).html.decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)[1]
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert len(scripts) == 3
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert not re.search(r"""(?:src|href|action)=(?!"#)""", re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL))


def test_vendored_files_are_those_of_the_lock_and_bring_their_licence():
    locked = json.loads(VENDOR.joinpath("lock.json").read_text())["files"]
    assert {f"vendor/{each['file']}" for each in locked} == {page.D3, page.PLOT}
    for each in locked:
        content = VENDOR.joinpath(each["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == each["sha256"]
        assert b"</script" not in content.lower()
        assert b"<!--" not in content
        assert "Permission to use, copy" in VENDOR.joinpath(each["licence"]).read_text()


def test_what_does_not_fit_is_left_out_and_said(monkeypatch):
    whole = a_report(
        [a_line(n, job_name=f"job-{hashlib.sha256(bytes([n % 256, n // 256])).hexdigest()}") for n in range(3000)]
    )
    monkeypatch.setattr(page, "MAX_BYTES", len(whole.html) - 40_000)
    lines = [a_line(n, job_name=f"job-{hashlib.sha256(bytes([n % 256, n // 256])).hexdigest()}") for n in range(3000)]
    cut = a_report(lines)
    assert len(cut.html) <= len(whole.html) - 40_000
    assert 0 < cut.listed < whole.listed == 3000
    assert f"The list holds the newest {cut.listed:,} of 3,000 incidents" in cut.html.decode()
    assert MAX_BYTES == 5_000_000


def test_details_are_bounded_and_the_most_important_come_first(monkeypatch):
    monkeypatch.setattr(page, "_DETAIL_BYTES", 60_000)
    noise = [[hashlib.sha256(bytes([n % 256, n // 256, line])).hexdigest() for line in range(20)] for n in range(400)]
    rows = [a_row(n, evidence=noise[n]) for n in range(400)]
    made = a_report([a_line(n) for n in range(400)], rows)
    assert 0 < made.detailed < 400
    assert made.detailed % 50 == 0
    assert rows[0]["incident_id"] in embedded(made, "detail-0")
    assert f"{made.detailed} incidents of them, the most severe and dearest" in made.html.decode()


def at(minute):
    return datetime(2026, 1, 15, 12, minute)  # noqa: DTZ001 - as DuckDB gives it


def test_a_timeline_is_in_the_order_of_time_whoever_acted():
    row = a_row(
        account="111122223333",
        region="us-east-1",
        job_created_at=at(1),
        transitions=[{"status": "Training", "started_at": at(3), "ended_at": None, "message": "downloaded"}],
        rule_statuses=[{"name": "Overfit", "status": "IssuesFound", "details": "step 5", "modified_at": at(4)}],
        history=[
            {"at": at(7), "what": "resolve", "by": "ana", "words": "mended"},
            {"at": at(5), "what": "recorded", "by": "", "words": ""},
            {"at": at(6), "what": "acted", "by": "", "words": "already_stopped"},
        ],
    )
    calls = (Call("2026-01-15 12:02:00", "CreateTrainingJob", "ana", "203.0.113.10", ""),)
    made = detail(row, Calls({("111122223333", "us-east-1", "bert-1"): calls}))
    assert [event[1:] for event in made["events"]] == [
        ["job", "Created"],
        ["call", "CreateTrainingJob by ana: from 203.0.113.10"],
        ["job", "Training: downloaded"],
        ["rule", "Overfit: IssuesFound: step 5"],
        ["trainstop", "trainstop noticed: by event"],
        ["trainstop", "trainstop acted: already stopped"],
        ["person", "resolve by ana: mended"],
    ]


def test_a_row_of_before_there_was_a_history_has_a_timeline_all_the_same():
    made = detail(a_row(detected_at=at(1), told_at=at(2), told_as="published", resolved_at=at(3)), Calls({}))
    assert [event[2] for event in made["events"]] == [
        "trainstop noticed: by event",
        "trainstop told: published",
        "resolved by somebody",
    ]


def test_the_most_frequent_causes_have_a_colour_and_the_others_share_one():
    counts = tuple(Count(SINCE, name, number) for number, name in enumerate("abcdefgh", start=1))
    html = a_report(facts=some_facts(counts=counts)).html.decode()
    data = json.loads(re.search(r'id="chart-data">(.*?)</script>', html)[1])
    assert data["names"] == ["h", "g", "f", "e", "d", "c", "Other causes"]
    assert {each["why"]: each["incidents"] for each in data["causes"]}["Other causes"] == 2 + 1


def test_a_report_of_nothing_says_so():
    html = a_report().html.decode()
    assert "No incident in this time." in html
    assert datetime(2026, 1, 15, tzinfo=UTC) == SPAN.until
