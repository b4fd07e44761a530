"""docs/webhooks.md is right: its snippets are run as they stand there."""

import json
import re
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.stack.template import PROJECT
from trainstop.domain.delivery import ATTEMPTS, delay_seconds
from trainstop.domain.signature import signature, signature_header

PAGE = (PROJECT / "docs/webhooks.md").read_text(encoding="utf-8")
SECRET, NOW = "tB0yZk3n", 1768478400


def snippet(language):
    (text,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    return text


def python_verify():
    namespace = {}
    exec(snippet("python"), namespace)  # noqa: S102 - the page of this repository, which readers will run, too
    return namespace["verify"]


VERIFY = python_verify()


def headers(body, *secrets, timestamp=NOW):
    signed = signature_header(secrets or (SECRET,), timestamp, body)
    return {"trainstop-timestamp": str(timestamp), "trainstop-signature": signed}


@given(st.binary(max_size=500))
def test_any_body_verifies(body):
    assert VERIFY(SECRET, headers(body), body, NOW)


@given(st.binary(max_size=50), st.integers(0, 49), st.integers(1, 255))
def test_no_changed_body_verifies(body, place, flip):
    changed = bytearray(body or b"x")
    changed[place % len(changed)] ^= flip
    assert not VERIFY(SECRET, headers(body or b"x"), bytes(changed), NOW)


@pytest.mark.parametrize(("age", "taken"), [(0, True), (300, True), (301, False), (-300, True), (-301, False)])
def test_what_is_older_than_five_minutes_is_refused(age, taken):
    assert VERIFY(SECRET, headers(b"{}", timestamp=NOW - age), b"{}", NOW) is taken


def test_while_a_secret_is_rotated_either_verifies():
    both = headers(b"{}", "new", "old")
    assert [VERIFY(secret, both, b"{}", NOW) for secret in ("new", "old", "other")] == [True, True, False]


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"trainstop-timestamp": "", "trainstop-signature": ""},
        {"trainstop-timestamp": str(NOW)},
        {"trainstop-timestamp": str(NOW), "trainstop-signature": "v1="},
        {"trainstop-timestamp": str(NOW), "trainstop-signature": "v1=ä,"},
        {"trainstop-timestamp": "²", "trainstop-signature": "v1=00"},
        {"trainstop-timestamp": str(NOW + 1), "trainstop-signature": signature(SECRET, NOW, b"{}")},
        {"trainstop-timestamp": str(NOW), "trainstop-signature": signature("other", NOW, b"{}")},
    ],
)
def test_broken_headers_do_not_verify(broken):
    assert VERIFY(SECRET, broken, b"{}", NOW) is False


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node, which the project does not")
def test_the_snippet_for_node_says_the_same():
    both = headers(b'{"\xc3\xa9":1}', "new", "old")
    script = f"""{snippet("javascript")}
const headers = {json.dumps(both)}, empty = Buffer.from("{{}}"), body = Buffer.from('{{"é":1}}');
console.log(JSON.stringify([
  verify("new", headers, body, {NOW}), verify("old", headers, body, {NOW}), verify("other", headers, body, {NOW}),
  verify("new", headers, body, {NOW + 301}), verify("new", headers, empty, {NOW}), verify("new", {{}}, body),
]));"""
    ran = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)  # noqa: S603, S607 - the page's own code
    assert json.loads(ran.stdout) == [True, True, False, False, False, False]


def test_the_delays_are_those_of_the_code():
    told = "10 s, 30 s, 90 s, 4.5 min, 13.5 min, 40.5 min and an hour"
    assert told in PAGE
    assert [delay_seconds(attempt) for attempt in range(1, ATTEMPTS)] == [10, 30, 90, 270, 810, 2430, 3600]
    assert f"in {ATTEMPTS} attempts" in PAGE
