"""Text within its bounds."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from trainstop.render.alphabets import gsm_septets, to_ascii, to_gsm
from trainstop.render.text import columns, fit, log_line, one_line, said, shorten_end, shorten_middle, wrap
from trainstop.render.units import clock_time, duration, instant, money


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", "plain"),
        ("  two\n lines\r\nand\ta tab ", "two lines and a tab"),
        ("\x1b[31mred\x1b[0m\x07", "red"),
        ("job\u202egnp.exe", "jobgnp.exe"),
        ("para\u2028graph\u2029s\x85next", "para graph snext"),
        ("\ue000private\U000e0041tag", "privatetag"),
        ("naïve 日本 🚂", "naïve 日本 🚂"),
    ],
)
def test_one_line_keeps_what_is_seen(text, line):
    assert one_line(text) == line


@pytest.mark.parametrize("text", ["", " ", "None", "none\n", "null", "NaN", "n/a", "\u200b"])
def test_a_text_that_says_nothing_is_empty(text):
    assert said(text) == ""


def test_a_sentence_about_none_is_kept():
    assert said("TypeError: 'NoneType' object is None") == "TypeError: 'NoneType' object is None"


def test_a_log_line_keeps_its_indentation_and_nothing_else_that_moves_the_cursor():
    assert log_line("\tif x:\x0b\u2028  y\x1b[2K \n") == "    if x:   y"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("plain ~ text", "plain ~ text"),
        ("“quoted” — naïve…", '"quoted" - naive...'),
        ("Øre Ł straße Æ", "Ore L strasse AE"),
        ("5 €", "5 EUR"),
        ("ﬁne ①", "fine 1"),
        ("日本", "??"),
        ("a\x7fb", "a?b"),
    ],
)
def test_other_alphabets_are_brought_to_ascii(text, plain):
    assert to_ascii(text) == plain


def test_the_backtick_is_in_no_sms_alphabet():
    assert gsm_septets(to_gsm("`x`")) == 3


@pytest.mark.parametrize(("text", "septets"), [("", 0), ("abc @£_", 7), ("[a]", 5), ("^{}\\~|€", 14), ("é\n", 2)])
def test_septets_are_counted_as_the_network_does(text, septets):
    assert gsm_septets(text) == septets


@pytest.mark.parametrize("text", ["`", "ê", "“", "🚂", "\t"])
def test_a_character_that_would_turn_the_sms_into_another_encoding_is_an_error(text):
    with pytest.raises(ValueError, match="not in the GSM alphabet"):
        gsm_septets(text)


@pytest.mark.parametrize(
    ("name", "width", "short"),
    [
        ("short", 5, "short"),
        ("abcdefghijklmnop", 13, "abcd...klmnop"),
        ("ab", 1, "."),
        ("日本語日本語", 9, "日...本語"),
    ],
)
def test_a_name_is_shortened_in_its_middle(name, width, short):
    assert shorten_middle(name, width) == short


def test_a_sentence_is_cut_at_its_end():
    assert shorten_end("one two three", 11) == "one two..."


def test_the_longest_name_gives_way_first():
    assert fit("{a} on {b}", 26, {"a": "short-rule", "b": "x" * 63}) == "short-rule on xxx...xxxxxx"


def test_what_is_fixed_is_not_shortened():
    text = fit("{status}: {name}.", 30, {"name": "n" * 63}, {"status": "a status of length"})

    assert text.startswith("a status of length: n")
    assert len(text) <= 34


def test_names_may_hold_braces():
    assert fit("job {name}", 40, {"name": "{status} {0} }{"}) == "job {status} {0} }{"


def test_wrapping_breaks_at_spaces_and_inside_words_that_are_too_long():
    assert wrap("aa bb cccccccccc dd", 5, 9) == ["aa bb", "ccccc", "ccccc", "dd"]


def test_wrapping_says_that_it_left_something_out():
    assert wrap("one two three four", 7, 2) == ["one two", "thre..."]


def test_wide_characters_take_two_columns():
    lines = wrap("日本語の長い行です", 6, 9)

    assert all(columns(line) <= 6 for line in lines)
    assert "".join(lines) == "日本語の長い行です"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-1, "0 s"), (59.9, "59 s"), (60, "1 min"), (3599, "59 min"), (3720, "1 h 02 min"), (183600, "2 d 03 h")],
)
def test_durations_have_two_units_at_most(seconds, shown):
    assert duration(seconds) == shown


@pytest.mark.parametrize(
    ("usd", "shown"),
    [
        (None, "unknown"),
        (Decimal("NaN"), "unknown"),
        (Decimal(0), "USD 0.00"),
        (Decimal("0.004"), "under USD 0.01"),
        (Decimal("999.99"), "USD 999.99"),
        (Decimal("12345.67"), "USD 12,346"),
    ],
)
def test_money_is_rounded_to_what_matters(usd, shown):
    assert money(usd) == shown


@pytest.mark.parametrize(
    ("zone", "moment", "shown"),
    [
        ("UTC", "2026-01-15 12:10:01", "12:10:01 UTC"),
        ("Etc/UTC", "2026-01-15 12:10:01", "12:10:01 UTC"),
        ("Europe/Berlin", "2026-01-15 12:10:01", "12:10:01 UTC (13:10 Berlin)"),
        ("Europe/Berlin", "2026-03-29 00:59:59", "00:59:59 UTC (01:59 Berlin)"),
        ("Europe/Berlin", "2026-03-29 01:00:00", "01:00:00 UTC (03:00 Berlin)"),
        ("Europe/Berlin", "2026-10-25 00:30:00", "00:30:00 UTC (02:30 Berlin)"),
        ("Europe/Berlin", "2026-10-25 01:30:00", "01:30:00 UTC (02:30 Berlin)"),
        ("Europe/London", "2026-01-15 12:10:01", "12:10:01 UTC (12:10 London)"),
        ("America/New_York", "2026-01-15 02:10:01", "02:10:01 UTC (21:10 New York, day before)"),
        ("Asia/Kolkata", "2026-01-15 18:40:00", "18:40:00 UTC (00:10 Kolkata, next day)"),
        ("Pacific/Kiritimati", "2026-12-31 23:00:00", "23:00:00 UTC (13:00 Kiritimati, next day)"),
        ("Etc/GMT+5", "2026-01-15 12:10:01", "12:10:01 UTC (07:10 UTC-05)"),
        ("Europe/Berlin", "9999-12-31 23:30:00", "23:30:00 UTC"),
    ],
)
def test_times_are_told_in_the_readers_zone_too(zone, moment, shown):
    utc = datetime.fromisoformat(moment).replace(tzinfo=UTC)

    assert clock_time(utc, ZoneInfo(zone)) == shown
    assert instant(utc, ZoneInfo(zone)) == f"{moment[:10]} {shown}"


def test_times_are_told_in_utc():
    moment = datetime(2026, 1, 15, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))

    assert instant(moment) == "2026-01-14 23:02:03 UTC"
    assert instant(datetime(2026, 1, 15, 1, 2, 3)) == "2026-01-15 01:02:03 UTC"  # noqa: DTZ001 - a time without a zone
    assert clock_time(moment.astimezone(UTC)) == "23:02:03 UTC"
