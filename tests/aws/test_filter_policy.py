"""What a filter policy of SNS lets through; two emulators of SNS, written by others, are asked as well."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ministack.services import sns
from moto.sns.utils import FilterPolicyMatcher

from trainstop.domain.filter_policy import accepts, combinations, only_on

ALERT = {"severity": ("high",), "job": ("demo-cnn-1",), "owner": ("alice",), "channels": ("email", "json")}


@pytest.mark.parametrize(
    ("saying", "policy", "passes"),
    [
        ("no filter lets everything through", {}, True),
        ("an exact value", {"severity": ["high"]}, True),
        ("another value", {"severity": ["critical"]}, False),
        ("one of several values", {"severity": ["critical", "high"]}, True),
        ("capitals count", {"severity": ["High"]}, False),
        ("an element of an array", {"channels": ["email"]}, True),
        ("no element of an array", {"channels": ["sms"]}, False),
        ("all keys have to match", {"severity": ["high"], "job": ["other"]}, False),
        ("a key that the message lacks", {"team": ["vision"]}, False),
        ("a prefix", {"job": [{"prefix": "demo-"}]}, True),
        ("another prefix", {"job": [{"prefix": "emo-"}]}, False),
        ("a suffix", {"job": [{"suffix": "-1"}]}, True),
        ("another suffix", {"job": [{"suffix": "-2"}]}, False),
        ("a star is a letter like any other", {"job": ["demo-*"]}, False),
        ("capitals or not", {"owner": [{"equals-ignore-case": "ALICE"}]}, True),
        ("anything but it", {"owner": [{"anything-but": ["bob"]}]}, True),
        ("anything but these", {"owner": [{"anything-but": ["bob", "alice"]}]}, False),
        ("anything but a prefix", {"job": [{"anything-but": {"prefix": "demo-"}}]}, False),
        ("a key that is there", {"owner": [{"exists": True}]}, True),
        ("a key that is not there", {"team": [{"exists": False}]}, True),
        ("a key that should not be there", {"owner": [{"exists": False}]}, False),
        ("a number", {"severity": [{"numeric": [">", 3]}]}, False),
        ("one of two ways", {"$or": [{"severity": ["critical"]}, {"owner": ["alice"]}]}, True),
        ("neither of two ways", {"$or": [{"severity": ["critical"]}, {"owner": ["bob"]}]}, False),
        ("one way alone is an attribute's name", {"$or": [{"owner": ["alice"]}]}, False),
        ("either way and another key", {"$or": [{"owner": ["a"]}, {"owner": ["alice"]}], "job": ["x"]}, False),
    ],
)
def test_what_passes(saying, policy, passes):
    assert accepts(policy, ALERT) is passes, saying
    assert (
        sns._matches_filter_policy(  # noqa: SLF001 - another's opinion
            {"attributes": {"FilterPolicy": json.dumps(policy)}}, _sent(ALERT)
        )
        is passes
    ), saying


VALUES = st.sampled_from(["a", "ab", "b", "ba", "A"])
RULES = st.one_of(
    VALUES,
    st.builds(lambda text: {"prefix": text}, VALUES),
    st.builds(lambda text: {"suffix": text}, VALUES),
    st.builds(lambda texts: {"anything-but": texts}, st.lists(VALUES, min_size=1, max_size=2)),
)
POLICIES = st.dictionaries(
    st.sampled_from(["severity", "job", "owner"]), st.lists(RULES, min_size=1, max_size=3), min_size=1
)
MESSAGES = st.dictionaries(st.sampled_from(["severity", "job", "owner"]), st.tuples(VALUES))


def _sent(attributes):
    """The attributes as an emulator holds those of a message."""
    return {
        name: {"Type": "String", "Value": values[0], "DataType": "String", "StringValue": values[0]}
        if len(values) == 1
        else {"DataType": "String.Array", "StringValue": json.dumps(values)}
        for name, values in attributes.items()
    }


@given(POLICIES, MESSAGES)
def test_two_emulators_agree(policy, attributes):
    ours = accepts(policy, attributes)
    subscription = {"attributes": {"FilterPolicy": json.dumps(policy)}}
    assert ours == sns._matches_filter_policy(subscription, _sent(attributes))  # noqa: SLF001 - another's opinion
    assert ours == FilterPolicyMatcher(policy, None).matches(_sent(attributes), "")


@given(POLICIES, MESSAGES, st.sampled_from(["severity", "job", "owner"]))
def test_what_passes_a_policy_passes_what_it_asks_of_one_attribute(policy, attributes, key):
    either = {"$or": [policy, {"job": ["a"]}]}
    for whole in (policy, either):
        if accepts(whole, attributes):
            assert accepts(only_on(whole, key), attributes)


def test_a_way_that_leaves_an_attribute_free_leaves_all_of_it_free():
    named, free = {"owner": ["alice"], "job": ["x"]}, {"severity": ["high"]}
    assert only_on({"$or": [named, {"owner": ["bob"]}]}, "owner") == {"$or": [{"owner": ["alice"]}, {"owner": ["bob"]}]}
    assert only_on({"$or": [named, free]}, "owner") == {}


def test_combinations_are_the_product_of_the_values():
    assert combinations({"a": ["1", "2", "3"], "b": ["1"], "c": ["1", "2"]}) == 6
