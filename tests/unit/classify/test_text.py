"""Cleaned text holds nothing that a terminal, a queue or a reader stumbles over."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainstop.domain.text import clean_text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("#033[34mblue#011tab", "blue\ttab"),
        ("10%\r20%\r100%", "100%"),
        ("line\r\nnext\r\n", "line\nnext\n"),
        ("bell\x07 null\x00 c1\x9f", "bell null c1"),
        ("gpj\u202egnp.exe", "gpjgnp.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("lone \ud800 surrogate", "lone ? surrogate"),
        ("Größe 批次", "Größe 批次"),
    ],
)
def test_text_is_cleaned(text, cleaned):
    assert clean_text(text) == cleaned


@given(st.text())
def test_only_characters_that_sqs_takes_are_left(text):
    cleaned = clean_text(text)
    assert all(character in "\t\n" or unicodedata.category(character) != "Cc" for character in cleaned)
    assert not {"\ufffe", "\uffff"} & set(cleaned)
    cleaned.encode("utf-8")


@given(st.text(alphabet="ab\r\n\t\x1b[0m"))
def test_cleaning_twice_changes_nothing_more(text):
    once = clean_text(text)
    assert clean_text(once) == once
