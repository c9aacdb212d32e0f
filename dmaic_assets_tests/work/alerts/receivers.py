"""Receivers of alerts: an HTTP and an SMTP server on this machine, real sockets and all.

What belongs here: servers that keep what they got, and answer as a test tells them to.
"""

import base64
import json
import socketserver
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

from typing_extensions import override


@dataclass
class Request:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        return cast("dict[str, Any]", json.loads(self.body))

    @property
    def key(self) -> str:
        return self.headers["idempotency-key"]


class _WebServer(ThreadingHTTPServer):
    daemon_threads = True
    owner: "WebReceiver"


class _WebHandler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        owner = cast("_WebServer", self.server).owner
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        owner.requests.append(Request(self.path, headers, body))
        status = owner.answers.pop(0) if owner.answers else owner.status
        if owner.delay_s:
            time.sleep(owner.delay_s)
        self.send_response(status)
        for name, value in owner.answer_headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(owner.words.replace(b"{path}", self.path.encode()))

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@dataclass
class WebReceiver:
    """What a web server got, and how it answers: the next of `answers`, else `status`."""

    port: int = 0
    status: int = 200
    answers: list[int] = field(default_factory=list)
    words: bytes = b"ok"
    answer_headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    requests: list[Request] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/services/T0/secret"


@contextmanager
def web_receiver() -> Iterator[WebReceiver]:
    server = _WebServer(("127.0.0.1", 0), _WebHandler)
    server.owner = WebReceiver(port=server.server_address[1])
    with _served(server):
        yield server.owner


@dataclass
class Mail:
    """One mail as it came."""

    sender: str
    to: list[str]
    text: str
    is_encrypted: bool
    user: str | None


@dataclass
class MailReceiver:
    """What a mail server got, and what it refuses."""

    port: int = 0
    password: str | None = None
    refused: tuple[str, ...] = ()
    data_answer: str = "250 taken"
    is_rude: bool = False
    mails: list[Mail] = field(default_factory=list)


class _MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    owner: MailReceiver
    context: ssl.SSLContext | None
    is_tls: bool


class _MailHandler(socketserver.BaseRequestHandler):
    """As much of SMTP as a client of ours speaks, with STARTTLS and AUTH PLAIN."""

    def handle(self) -> None:
        self.at = cast("_MailServer", self.server)
        self.socket = self.request
        self.reader = self.socket.makefile("rb")
        self.sender, self.to, self.user = "", list[str](), None
        self.is_encrypted = False
        try:
            if self.at.is_tls:
                self._encrypt()
            self._say("220 here")
            while line := self.reader.readline().decode().rstrip("\r\n"):
                word = line.split()[0].lower()
                if not getattr(self, f"do_{word}", self._other)(line):
                    return
        except OSError:
            return
        finally:
            self.reader.close()
            self.socket.close()

    def _encrypt(self) -> None:
        assert self.at.context is not None
        self.reader.close()
        self.socket = self.at.context.wrap_socket(self.socket, server_side=True)
        self.reader = self.socket.makefile("rb")
        self.is_encrypted = True

    def _say(self, *lines: str) -> bool:
        self.socket.sendall("".join(f"{line}\r\n" for line in lines).encode())
        return True

    def _other(self, _line: str) -> bool:
        return self._say("250 ok")

    def do_ehlo(self, _line: str) -> bool:
        can = self.at.context is not None and not self.is_encrypted
        return self._say("250-here", *(["250-STARTTLS"] if can else []), "250 AUTH PLAIN")

    def do_starttls(self, _line: str) -> bool:
        self._say("220 go")
        self._encrypt()
        return True

    def do_auth(self, line: str) -> bool:
        _, self.user, password = base64.b64decode(line.split()[2]).decode().split("\0")
        is_right = password == self.at.owner.password
        return self._say("235 in" if is_right else f"535 no: {password} is wrong")

    def do_mail(self, line: str) -> bool:
        self.sender, self.to = line.split(":", 1)[1].split()[0].strip("<>"), []
        return self._say("250 ok")

    def do_rcpt(self, line: str) -> bool:
        address = line.split(":", 1)[1].split()[0].strip("<>")
        if address in self.at.owner.refused:
            return self._say("550 nobody of that name")
        self.to.append(address)
        return self._say("250 ok")

    def do_data(self, _line: str) -> bool:
        owner = self.at.owner
        self._say("354 go")
        text = b"".join(iter(self.reader.readline, b".\r\n")).decode()
        if owner.data_answer.startswith("250"):
            mail = Mail(self.sender, self.to, text, self.is_encrypted, self.user)
            owner.mails.append(mail)
        return self._say(owner.data_answer) and not owner.is_rude

    def do_quit(self, _line: str) -> bool:
        return not self._say("221 bye")


@contextmanager
def mail_receiver(
    *, certificate: tuple[Path, Path] | None = None, is_tls: bool = False
) -> Iterator[MailReceiver]:
    """A mail server; with a certificate it speaks STARTTLS, or TLS from the beginning."""
    server = _MailServer(("127.0.0.1", 0), _MailHandler)
    server.owner = MailReceiver(port=server.server_address[1])
    server.is_tls = is_tls
    server.context = None
    if certificate is not None:
        server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.context.load_cert_chain(*certificate)
    with _served(server):
        yield server.owner


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of this machine and its key, made by openssl."""
    certificate, key = folder / "here.pem", folder / "here.key"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
        " -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1"
    )
    files = ["-out", str(certificate), "-keyout", str(key)]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    return certificate, key


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
