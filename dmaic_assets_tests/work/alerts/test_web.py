"""One POST to one address, bounded and without a secret in any word."""

import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from typing_extensions import override

from dmaic_assets.errors import RefusedMessageError, UndeliveredError
from dmaic_assets.work.alerts.web import address_of, post
from dmaic_assets_tests.work.alerts.receivers import WebReceiver, make_certificate


def sent(url: str, *, timeout_s: float = 2) -> int:
    return post(address_of(url, "OPS_URL"), b"{}", {"Idempotency-Key": "k"}, timeout_s=timeout_s)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/secret",
        "file:///etc/passwd",
        "https://",
        "secret",
        "https://user:secret@example.com/",
        "http://example.com:port/secret",
        "http://example.com/sec ret",
        "http://example.com/sec\r\nHost: secret",
        "http://[::1/secret",
        "http://a..secret/",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(UndeliveredError) as refused:
        address_of(url, "OPS_URL")

    assert str(refused.value).startswith("OPS_URL: holds ")
    assert "secret" not in f"{refused.value} {refused.value.fix}"


def test_a_request_is_taken(web: WebReceiver) -> None:
    assert sent(web.url) == 200

    (request,) = web.requests
    assert (request.path, request.key) == ("/services/T0/secret", "k")
    assert request.headers["content-type"] == "application/json"


def test_a_redirect_is_not_followed(web: WebReceiver) -> None:
    web.status, web.answer_headers = 307, {"Location": "http://127.0.0.1:1/elsewhere"}

    with pytest.raises(UndeliveredError, match="307: it sends on to another address"):
        sent(web.url)

    assert len(web.requests) == 1


@pytest.mark.parametrize(
    ("status", "is_of_message"),
    [(400, True), (413, True), (422, True), (401, False), (404, False), (429, False), (500, False)],
)
def test_answers_speak_of_the_message_or_of_the_channel(
    web: WebReceiver, status: int, *, is_of_message: bool
) -> None:
    web.status = status

    with pytest.raises(UndeliveredError) as refused:
        sent(web.url)

    assert isinstance(refused.value, RefusedMessageError) == is_of_message


def test_an_endless_answer_is_not_read(web: WebReceiver) -> None:
    web.status, web.words = 500, b"x" * 10_000_000

    with pytest.raises(UndeliveredError) as refused:
        sent(web.url)

    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"", "RemoteDisconnected|Connection reset"),
        (b"SSH-2.0-OpenSSH_9\r\n", "no answer of HTTP"),
        (None, "not answer in time"),
    ],
)
def test_what_speaks_no_http_is_told(said: bytes | None, words: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/secret"
        if said is not None:
            threading.Thread(target=_answer, args=(server, said), daemon=True).start()

        with pytest.raises(UndeliveredError, match=words) as refused:
            sent(url, timeout_s=0.5)

    assert "secret" not in str(refused.value)


class Taken(BaseHTTPRequestHandler):
    """Takes every request."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def _answer(server: socket.socket, said: bytes) -> None:
    there, _ = server.accept()
    with there:
        there.recv(65536)
        there.sendall(said)


def test_a_certificate_that_nobody_vouches_for_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with HTTPServer(("127.0.0.1", 0), Taken) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"https://localhost:{server.server_address[1]}/secret"
        with pytest.raises(UndeliveredError, match="certificate is not trusted: self-signed"):
            sent(url)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        assert sent(url) == 204
        server.shutdown()


def test_a_proxy_of_the_environment_is_asked(
    web: WebReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{web.port}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)

    assert sent("http://alerts.example/secret?a=1") == 200

    assert web.requests[0].path == "http://alerts.example/secret?a=1"


@pytest.mark.parametrize("proxy", ["http://proxy:port", "http://[::1", "[proxy"])
def test_a_proxy_that_is_no_address_is_told(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.delenv("no_proxy", raising=False)

    with pytest.raises(UndeliveredError) as refused:
        sent("http://receiver.example/secret")

    assert "secret" not in str(refused.value)
