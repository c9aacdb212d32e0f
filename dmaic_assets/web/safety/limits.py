"""Limits on requests: how many, and how long; strangers meet them before anything else looks.

What belongs here: counting. Who may do what is the guard's business.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dmaic_assets.web.safety.addresses import DAGSTER, SIGN_IN, is_under
from dmaic_assets.web.safety.refusals import error_response

# Letters of a client's address that are noted: a proxy on this machine may tell anything.
_LONGEST_CLIENT = 45
# Clients that are counted at the same time; the one seen longest ago is forgotten first.
_CLIENTS_KEPT = 4_096


@dataclass(frozen=True, slots=True)
class Rate:
    """Requests of one client: so many a second in the long run, and so many at once."""

    per_s: float
    at_once: int


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """What a client may ask for.

    `reading` is wide: Dagster's UI loads hundreds of files when it opens and asks for news all the
    time. A person changes things by hand, and a program has no reason to start ten runs a second.
    Bytes of a body: our own requests are short, a run configuration of Dagster's may be long.
    `body_s` are the seconds within which a body has to be here.
    """

    reading: Rate = Rate(100, 1_000)
    changing: Rate = Rate(2, 30)
    signing_in: Rate = Rate(0.2, 10)
    body_bytes: int = 64 * 1024
    dagster_body_bytes: int = 4 * 1024 * 1024
    body_s: float = 30.0


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class RateLimiter:
    """Tells whether a client may ask now, by token buckets of a bounded number of clients."""

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait_s(self, client: str) -> float:
        """Counts a request; gives 0, or the seconds until the client may ask again."""
        now = self._clock()
        bucket = self._buckets.pop(client, None) or _Bucket(self._rate.at_once, now)
        bucket.left = min(self._rate.at_once, bucket.left + (now - bucket.at) * self._rate.per_s)
        bucket.at = now
        self._buckets[client] = bucket
        if len(self._buckets) > _CLIENTS_KEPT:
            self._buckets.popitem(last=False)
        if bucket.left < 1:
            return (1 - bucket.left) / self._rate.per_s
        bucket.left -= 1
        return 0.0


class Limits:
    """Refuses requests that come too fast or are too long, and passes the others on.

    Args:
        app: What answers the others.
        limits: How much is too much.
        knows: Whether a request is of somebody who is signed in. They are counted apart, so that
            no stranger and no web page on the same machine can keep them out.
        clock: Counts seconds.
    """

    def __init__(
        self,
        app: ASGIApp,
        limits: RequestLimits | None = None,
        *,
        knows: Callable[[Scope], bool] = lambda _scope: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._knows = knows
        self._limits = limits or RequestLimits()
        self._reading = RateLimiter(self._limits.reading, clock)
        self._changing = RateLimiter(self._limits.changing, clock)
        self._signing_in = RateLimiter(self._limits.signing_in, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one connection as ASGI wants it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wait_s = self._limiter(scope).wait_s(self._who(scope))
        if wait_s > 0:
            headers = {"Retry-After": str(int(wait_s) + 1)}
            told = "too many requests", "Ask again later."
            await error_response(429, "TooManyRequests", *told, headers)(scope, receive, send)
            return
        most = self._most_bytes(scope)
        if _declared(scope) > most:
            await _too_long(most)(scope, receive, send)
            return
        await _Measured(self._app, most, self._limits.body_s).answer(scope, receive, send)

    def _limiter(self, scope: Scope) -> RateLimiter:
        path = str(scope["path"])
        if path == SIGN_IN and (scope["method"] == "POST" or scope["query_string"]):
            return self._signing_in
        # Dagster reads by POST, too; what changes there is a click of a person.
        is_change = scope["method"] == "POST" and not is_under(path, DAGSTER)
        return self._changing if is_change else self._reading

    def _who(self, scope: Scope) -> str:
        """Whom a request is counted for: an address, and what kind of asker comes from there."""
        if self._knows(scope):
            kind = "signed in"
        else:
            # Told by browsers, and by no script in them.
            site = Headers(scope=scope).get("sec-fetch-site", "")
            kind = "elsewhere" if site in ("cross-site", "same-site") else "stranger"
        return f"{_client(scope)} {kind}"

    def _most_bytes(self, scope: Scope) -> int:
        is_dagster = is_under(str(scope["path"]), DAGSTER)
        return self._limits.dagster_body_bytes if is_dagster else self._limits.body_bytes


class _EndedError(Exception):
    """A body went on beyond its limit, or came too slowly."""


@dataclass(slots=True)
class _Measured:
    """One request whose body is measured and timed while it comes."""

    app: ASGIApp
    most: int
    body_s: float
    seen: int = 0
    is_whole: bool = False
    has_begun: bool = False
    refusal: Response | None = None

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        deadline = asyncio.get_running_loop().time() + self.body_s

        async def receive_measured() -> Message:
            return await (receive() if self.is_whole else self._next_part(receive, deadline))

        async def send_noted(message: Message) -> None:
            # Whoever read the body may have an answer of its own to its end, which says less.
            if self.refusal is None or self.has_begun:
                self.has_begun = True
                await send(message)

        with suppress(_EndedError):
            await self.app(scope, receive_measured, send_noted)
        if self.refusal is not None and not self.has_begun:
            await self.refusal(scope, receive, send)

    async def _next_part(self, receive: Receive, deadline: float) -> Message:
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            self.refusal = _too_slow(self.body_s)
            raise _EndedError from None
        self.seen += len(message.get("body", b""))
        self.is_whole = not message.get("more_body", False)
        if self.seen > self.most:
            self.refusal = _too_long(self.most)
            raise _EndedError
        return message


def _declared(scope: Scope) -> int:
    told = Headers(scope=scope).get("content-length", "0")
    return int(told) if told.isdecimal() else 0


def _client(scope: Scope) -> str:
    client: tuple[str, int] | None = scope.get("client")
    return client[0][:_LONGEST_CLIENT] if client else ""


def _too_slow(most_s: float) -> Response:
    detail = f"the body took more than {most_s:g} s"
    return error_response(408, "TooSlow", detail, "Send it at once.", {"Connection": "close"})


def _too_long(most: int) -> Response:
    detail = f"the body has more than {most:,} bytes"
    return error_response(413, "TooLong", detail, "Send less.", {"Connection": "close"})
