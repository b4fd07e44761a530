"""The words that a pattern requires, read out of the pattern."""

import pytest

from trainstop.classify.literals import required_words


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("CUDA out of memory", ["cuda out of memory"]),
        (r"^\s*Killed\s*$", ["killed"]),
        ("Xid.*fell off the bus", ["fell off the bus"]),
        ("one|two|three", ["one", "three", "two"]),
        ("(?:no|not enough) space", ["no space", "not enough space"]),
        ("[Ee]rror: .+", ["error: "]),
        ("nodes?", ["node"]),
        ("={20}", ["=" * 20]),
        ("(?:abc)+d*", ["abc"]),
        (r"\w+", []),
        ("maybe|", []),
    ],
)
def test_required_words(pattern, words):
    assert list(required_words(pattern)) == words
