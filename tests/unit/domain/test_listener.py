"""Who is listened for, by the filters of subscriptions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainstop.domain.decision import Audience
from trainstop.domain.listener import Listened, listened, listener_name, misspelt

OWNER = Audience.OWNER


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("alice", "alice"),
        ("Alice Example", "alice example"),
        ("  alice\n example ", "alice example"),
        ("\x1b[31malice\x1b[0m\u202e", "alice"),
        ('al"ice\\', "al'ice/"),
        ("ÅSA", "åsa"),
        ("A\u030aSA", "åsa"),
        ("a" * 300, "a" * 256),
        ("", ""),
    ],
)
def test_a_name_is_published_in_one_spelling(name, published):
    assert listener_name(name) == published


@given(st.text())
def test_a_published_name_stays_as_it_is(name):
    assert listener_name(listener_name(name)) == listener_name(name)


@pytest.mark.parametrize(
    ("saying", "policies", "heard", "unheard"),
    [
        ("nobody subscribed", [], [], ["alice", ""]),
        ("a name", [{"owner": ["alice"]}], ["alice", "ALICE"], ["bob", ""]),
        ("several", [{"owner": ["alice", "bob"]}, {"owner": ["carol"]}], ["alice", "bob", "carol"], ["dan"]),
        ("only what is critical is listening", [{"owner": ["alice"], "severity": ["critical"]}], ["alice"], ["bob"]),
        ("no filter hears everybody", [{}], ["alice", "bob"], [""]),
        ("no filter on the name, either", [{"channels": ["email"]}], ["alice", "bob"], [""]),
        ("a name that no alert has", [{"owner": ["Alice"]}], [], ["alice", "Alice"]),
        ("capitals or not", [{"owner": [{"equals-ignore-case": "Alice"}]}], ["alice"], ["bob"]),
        ("a pattern", [{"owner": [{"prefix": "a"}, "bob"]}], ["alice", "Bob"], ["carol"]),
        ("all but one", [{"owner": [{"anything-but": ["bob"]}]}], ["alice"], ["bob"]),
        ("either way", [{"$or": [{"owner": ["alice"]}, {"owner": ["bob"]}]}], ["alice", "bob"], ["carol"]),
        ("a way for all", [{"$or": [{"owner": ["alice"]}, {"severity": ["critical"]}]}], ["alice", "carol"], [""]),
    ],
)
def test_who_is_listened_for(saying, policies, heard, unheard):
    found = listened(OWNER, policies)
    assert [name for name in heard if not found.includes(OWNER, name)] == [], saying
    assert [name for name in unheard if found.includes(OWNER, name)] == [], saying


def test_what_is_kept_can_be_read_again():
    found = listened(OWNER, [{"owner": ["alice"]}, {"owner": [{"prefix": "b"}]}, {}])
    assert Listened.model_validate_json(found.model_dump_json()) == found
    assert found.everybody


def test_a_name_that_no_alert_can_have_is_found():
    assert misspelt(OWNER, {"owner": ["Alice", "bob", {"prefix": "C"}]}) == ("Alice",)
    assert misspelt(OWNER, {"severity": ["High"]}) == ()
