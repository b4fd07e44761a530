"""Filters in words, whoever made them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainstop.render.filter_words import filter_words


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (None, "everything"),
        ({}, "everything"),
        ({"channels": ["email"]}, "everything"),
        ({"channels": ["sms"]}, "channels sms"),
        ({"severity": ["high", "critical"]}, "severity high or critical"),
        ({"channels": ["email"], "severity": ["high"], "owner": ["alice"]}, "severity high; owner alice"),
        ({"job": [{"prefix": "demo-"}, {"suffix": "-nightly"}, "one"]}, "job demo-*, *-nightly or one"),
        ({"team": [{"anything-but": ["vision", "nlp"]}]}, "team not vision or nlp"),
        ({"team": [{"anything-but": {"prefix": "v"}}]}, "team not v*"),
        ({"team": [{"equals-ignore-case": "Vision"}]}, "team Vision (in capitals or not)"),
        ({"rule": [{"exists": True}]}, "rule of any value"),
        ({"rule": [{"exists": False}]}, "rule not there"),
        ({"$or": [{"severity": ["high"]}, {"team": ["nlp"]}]}, "either (severity high) or (team nlp)"),
        ({"cost": [{"numeric": [">", 3]}]}, 'cost {"numeric": [">", 3]}'),
        ({"owner": [""]}, 'owner ""'),
        ({"owner": ["\x1b[31mred\x07"]}, "owner red"),
    ],
)
def test_words(policy, words):
    assert filter_words(policy, "email") == words


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), JSON))
def test_any_filter_has_words_that_fit_a_line(policy):
    words = filter_words(json.loads(json.dumps(policy)))
    assert 0 < len(words) <= 300
    assert words.isprintable()
