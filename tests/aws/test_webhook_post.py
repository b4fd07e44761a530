"""One POST to receivers of every kind, on the loopback interface."""

import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from trainstop.adapters.webhook_post import HttpPost

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Receiver:
    """Accepts one connection after the other, keeps what it reads, and answers by ``answer(connection)``."""

    def __init__(self, answer, context=None):
        self.requests = []
        self._answer, self._context = answer, context
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._listening.accept()
                threading.Thread(target=self._handle, args=(connection,), daemon=True).start()
            except OSError:
                return

    def _handle(self, connection):
        try:
            with self._context.wrap_socket(connection, server_side=True) if self._context else connection as stream:
                self.requests.append(self._read(stream))
                self._answer(stream)
        except OSError:
            return

    @staticmethod
    def _read(stream):
        data = b""
        while b"\r\n\r\n" not in data:
            data += stream.recv(4096)
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
        )
        while len(body) < length:
            body += stream.recv(4096)
        return head.decode(), body

    def close(self):
        self._listening.close()


@pytest.fixture
def receiver():
    opened = []

    def open_one(answer, context=None):
        made = answer if callable(answer) else lambda stream: stream.sendall(answer)
        opened.append(Receiver(made, context))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def post(receiver, path="/", scheme="http", **bounds):
    return HttpPost(**bounds).post(f"{scheme}://127.0.0.1:{receiver.port}{path}", {"trainstop-delivery": "d1"}, b"{}")


def test_a_request_is_what_was_asked_for_and_nothing_else(receiver):
    taken = receiver(OK)
    answer = post(taken, "/hook?a=b")
    ((head, body),) = taken.requests
    assert (answer.status, answer.text, answer.problem) == (200, "ok", "")
    assert sorted(head.split("\r\n")) == sorted(
        [
            "POST /hook?a=b HTTP/1.1",
            f"Host: 127.0.0.1:{taken.port}",
            "Accept-Encoding: identity",
            "Content-Length: 2",
            "trainstop-delivery: d1",
        ]
    )
    assert body == b"{}"


def test_a_redirection_is_not_followed(receiver):
    elsewhere = receiver(OK)
    location = f"HTTP/1.1 307 x\r\nLocation: http://127.0.0.1:{elsewhere.port}/\r\nContent-Length: 0\r\n\r\n"
    assert post(receiver(location.encode())).status == 307
    assert elsewhere.requests == []


def test_a_proxy_of_the_environment_is_not_used(receiver, monkeypatch):
    proxy, taken = receiver(OK), receiver(OK)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
    post(taken)
    assert (len(proxy.requests), len(taken.requests)) == (0, 1)


def test_only_the_start_of_an_answer_is_read_and_it_is_cleaned(receiver):
    def endless(stream):
        stream.sendall(b"HTTP/1.1 500 x\r\n\r\n\x1b[31mpassword=hunter2hunter2 ")
        while True:
            stream.sendall(b"x" * 65536)

    answer = post(receiver(endless))
    assert answer.status == 500
    assert len(answer.text) <= 200
    assert "hunter2" not in answer.text
    assert answer.text.isprintable()


def test_an_answer_whose_body_breaks_off_is_an_answer(receiver):
    answer = post(receiver(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"))
    assert (answer.status, answer.problem) == (200, "")


def drip(stream):
    stream.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        time.sleep(0.05)
        stream.sendall(b"x")


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (lambda _: time.sleep(5), "no answer within 1 s"),
        (drip, "no answer within 1 s"),
        (b"", "the connection ended without an HTTP answer"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "the connection ended without an HTTP answer"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n", "the connection ended without an HTTP answer"),
    ],
)
def test_a_receiver_that_does_not_answer_costs_a_bounded_time(receiver, answer, problem):
    began = time.monotonic()
    assert post(receiver(answer), whole_seconds=1).problem == problem
    assert time.monotonic() - began < 3


def test_a_receiver_that_is_not_there_is_an_answer(receiver):
    gone = receiver(OK)
    gone.close()
    assert HttpPost().post(f"http://127.0.0.1:{unused_port()}/", {}, b"").problem == "connection refused"
    assert HttpPost().post("http://nowhere.invalid/", {}, b"").problem == "the host's name is not known"


def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 and its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "receiver.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_receiver_with_a_certificate_that_is_trusted_is_sent_to(receiver, tls, certificate):
    taken = receiver(OK, tls)
    trusting = ssl.create_default_context(cafile=str(certificate))
    assert post(taken, scheme="https", context=trusting).status == 200
    assert f"Host: 127.0.0.1:{taken.port}" in taken.requests[0][0]


def test_a_receiver_with_another_certificate_gets_nothing(receiver, tls):
    other = receiver(OK, tls)
    answer = post(other, scheme="https")
    assert answer.problem.startswith("the certificate is not valid: ")
    assert other.requests == []


def test_a_receiver_without_tls_is_told_apart(receiver):
    assert post(receiver(OK), scheme="https", whole_seconds=1).problem in {"TLS failed", "no answer within 1 s"}
