"""From what a person asks for to the filter that SNS applies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainstop.domain.category import Category
from trainstop.domain.decision import Audience, Severity
from trainstop.domain.filter_policy import accepts
from trainstop.domain.job_actions import Protocol, Recipient, recipient_of
from trainstop.domain.subscription import Wish, WishError, at_least, filter_of

ALICE = Recipient(protocol=Protocol.EMAIL, endpoint="alice@example.com")
PHONE = Recipient(protocol=Protocol.SMS, endpoint="+15550100199")


@pytest.mark.parametrize(
    ("saying", "wish", "policy"),
    [
        ("the way is always asked for", {}, {"channels": ["email"]}),
        ("SMS", {"recipient": PHONE}, {"channels": ["sms"]}),
        ("severities", {"severities": ("high", "high")}, {"channels": ["email"], "severity": ["high"]}),
        ("every severity is none", {"severities": at_least(Severity.INFO)}, {"channels": ["email"]}),
        ("a job's name", {"jobs": ("demo-1",)}, {"channels": ["email"], "job": ["demo-1"]}),
        (
            "starts and ends of names",
            {"jobs": ("demo-*", "*-nightly")},
            {"channels": ["email"], "job": [{"prefix": "demo-"}, {"suffix": "-nightly"}]},
        ),
        ("a category", {"categories": (Category.QUOTA,)}, {"channels": ["email"], "category": ["quota"]}),
        (
            "an owner, as alerts spell the name",
            {"audience": Audience.OWNER, "owners": ("Alice ",)},
            {"channels": ["email"], "owner": ["alice"]},
        ),
        ("all owners, if asked for", {"audience": Audience.OWNER, "everything": True}, {"channels": ["email"]}),
        ("a team of the platform's alerts", {"teams": ("Vision",)}, {"channels": ["email"], "team": ["vision"]}),
    ],
)
def test_a_wish_becomes_a_filter(saying, wish, policy):
    assert filter_of(Wish(**{"recipient": ALICE} | wish)) == policy, saying


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ({"audience": Audience.OWNER}, "whose alerts"),
        ({"audience": Audience.TEAM, "owners": ("alice",)}, "whose alerts"),
        ({"audience": Audience.OWNER, "owners": ("alice",), "everything": True}, "either --owner or --all"),
        ({"everything": True}, "--all is for"),
        ({"audience": Audience.OWNER, "owners": (" ",)}, "is empty"),
        ({"jobs": ("*",)}, "no other patterns"),
        ({"jobs": ("",)}, "no other patterns"),
        ({"jobs": ("*-demo-*",)}, "no other patterns"),
        ({"jobs": ("a*b",)}, "no other patterns"),
        ({"jobs": ("demo-?",)}, "no other patterns"),
        ({"jobs": ("demo_1",)}, "no other patterns"),
        ({"categories": tuple(Category), "jobs": tuple(f"job-{number}" for number in range(8))}, "150 combinations"),
        (
            {
                "severities": ("high",),
                "categories": (Category.QUOTA,),
                "jobs": ("a",),
                "owners": ("b",),
                "teams": ("c",),
            },
            "at most 5 keys",
        ),
    ],
)
def test_what_sns_cannot_do_is_refused_with_what_it_can(wish, why):
    with pytest.raises(WishError, match=why):
        filter_of(Wish(**{"recipient": ALICE} | wish))


@pytest.mark.parametrize(
    ("protocol", "address", "endpoint"),
    [
        (Protocol.EMAIL, " Alice@Example.com", "alice@example.com"),
        (Protocol.SMS, "+15550100199", "+15550100199"),
        (Protocol.SMS, "555-0100", None),
        (Protocol.EMAIL, "+15550100199", None),
        (Protocol.EMAIL, "a@b", None),
    ],
)
def test_an_address_is_read_as_it_is_subscribed(protocol, address, endpoint):
    found = recipient_of(protocol, address)
    assert (found and found.endpoint) == endpoint


JOBS = st.text("ab-", min_size=1, max_size=4)
PATTERNS = st.one_of(JOBS, JOBS.map("{}*".format), JOBS.map("*{}".format))
NAMES = st.sampled_from(["alice", "Alice", "bob"])


def _matches(job, pattern):
    """What people mean by the star, said in another way than the filter does."""
    if pattern.endswith("*"):
        return job[: len(pattern) - 1] == pattern[:-1]
    return job[-(len(pattern) - 1) :] == pattern[1:] if pattern.startswith("*") else job == pattern


@given(
    jobs=st.lists(PATTERNS, max_size=3).map(tuple),
    severities=st.lists(st.sampled_from(Severity), max_size=3).map(tuple),
    owners=st.lists(NAMES, max_size=2).map(tuple),
    job=JOBS,
    severity=st.sampled_from(Severity),
    owner=st.sampled_from(["alice", "bob", "carol"]),
)
def test_a_filter_lets_through_exactly_what_was_wished_for(*, jobs, severities, owners, job, severity, owner):
    wish = Wish(recipient=ALICE, jobs=jobs, severities=severities, owners=owners)
    alert = {"channels": ("json", "email"), "job": (job,), "severity": (severity.value,), "owner": (owner,)}
    wanted = (
        (not jobs or any(_matches(job, pattern) for pattern in jobs))
        and (not severities or severity in severities)
        and (not owners or owner in {name.lower() for name in owners})
    )
    assert accepts(filter_of(wish), alert) is wanted
    assert not accepts(filter_of(wish), alert | {"channels": ("sms", "json")})
