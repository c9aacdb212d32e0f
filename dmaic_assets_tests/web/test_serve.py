"""The guarded server over real HTTP and a real socket, with something else in Dagster's place."""

import http.client
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from dmaic_assets.settings.project import Paths
from dmaic_assets.web.dev import serves
from dmaic_assets.web.serve import guarded_app, sign_in_url
from dmaic_assets.web.session import Sessions


async def page(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"dagster {request.method} {request.url.path}")


async def echo(websocket: WebSocket) -> None:
    await websocket.accept(subprotocol="graphql-ws")
    await websocket.send_text(f"echo {await websocket.receive_text()}")
    await websocket.close()


@dataclass
class Server:
    port: int
    sessions: Sessions
    paths: Paths

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, body: str = ""):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path, body=body or None, headers=headers or {})
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response.status, dict(response.getheaders()), text

    @property
    def cookie(self) -> dict[str, str]:
        return {"Cookie": f"dmaic_session_{self.port}={self.sessions.secret}"}

    @property
    def here(self) -> dict[str, str]:
        return {"Origin": f"http://127.0.0.1:{self.port}"}


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("project")
    paths = Paths(root, root / "data")
    (paths.artifacts / "figure").mkdir(parents=True)
    (paths.artifacts / "assets").mkdir()
    (paths.artifacts / "figure" / "a.html").write_text("<p>figure</p>")
    (paths.artifacts / "assets" / "lib.min.js").write_text("1")
    dagster = Starlette(
        routes=[
            WebSocketRoute("/graphql", echo),
            Route("/{path:path}", page, methods=["GET", "POST"]),
        ]
    )
    sessions = Sessions("s" * 43)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = guarded_app(dagster, paths=paths, sessions=sessions, port=port)
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        thread.join(0.01)
    yield Server(port, sessions, paths)
    running.should_exit = True
    thread.join(10)


def test_it_is_known_to_answer(server):
    assert serves(server.port)


def test_a_browser_signs_in_with_the_printed_address(server, capsys):
    path = sign_in_url(server.sessions, server.port).partition(str(server.port))[2]

    status, headers, _ = server.ask("GET", path)
    cookie = headers["set-cookie"].partition(";")[0]
    after, _, text = server.ask("GET", headers["location"], {"Cookie": cookie})

    assert status == 303
    assert (after, text) == (200, "dagster GET /")
    assert "For another browser: http://127.0.0.1" in capsys.readouterr().out


def test_without_a_session_nothing_of_the_project_is_told(server):
    for path in ("/", "/graphql", "/runs", "/artifacts/figure/a.html"):
        status, _, text = server.ask("GET", path)

        assert status == 401
        assert "figure" not in text
        assert "dagster" not in text


def test_libraries_are_read_without_a_session(server):
    status, headers, text = server.ask("GET", "/artifacts/assets/lib.min.js")

    assert (status, text) == (200, "1")
    assert headers["cross-origin-resource-policy"] == "cross-origin"


def test_artifacts_are_served_to_those_who_are_signed_in(server):
    status, headers, text = server.ask("GET", "/artifacts/figure/a.html", server.cookie)

    assert (status, text) == (200, "<p>figure</p>")
    assert headers["content-security-policy"].startswith("sandbox allow-scripts")


@pytest.mark.parametrize("path", ["/artifacts/../x", "/artifacts/%2e%2e/%2e%2e/etc/passwd"])
def test_no_path_leads_out_of_the_artifacts(server, path):
    status, _, text = server.ask("GET", path, server.cookie)

    assert "root:" not in text
    assert status == 404 or text.startswith("dagster")


def test_a_mutation_needs_our_own_origin(server):
    json = {**server.cookie, "Content-Type": "application/json"}
    body = '{"query": "mutation {x}"}'

    mine = server.ask("POST", "/graphql", {**json, **server.here}, body)
    foreign = server.ask("POST", "/graphql", {**json, "Origin": "http://evil.example"}, body)
    by_get = server.ask("GET", "/graphql?query=mutation%20%7Bx%7D", server.cookie)
    rebound = server.ask("POST", "/graphql", {**json, **server.here, "Host": "evil:80"}, body)

    assert [answer[0] for answer in (mine, foreign, by_get, rebound)] == [200, 403, 405, 421]


def test_subscriptions_pass_for_those_who_are_signed_in(server):
    address = f"ws://127.0.0.1:{server.port}/graphql"
    headers = {**server.cookie, **server.here}

    with connect(
        address,
        additional_headers={"Cookie": headers["Cookie"]},
        origin=headers["Origin"],
        subprotocols=["graphql-ws"],
    ) as sockets:
        sockets.send("hello")

        assert sockets.recv() == "echo hello"
        assert sockets.subprotocol == "graphql-ws"


@pytest.mark.parametrize("origin", [None, "http://evil.example"])
def test_subscriptions_of_other_pages_are_refused(server, origin):
    address = f"ws://127.0.0.1:{server.port}/graphql"

    with (
        pytest.raises(InvalidStatus),
        connect(address, additional_headers=server.cookie, origin=origin),
    ):
        pass


def test_the_server_does_not_listen_on_other_addresses(server):
    own = socket.gethostbyname(socket.gethostname())
    if own.startswith("127."):
        own = "127.0.0.2"
    with socket.socket() as probe:
        probe.settimeout(1)
        assert probe.connect_ex((own, server.port)) != 0


def test_the_paths_of_a_project_are_not_in_the_answers(server):
    _, headers, text = server.ask("GET", "/artifacts/nothing.html", server.cookie)

    assert str(Path(server.paths.root)) not in f"{headers}{text}"
