"""POST to a webhook's receiver, by the standard library alone (docs/decisions/0016).

What it does not do is the point: no redirections, no proxies out of the environment, no retries, no cookies, no more of
the answer than its first kilobyte, and no more time than stated, however slowly a receiver drips.
"""

import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final, Self
from urllib.parse import SplitResult, urlsplit

from trainstop.domain.delivery import Answer
from trainstop.domain.redaction import presentable

_CONNECT_SECONDS: Final = 3.0
"""For each address of the host."""

_WHOLE_SECONDS: Final = 10.0
"""From the beginning to the end: well below the function's time-out."""

_READ_BYTES: Final = 1024
_SHOWN_CHARACTERS: Final = 200


class HttpPost:
    """Poster over HTTP/1.1 and TLS.

    Args:
        context: Which certificates to trust; those of the system without it.
        connect_seconds: Bound of connecting to one address.
        whole_seconds: Bound of the whole exchange.
    """

    def __init__(
        self,
        context: ssl.SSLContext | None = None,
        connect_seconds: float = _CONNECT_SECONDS,
        whole_seconds: float = _WHOLE_SECONDS,
    ) -> None:
        self._context = context or ssl.create_default_context()
        self._connect_seconds = connect_seconds
        self._whole_seconds = whole_seconds

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """POST once; what fails on the way is an answer without a status."""
        began = time.monotonic()
        status, text, problem = None, b"", ""
        with _Deadline(self._whole_seconds) as deadline:
            try:
                with closing(self._connect(urlsplit(url), deadline)) as connection:
                    connection.request("POST", _target(urlsplit(url)), body, dict(headers))
                    response = connection.getresponse()
                    # Headers that the deadline cut off look like headers that ended.
                    if not deadline.passed:
                        status = response.status
                        text = response.read(_READ_BYTES)
            except (OSError, HTTPException) as error:
                problem = _problem(error)
        shown = presentable(text.decode("utf-8", "replace"), _SHOWN_CHARACTERS).text
        if deadline.passed:
            problem = f"no answer within {self._whole_seconds:g} s"
        # An answer whose body breaks off is an answer: its status says whether it was taken.
        return Answer(status, "" if status else problem, shown, round(time.monotonic() - began, 3))

    def _connect(self, parts: SplitResult, deadline: "_Deadline") -> HTTPConnection:
        """A connection on a socket of our own, which the deadline can end at any moment."""
        host, secure = parts.hostname or "", parts.scheme == "https"
        made: HTTPConnection = HTTPSConnection(host, parts.port) if secure else HTTPConnection(host, parts.port)
        made.sock = socket.create_connection((host, made.port), self._connect_seconds)
        try:
            made.sock.settimeout(self._whole_seconds)
            if secure:
                made.sock = self._context.wrap_socket(made.sock, server_hostname=host, do_handshake_on_connect=False)
            deadline.ends(made.sock)
            if isinstance(made.sock, ssl.SSLSocket):
                made.sock.do_handshake()
        except BaseException:
            made.close()
            raise
        return made


class _Deadline:
    """Shuts a socket down when the time is over, so that whoever waits on it goes on at once."""

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._socket: socket.socket | None = None
        self.passed = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def ends(self, connected: socket.socket) -> None:
        self._socket = connected
        if self.passed:
            self._end()

    def _end(self) -> None:
        self.passed = True
        if self._socket is not None:
            with suppress(OSError):
                # Not SSLSocket's own, which would take the TLS state from under the thread that reads.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _target(parts: SplitResult) -> str:
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path


def _problem(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not valid: {error.verify_message}"
    words = (text for kinds, text in _PROBLEMS if isinstance(error, kinds))
    return next(words, type(error).__name__)


_PROBLEMS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (ssl.SSLError, "TLS failed"),
    (TimeoutError, "no answer in time"),
    (socket.gaierror, "the host's name is not known"),
    (ConnectionRefusedError, "connection refused"),
    (HTTPException, "the connection ended without an HTTP answer"),
    (ConnectionError, "the connection ended without an HTTP answer"),
)
"""What the errors of the way mean, the first that applies."""
