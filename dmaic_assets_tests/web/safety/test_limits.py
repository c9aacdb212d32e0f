import asyncio

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from dmaic_assets.web.safety.limits import Limits, Rate, RateLimiter, RequestLimits
from dmaic_assets_tests.web.asgi import Recorder, ask


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_so_many_at_once_and_then_so_many_a_second(clock):
    limiter = RateLimiter(Rate(2, 3), clock)

    assert [limiter.wait_s("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert limiter.wait_s("b") == 0
    clock.now = 0.5
    assert [limiter.wait_s("a") for _ in range(2)] == [0, 0.5]
    clock.now = 1_000
    assert [limiter.wait_s("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_only_so_many_clients_are_remembered(clock):
    limiter = RateLimiter(Rate(1, 1), clock)
    for number in range(5_000):
        limiter.wait_s(f"client {number}")

    assert len(limiter._buckets) == 4_096
    assert limiter.wait_s("client 4999") > 0
    assert limiter.wait_s("client 0") == 0


def test_changes_and_sign_ins_are_rarer_than_looks(clock):
    inside = Recorder()
    limits = RequestLimits(reading=Rate(1, 5), changing=Rate(1, 2), signing_in=Rate(0.1, 1))
    app = Limits(inside, limits, clock=clock)

    def asked(method: str, path: str) -> list[int]:
        return [ask(app, method, path).status for _ in range(6)]

    assert asked("GET", "/fleet") == [200] * 5 + [429]
    assert asked("POST", "/api/v1/runs") == [200] * 2 + [429] * 4
    assert asked("POST", "/sign-in") == [200] + [429] * 5
    assert asked("GET", "/sign-in?code=x") == [429] * 6
    refused = ask(app, "POST", "/sign-in")
    assert refused.headers["retry-after"] == "11"
    assert b'"code":"TooManyRequests"' in refused.body


def test_strangers_and_other_web_pages_keep_nobody_out_who_is_signed_in(clock):
    limits = RequestLimits(reading=Rate(1, 2), signing_in=Rate(0.1, 2))
    knows = lambda scope: dict(scope["headers"]).get(b"cookie") == b"mine"  # noqa: E731
    app = Limits(Recorder(), limits, knows=knows, clock=clock)

    def asked(path: str, **headers: str) -> list[int]:
        return [ask(app, "GET", path, headers).status for _ in range(3)]

    far = {"sec-fetch-site": "cross-site"}
    for path in ("/", "/sign-in?code=x"):
        assert asked(path, **far) == [200, 200, 429]
        assert asked(path) == [200, 200, 429]
        assert asked(path, cookie="mine") == [200, 200, 429]


def test_a_body_that_does_not_come_is_given_up():
    async def swallowing(scope, receive, send):
        """Answers as frameworks do whose parser of bodies fails."""
        try:
            await Request(scope, receive).body()
            told = PlainTextResponse("whole")
        except Exception:  # noqa: BLE001 - as FastAPI does
            told = PlainTextResponse("parser", 400)
        await told(scope, receive, send)

    app = Limits(swallowing, RequestLimits(body_s=0.05, body_bytes=8))

    def answered(*parts: bytes, is_whole: bool) -> int:
        waiting = [
            {"type": "http.request", "body": part, "more_body": n < len(parts) or not is_whole}
            for n, part in enumerate(parts, 1)
        ]
        sent = []

        async def receive():
            return waiting.pop(0) if waiting else await asyncio.Event().wait()

        async def send(message):
            sent.append(message)

        scope = {"type": "http", "path": "/x", "method": "POST", "headers": []}
        asyncio.run(app(scope, receive, send))
        return sent[0]["status"]

    assert answered(b"1234", b"5678", is_whole=True) == 200
    assert answered(b"1234", is_whole=False) == 408
    # Its length was not told before.
    assert answered(b"1234", b"56789", is_whole=True) == 413
