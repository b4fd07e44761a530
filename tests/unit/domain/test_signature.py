"""Signatures: whatever is signed verifies, and nothing else does."""

from datetime import UTC, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from trainstop.domain.signature import SigningSecrets, signature, signature_header

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
SECRET, TIMESTAMP, BODY = st.text(min_size=1), st.integers(0, 2**40), st.binary(max_size=200)


def test_a_signature_is_the_one_that_the_documentation_describes():
    """Worked out with ``printf '1768478400.{}' | openssl dgst -sha256 -hmac secret``."""
    expected = "v1=73e822d7aed8642014f8af09001985f05859013123303138ad6d4e6a45546992"
    assert signature("secret", 1768478400, b"{}") == expected


@given(SECRET, TIMESTAMP, BODY, BODY)
def test_another_body_has_another_signature(secret, timestamp, body, other):
    assume(body != other)
    assert signature(secret, timestamp, body) != signature(secret, timestamp, other)


@given(SECRET, TIMESTAMP, TIMESTAMP, BODY)
def test_another_time_has_another_signature(secret, timestamp, other, body):
    assume(timestamp != other)
    assert signature(secret, timestamp, body) != signature(secret, other, body)


@given(st.text("abc", min_size=1, max_size=40), st.text("abc", min_size=1, max_size=40), TIMESTAMP, BODY)
def test_another_secret_has_another_signature(secret, other, timestamp, body):
    assume(secret != other)
    assert signature(secret, timestamp, body) != signature(other, timestamp, body)


def test_the_digits_of_the_time_cannot_be_taken_for_those_of_the_body():
    assert signature("s", 12, b"3.x") != signature("s", 123, b".x")


def test_a_rotated_secret_signs_beside_the_new_one_until_its_time_is_over():
    rotated = SigningSecrets(current="old").rotated("new", NOW, timedelta(hours=24))
    assert rotated.valid_at(NOW + timedelta(hours=23)) == ("new", "old")
    assert rotated.valid_at(NOW + timedelta(hours=24)) == ("new",)
    assert rotated.rotated("newest", NOW, timedelta(hours=1)).valid_at(NOW) == ("newest", "new")


def test_the_header_holds_a_signature_by_each_secret():
    assert signature_header(("new", "old"), 1, b"x") == f"{signature('new', 1, b'x')},{signature('old', 1, b'x')}"
