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

    async def __call__(self, scope, receive, send) -> None:
        self.reached.append(f"{scope['type']} {scope['path']}")
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"dagster"})


def ask(app: ASGIApp, method: str, path: str, headers: Mapping[str, str] | None = None) -> Answer:
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
            "scheme": "http",
            "query_string": query.encode(),
            "headers": _encoded(headers or {}),
        },
        {"type": "http.request", "body": b"", "more_body": False},
    )
    start = messages[0]
    body = b"".join(m.get("body", b"") for m in messages[1:])
    names = {k.decode().lower(): v.decode() for k, v in start["headers"]}
    return Answer(start["status"], names, body)


def connect(app: ASGIApp, path: str, headers: Mapping[str, str]) -> str:
    """Opens a websocket and tells the type of the answer."""
    scope = {
        "type": "websocket",
        "path": path,
        "query_string": b"",
        "headers": _encoded(headers),
        "subprotocols": [],
    }
    return _exchange(app, scope, {"type": "websocket.connect"})[0]["type"]


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(k.lower().encode(), v.encode()) for k, v in headers.items()]


def _exchange(app: ASGIApp, scope, first: Message) -> list[Message]:
    sent: list[Message] = []
    waiting = [first]

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
