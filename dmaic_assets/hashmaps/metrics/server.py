"""The standard library's HTTP server around `endpoints`: started beside a play, ended with it."""

from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer
from threading import Thread

from dmaic_assets.errors import BadInputError
from dmaic_assets.hashmaps.metrics.endpoints import Published, answer, is_loopback, refused

# Seconds that a reader may take to send its request.
_PATIENCE_S = 10


class _Handler(BaseHTTPRequestHandler):
    timeout = _PATIENCE_S

    def __init__(
        self,
        request: object,
        client: object,
        server: BaseServer,
        *,
        published: Published,
        token: str | None,
    ) -> None:
        self.published, self.token = published, token
        super().__init__(request, client, server)  # pyright: ignore[reportArgumentType] - sockets

    def do_GET(self) -> None:
        """Answers; a request without leave gets the reason alone."""
        sent = {name: self.headers.get(name, "") for name in ("Authorization", "Host")}
        told = refused(self.token, sent) or answer(self.published, self.path)
        self.send_response(told.status)
        self.send_header("Content-Type", told.kind)
        self.send_header("Content-Length", str(len(told.body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(told.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Says nothing: a terminal shows the play."""


@contextmanager
def serving(published: Published, host: str, port: int, token: str | None) -> Generator[str]:
    """Serves ticks for as long as the context lasts; gives the address. Port 0 is any free one.

    Raises:
        BadInputError: The host is not this machine alone and there is no token, or the port is
            taken.
    """
    if not is_loopback(host) and not token:
        fix = "Set ADHASH_TOKEN; readers send it as Authorization: Bearer TOKEN."
        raise BadInputError(f"the host {host}", "is open to others, and there is no token", fix)
    handler = partial(_Handler, published=published, token=token)
    try:
        server = ThreadingHTTPServer((host, port), handler)
    except OSError as error:
        raise BadInputError(f"{host}:{port}", str(error), "Take another --serve PORT.") from error
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
