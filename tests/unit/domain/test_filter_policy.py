import pytest

from trainstop.domain.filter_policy import Takes, in_words, takes

ALERT = {
    "severity": ("String", "high"),
    "job": ("String", "vision-resnet-7"),
    "channels": ("String.Array", '["email", "json"]'),
}


@pytest.mark.parametrize(
    ("saying", "policy", "answer"),
    [
        ("no filter", {}, Takes.YES),
        ("a value that is there", {"severity": ["critical", "high"]}, Takes.YES),
        ("a value that is not", {"severity": ["critical"]}, Takes.NO),
        ("one of an array", {"channels": ["sms", "email"]}, Takes.YES),
        ("none of an array", {"channels": ["sms"]}, Takes.NO),
        ("every key has to be fulfilled", {"channels": ["email"], "severity": ["critical"]}, Takes.NO),
        ("a key that is missing", {"team": ["nlp"]}, Takes.NO),
        ("a key that has to be missing", {"team": [{"exists": False}]}, Takes.YES),
        ("a key that has to be there", {"job": [{"exists": True}]}, Takes.YES),
        ("a prefix", {"job": [{"prefix": "vision-"}]}, Takes.YES),
        ("another prefix", {"job": [{"prefix": "nlp-"}]}, Takes.NO),
        ("a suffix", {"job": [{"suffix": "-7"}]}, Takes.YES),
        ("anything but this", {"severity": [{"anything-but": ["high"]}]}, Takes.NO),
        ("anything but another", {"severity": [{"anything-but": "info"}]}, Takes.YES),
        ("what is not read here", {"severity": [{"numeric": ["=", 1]}]}, Takes.PERHAPS),
        ("what is not read here beside what is", {"severity": [{"cidr": "10.0.0.0/8"}, "high"]}, Takes.YES),
        ("what is not read here beside a no", {"$or": [{"a": ["b"]}], "severity": ["info"]}, Takes.NO),
        ("a form that is not read here", {"$or": {"a": 1}}, Takes.PERHAPS),
    ],
)
def test_a_subscription_takes_an_alert_or_not(saying, policy, answer):
    assert takes(policy, ALERT) is answer, saying


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({}, "everything"),
        ({"channels": ["email"], "severity": ["high", "critical"]}, "channels is email; severity is high or critical"),
        (
            {"job": [{"prefix": "vision-"}, {"anything-but": ["a", "b"]}]},
            "job starts with vision- or is not a or b",
        ),
        ({"team": [{"exists": False}]}, "team is not there"),
        ({"cost": [{"numeric": [">", 5]}]}, 'cost fulfils {"numeric": [">", 5]}'),
        ({"$or": {}}, "$or has conditions of its own"),
    ],
)
def test_a_filter_is_told_in_words(policy, words):
    assert in_words(policy) == words
