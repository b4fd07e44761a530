"""The emulator's ASGI application with the sandbox's own paths before it."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.cloud import events, outages

_OWN = "/_sandbox/"
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def with_own_paths(emulator: Application) -> Application:
    """Answers `POST /_sandbox/events`, `PUT /_sandbox/outages` and `GET /_sandbox/health`; all else is the emulator's.

    The body of `events` is one event, or a list of events, in EventBridge's envelope; see `events.deliver`. That of
    `outages` is a list of services; see `outages.set_down`.
    """

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_OWN):
            await emulator(scope, receive, send)
            return
        status, answer = _answer(scope["method"], scope["path"].removeprefix(_OWN), await _body(receive))
        await send(
            {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]}
        )
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    return application


def _answer(method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
    match method, path:
        case "GET", "health":
            return 200, {"status": "ready"}
        case "POST", "events":
            try:
                given = json.loads(body)
                return 200, {"delivered": events.deliver(given if isinstance(given, list) else [given])}
            except ValueError as error:
                return 400, {"error": str(error)}
        case "PUT", "outages":
            try:
                outages.set_down(json.loads(body))
            except (TypeError, ValueError) as error:
                return 400, {"error": str(error)}
            return 200, {}
    return 404, {"error": f"no {method} {path} here"}


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body
