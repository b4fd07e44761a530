import json
import socket
import threading
import urllib.error
import urllib.request

import pytest
from ministack.services import scheduler

from sandbox.cloud import mail
from sandbox.cloud.extensions import EmulatorChangedError, check
from sandbox.inbox.sms import segments
from sandbox.inbox.store import Inbox, as_text
from sandbox.inbox.web import InboxServer, page


@pytest.mark.parametrize(
    ("text", "encoding", "units", "count"),
    [
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("ü" * 160, "GSM-7", 160, 1),
        ("—" * 70, "UCS-2", 70, 1),
        ("—" * 71, "UCS-2", 71, 2),
        ("🚆" * 35, "UCS-2", 70, 1),
        ("🚆" * 36, "UCS-2", 72, 2),
        ("", "GSM-7", 0, 1),
    ],
)
def test_an_sms_is_counted_as_the_network_carries_it(text, encoding, units, count):
    carried = segments(text)
    assert (carried.encoding, carried.units, carried.count) == (encoding, units, count)


@pytest.mark.parametrize(
    ("subject", "message", "structure", "refused"),
    [
        ("fine", "text", "", False),
        ("x" * 101, "text", "", True),
        ("two\nlines", "text", "", True),
        ("fine", "{", "json", True),
        ("fine", '{"email": "x"}', "json", True),
        ("fine", '{"default": "x"}', "json", False),
    ],
)
def test_what_sns_refuses_is_refused(subject, message, structure, refused):
    assert bool(mail.refusal(subject, message, structure)) is refused


def test_messages_are_kept_in_order_as_files_that_people_read(tmp_path):
    inbox = Inbox(tmp_path)
    inbox.keep({"channel": "email", "kind": "notification", "to": "a@example.com", "subject": "s", "text": "first"})
    inbox.keep({"channel": "sms", "kind": "notification", "to": "+15550100", "text": "second"})
    assert [message["text"] for message in inbox.messages()] == ["first", "second"]
    assert "Subject: s" in as_text(inbox.messages()[0])
    assert "first" in (tmp_path / "0001-email.txt").read_text()


def test_the_page_shows_hostile_messages_as_text():
    hostile = "</pre><script>alert(1)</script>"
    shown = page(
        [
            {
                "number": 1,
                "channel": "email",
                "kind": "notification",
                "to": hostile,
                "subject": hostile,
                "text": hostile,
                "received_at": "now",
            }
        ]
    )
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


@pytest.fixture
def page_url(tmp_path):
    listening = socket.create_server(("127.0.0.1", 0))
    server = InboxServer(listening, Inbox(tmp_path), "http://127.0.0.1:1")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def visit(url, body=None, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=5) as answer:  # noqa: S310
        return answer.read().decode()


def test_a_webhook_is_kept_as_it_was_posted_and_shown(page_url):
    visit(f"{page_url}/hooks/ml", b'{"alert": 1}', **{"X-Signature": "abc"})
    (kept,) = json.loads(visit(f"{page_url}/messages.json"))
    assert (kept["channel"], kept["to"], kept["text"]) == ("webhook", "/hooks/ml", '{"alert": 1}')
    assert kept["headers"]["X-Signature"] == "abc"
    assert "webhook" in visit(page_url)


def test_the_inbox_answers_to_this_machines_names_only(page_url):
    with pytest.raises(urllib.error.HTTPError, match="403"):
        visit(page_url, Host="evil.example")


def test_the_emulator_still_has_everything_that_is_extended():
    check()


def test_each_difference_from_the_emulator_that_is_extended_is_named():
    with pytest.raises(EmulatorChangedError, match=r"scheduler\._GONE is gone; .*scheduler\._tick_schedules takes \("):
        check([(scheduler, "_GONE", None), (scheduler, "_tick_schedules", "never")])


def test_a_message_that_is_being_written_is_not_there_yet(tmp_path):
    inbox = Inbox(tmp_path)
    inbox.keep({"channel": "sms", "kind": "notification", "to": "+15550100123", "text": "one"})
    done = threading.Event()

    def read():
        while not done.is_set():
            seen.append(len(inbox.messages()))

    seen = []
    reader = threading.Thread(target=read)
    reader.start()
    for number in range(80):
        inbox.keep({"channel": "sms", "kind": "notification", "to": "+15550100123", "text": str(number)})
    done.set()
    reader.join()
    assert seen
    assert sorted(seen) == seen
