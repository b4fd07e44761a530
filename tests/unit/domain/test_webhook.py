"""Who is sent what, and which addresses there can be."""

from datetime import UTC, datetime

import pytest

from trainstop.domain.change import Change
from trainstop.domain.decision import Audience, Severity
from trainstop.domain.webhook import Webhook, is_webhook_id, url_fault


def a_webhook(**filters):
    moment = datetime(2026, 1, 15, tzinfo=UTC)
    return Webhook(webhook_id="0a1b2c3d", url="https://a.example/", created_at=moment, created_by="me", **filters)


@pytest.mark.parametrize(
    ("rule", "filters", "wanted"),
    [
        ("without a filter everything", {}, True),
        ("its severity", {"severities": ("high", "critical")}, True),
        ("another severity", {"severities": ("critical",)}, False),
        ("one of the alert's audiences", {"audiences": ("platform",)}, True),
        ("another audience", {"audiences": ("team",)}, False),
        ("its change", {"changes": ("told",)}, True),
        ("another change", {"changes": ("recorded", "noted")}, False),
        ("all filters have to let it through", {"severities": ("high",), "changes": ("recorded",)}, False),
    ],
)
def test_a_filter_lets_through(rule, filters, wanted):
    told = (Change.TOLD, Severity.HIGH, (Audience.OWNER, Audience.PLATFORM))
    assert a_webhook(**filters).wants(*told) is wanted, rule


def test_an_incident_that_nobody_is_told_of_is_for_no_audience():
    assert not a_webhook(audiences=("platform",)).wants(Change.RECORDED, Severity.HIGH, ())
    assert a_webhook().wants(Change.RECORDED, Severity.HIGH, ())


@pytest.mark.parametrize(
    "url",
    ["https://hooks.example.com/a?b=c", "https://hooks.example.com:8443", "https://10.0.0.7/x", "https://A.example/"],
)
def test_an_address_with_tls_is_taken(url):
    assert url_fault(url, allow_http=False) is None


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://hooks.example.com/", "https://"),
        ("ftp://hooks.example.com/", "https://"),
        ("file:///etc/passwd", "https://"),
        ("hooks.example.com", "https://"),
        ("https://", "no host"),
        ("https://-a.example/", "no host"),
        (f"https://{'a' * 64}.example/", "no host"),
        ("https://a.example:0/", "no host"),
        ("https://a.example:99999/", "no URL"),
        ("https://[::1/", "no URL"),
        ("https://me:secret@a.example/", "password"),
        ("https://a.example/#x", "fragment"),
        ("https://a.example/\r\nX: y", "ASCII"),
        ("https://a.example/a b", "spaces"),
        ("https://exämple.com/", "ASCII"),
        ("https://a.example/" + "x" * 1000, "1000"),
    ],
)
def test_an_address_that_cannot_be_is_refused_with_the_reason(url, fault):
    assert fault in (url_fault(url, allow_http=False) or "")


def test_an_address_without_tls_is_taken_only_where_the_stack_allows_it():
    assert url_fault("http://127.0.0.1:8080/", allow_http=True) is None
    assert url_fault("ftp://127.0.0.1/", allow_http=True) is not None


@pytest.mark.parametrize("text", ["", "0a1b2c3", "0a1b2c3d4", "../../etc", "0A1B2C3D", "0a1b2c3d\n"])
def test_what_is_no_id_reaches_no_parameters_name(text):
    assert not is_webhook_id(text)
