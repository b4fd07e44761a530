"""JSON over HTTP to the sandbox's own processes."""

import json
import urllib.error
import urllib.request
from typing import Any

from sandbox.home import SandboxError

_TIMEOUT_SECONDS = 30
# The user's proxy is not for the loopback interface.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def call(method: str, url: str, body: object = None, timeout: float = _TIMEOUT_SECONDS) -> Any:  # noqa: ANN401 - JSON
    """Sends a request and returns the answer's JSON.

    Raises:
        SandboxError: it was refused, with the reason, or nobody answers.
    """
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)  # noqa: S310 - own address
    try:
        with _opener.open(request, timeout=timeout) as answer:
            return json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as refusal:
        raise SandboxError(json.loads(refusal.read()).get("error", str(refusal))) from refusal
    except OSError as error:
        raise SandboxError(f"{url} does not answer: {error}") from error


def visit(url: str) -> bool:
    """Follows a link, as the reader of a mail does; False where it is not valid, or not any more."""
    try:
        _opener.open(url, timeout=_TIMEOUT_SECONDS).close()
    except urllib.error.HTTPError:
        return False
    return True


def answers(url: str) -> bool:
    """Whether somebody serves there."""
    try:
        call("GET", url, timeout=1)
    except SandboxError:
        return False
    return True
