"""The inbox over HTTP: a page and JSON for people and tests, and webhooks and chat channels that SNS posts to."""

import html
import json
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from typing import Any
from urllib.parse import urlsplit

from sandbox.inbox import amazon_q, cards
from sandbox.inbox.store import Inbox

_LARGEST_BODY_BYTES = 1024 * 1024
_HOSTS = frozenset({"127.0.0.1", "localhost"})
_CHAT = "/chat/"
_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 56rem; padding: 0 1rem; color: #222 }
article { border: 1px solid #ccc; border-radius: 6px; margin: 1rem 0; padding: .5rem 1rem }
header { color: #555; font-size: .9em } h2 { font-size: 1.05em; margin: .3rem 0 }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .9em }
"""
_STYLES = _STYLE + cards.STYLE


class InboxServer(ThreadingHTTPServer):
    """Serves an inbox on a socket that already listens."""

    daemon_threads = True

    def __init__(self, listening: socket, inbox: Inbox, cloud_endpoint: str) -> None:
        super().__init__(listening.getsockname(), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.inbox = inbox
        self.cloud_endpoint = cloud_endpoint


class _Handler(BaseHTTPRequestHandler):
    server: InboxServer

    def do_GET(self) -> None:
        match urlsplit(self.path).path:
            case "/":
                self._answer(200, page(self.server.inbox.messages()), "text/html; charset=utf-8")
            case "/messages.json":
                self._answer(200, json.dumps(self.server.inbox.messages()), "application/json")
            case _:
                self._answer(404, "no such page", "text/plain")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _LARGEST_BODY_BYTES:
            self._answer(413, "too large", "text/plain")
            return
        body = self.rfile.read(length).decode("utf-8", errors="replace")
        kind = self.headers.get("x-amz-sns-message-type", "")
        if not self.path.startswith(_CHAT):
            self.server.inbox.keep(
                {
                    "channel": "webhook",
                    "kind": "confirmation" if kind == "SubscriptionConfirmation" else "notification",
                    "to": self.path,
                    "text": body,
                    "headers": dict(self.headers.items()),
                }
            )
        elif kind != "SubscriptionConfirmation":
            self.server.inbox.keep(amazon_q.received(body, self.path.removeprefix(_CHAT)))
        self._answer(200, "", "text/plain")
        if kind == "SubscriptionConfirmation":
            threading.Thread(target=self._confirm, args=(body,), daemon=True).start()

    def _confirm(self, body: str) -> None:
        url = json.loads(body).get("SubscribeURL", "")
        # Only the sandbox's own cloud is asked: the body comes from whoever posts.
        if url.startswith(self.server.cloud_endpoint + "/"):
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - the address is checked above

    def _answer(self, status: int, content: str, content_type: str) -> None:
        if (self.headers.get("Host") or "").rsplit(":", 1)[0] not in _HOSTS:
            status, content, content_type = 403, "this page is for this machine", "text/plain"
        encoded = content.encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(encoded)))
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(encoded)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - the base class's names
        """Writes nothing: the inbox's files are its log."""


def page(messages: list[dict[str, Any]]) -> str:
    """The messages as a page, the newest first, those of a chat thread together.

    Everything in them is text, but for the markdown of chat messages (sandbox.inbox.markdown).
    """
    articles = (
        cards.thread(each) if each[0]["channel"] == "chat" else _article(each[0]) for each in cards.threads(messages)
    )
    shown = "".join(articles) or "<p>Nothing has come in yet.</p>"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">'
        f"<title>Inbox ({len(messages)})</title><style>{_STYLES}</style></head><body>"
        f"<h1>Inbox</h1>{shown}</body></html>"
    )


def _article(message: dict[str, Any]) -> str:
    def escaped(name: str) -> str:
        return html.escape(str(message.get(name) or ""))

    size = ""
    if "segments" in message:
        size = f" · {message['characters']} characters, {escaped('encoding')}, {message['segments']} part(s)"
    return (
        f"<article><header>#{message['number']} · {escaped('channel')} · {escaped('kind')} · to {escaped('to')} · "
        f"{escaped('received_at')}{size}</header><h2>{escaped('subject')}</h2><pre>{escaped('text')}</pre></article>"
    )
