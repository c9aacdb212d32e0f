"""Sends one request through an ASGI app and gives back what it answered."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass
class Recorder:
    """The guarded app of a test: counts what reaches it."""

    reached: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    async def __call__(self, scope, receive, send) -> None:
        self.reached.append(f"{scope['type']} {scope['path']}")
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            await receive()
            self.heard.append((await receive())["type"])
            return
        if scope["method"] == "POST":
            self.bodies.append((await receive())["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"dagster"})


def ask(
    app: ASGIApp,
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: str = "",
    scheme: str = "http",
) -> Answer:
    path, _, query = path.partition("?")
    messages = _exchange(
        app,
        {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "scheme": scheme,
            "query_string": query.encode(),
            "headers": _encoded(headers or {}),
        },
        {"type": "http.request", "body": body.encode(), "more_body": False},
    )
    start = messages[0]
    sent = b"".join(m.get("body", b"") for m in messages[1:])
    names = {k.decode().lower(): v.decode() for k, v in start["headers"]}
    return Answer(start["status"], names, sent)


def connect(app: ASGIApp, path: str, headers: Mapping[str, str]) -> str:
    """Opens a websocket and tells the type of the answer."""
    hello = ({"type": "websocket.connect"}, {"type": "websocket.disconnect"})
    return _exchange(app, _socket(path, headers), *hello)[0]["type"]


def talk(app: ASGIApp, path: str, headers: Mapping[str, str], message: str) -> None:
    """Opens a websocket and sends a message."""
    said = ({"type": "websocket.connect"}, {"type": "websocket.receive", "text": message})
    _exchange(app, _socket(path, headers), *said)


def _socket(path: str, headers: Mapping[str, str]) -> dict[str, object]:
    return {
        "type": "websocket",
        "path": path,
        "query_string": b"",
        "headers": _encoded(headers),
        "subprotocols": [],
    }


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(k.lower().encode(), v.encode()) for k, v in headers.items()]


def _exchange(app: ASGIApp, scope, *said: Message) -> list[Message]:
    sent: list[Message] = []
    waiting = [*reversed(said)]

    async def receive() -> Message:
        if waiting:
            return waiting.pop()
        # Whoever waits for the end of the connection waits for the rest of the exchange.
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent
