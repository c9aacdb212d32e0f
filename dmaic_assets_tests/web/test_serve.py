"""The guarded server over real HTTP and a real socket, with something else in Dagster's place."""

import socket
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from dmaic_assets.reports.page.scripts import file_name
from dmaic_assets.web.project import Project
from dmaic_assets.web.serve import sign_in_url
from dmaic_assets.web.servers.processes import serves
from dmaic_assets_tests.web.serving import Server, serving
from dmaic_assets_tests.work.conftest import make_project


async def page(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"dagster {request.method} {request.url.path}")


async def echo(websocket: WebSocket) -> None:
    await websocket.accept(subprotocol="graphql-ws")
    await websocket.send_text(f"echo {await websocket.receive_text()}")
    await websocket.close()


SIGNED_IN: list[str] = []


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    made = make_project(tmp_path_factory.mktemp("project"))
    artifacts = made.platform.paths.artifacts
    (artifacts / "figure").mkdir(parents=True)
    (artifacts / "assets").mkdir()
    (artifacts / "figure" / "a.html").write_text("<p>figure</p>")
    (artifacts / "assets" / file_name("page")).write_text("1")
    dagster = Starlette(
        routes=[
            WebSocketRoute("/dagster/graphql", echo),
            Route("/{path:path}", page, methods=["GET", "POST"]),
        ]
    )
    project = Project(made.platform)
    with serving(
        project, dagster=dagster, on_signed_in=lambda: SIGNED_IN.append("used")
    ) as running:
        yield running
    project.close()
    made.platform.close()


def test_it_is_known_to_answer(server):
    assert serves(server.port)


def test_a_browser_signs_in_with_the_printed_address(server):
    path = sign_in_url(server.sessions, server.port).partition(str(server.port))[2]

    signed = server.ask("GET", path)
    cookie = signed.headers["set-cookie"].partition(";")[0]
    after = server.ask("GET", "/dagster/runs", {"Cookie": cookie})

    assert (signed.status, signed.headers["location"]) == (303, "/")
    assert (after.status, after.text) == (200, "dagster GET /dagster/runs")
    assert SIGNED_IN == ["used"]


def test_without_a_session_nothing_of_the_project_is_told(server):
    paths = ("/", "/dagster/graphql", "/dagster", "/artifacts/figure/a.html", "/api/v1/sources")
    for path in (*paths, "/metrics", "/api/v1/openapi.json"):
        told = server.ask("GET", path)

        assert told.status == 401
        assert "figure" not in told.text
        assert "dagster" not in told.text


def test_libraries_are_read_without_a_session(server):
    told = server.ask("GET", f"/artifacts/assets/{file_name('page')}")

    assert (told.status, told.text) == (200, "1")
    assert told.headers["cross-origin-resource-policy"] == "cross-origin"


def test_artifacts_are_served_to_those_who_are_signed_in(server):
    told = server.ask("GET", "/artifacts/figure/a.html", server.cookie)

    assert (told.status, told.text) == (200, "<p>figure</p>")
    assert told.headers["content-security-policy"].startswith("sandbox allow-scripts")


@pytest.mark.parametrize("path", ["/artifacts/../x", "/artifacts/%2e%2e/%2e%2e/etc/passwd"])
def test_no_path_leads_out_of_the_artifacts(server, path):
    told = server.ask("GET", path, server.cookie)

    assert "root:" not in told.text
    assert told.status == 404


def test_a_mutation_needs_our_own_origin(server):
    json = {**server.cookie, "Content-Type": "application/json"}
    body = '{"query": "mutation {x}"}'

    mine = server.ask("POST", "/dagster/graphql", {**json, **server.here}, body)
    foreign = server.ask(
        "POST", "/dagster/graphql", {**json, "Origin": "http://evil.example"}, body
    )
    by_get = server.ask("GET", "/dagster/graphql?query=mutation%20%7Bx%7D", server.cookie)
    rebound = server.ask(
        "POST", "/dagster/graphql", {**json, **server.here, "Host": "evil:80"}, body
    )

    assert [answer.status for answer in (mine, foreign, by_get, rebound)] == [200, 403, 405, 421]


def test_subscriptions_pass_for_those_who_are_signed_in(server):
    address = f"ws://127.0.0.1:{server.port}/dagster/graphql"
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
    address = f"ws://127.0.0.1:{server.port}/dagster/graphql"

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
    told = server.ask("GET", "/artifacts/nothing.html", server.cookie)

    assert str(server.project.platform.paths.root) not in f"{told.headers}{told.text}"


def test_anybody_may_ask_whether_it_lives(server):
    for path, word in (("/healthz", "ok\n"), ("/readyz", "ready\n")):
        told = server.ask("GET", path)

        assert (told.status, told.text) == (200, word)
    assert server.ask("HEAD", "/healthz").status == 200


def test_long_bodies_are_refused(server):
    json = {**server.cookie, **server.here, "Content-Type": "application/json"}

    def announced(path: str, length: int) -> bytes:
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw:
            raw.sendall(head.encode())
            return raw.recv(12)

    assert announced("/api/v1/runs", 70_000) == b"HTTP/1.1 413"
    assert announced("/dagster/graphql", 5_000_000) == b"HTTP/1.1 413"
    assert server.ask("POST", "/dagster/graphql", json, "x" * 70_000).status == 200


def test_a_long_body_of_unknown_length_is_refused_while_it_comes(server):
    head = (
        "POST /sign-in HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{server.port}\r\nOrigin: {server.base}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw:
        raw.sendall(head.encode())
        part = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
        raw.sendall(part * 3)
        answer = raw.recv(64)

    assert answer.startswith(b"HTTP/1.1 413")
