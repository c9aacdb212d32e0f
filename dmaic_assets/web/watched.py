"""What the server notes of every request: one line of its log, and the figures of `/metrics`.

What belongs here: method, path, status, time and client. Queries and headers are never noted: they
may hold codes and tokens.
"""

import logging
import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dmaic_assets.store.json_log import TOLD
from dmaic_assets.web.metrics.exposition import RequestMetrics
from dmaic_assets.web.safety.addresses import API

_log = logging.getLogger("dmaic_assets.web.requests")
# Letters of a path and of a client that are noted: whoever asks may choose them.
_LONGEST_PATH = 200
_METHODS = frozenset({"GET", "HEAD", "POST"})
# Open as long as somebody listens.
_STREAM = f"{API}/events"
# Asked for by machines all the time, and of no interest to whoever reads a log.
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})


class Watched:
    """Passes every request on, and notes how it was answered.

    Args:
        app: What answers.
        counted: The figures.
        clock: Counts seconds.
    """

    def __init__(
        self,
        app: ASGIApp,
        counted: RequestMetrics,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._counted = counted
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one connection as ASGI wants it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, is_noted = self._clock(), 500, False

        def note() -> None:
            nonlocal is_noted
            if not is_noted:
                is_noted = True
                self._note(scope, status, self._clock() - began)

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif not message.get("more_body", False):
                # Before the client has all of it, so that its next request finds this one counted.
                note()
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        finally:
            note()

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        # Anybody may invent a method; series of a metric are for ever.
        method = scope["method"] if scope["method"] in _METHODS else "other"
        path = str(scope["path"])
        self._counted.count(method, status, None if path == _STREAM else seconds)
        if path in _QUIET and status < 400:
            return
        client = scope.get("client")
        told = {
            "method": method,
            "path": path[:_LONGEST_PATH],
            "status": status,
            "ms": round(seconds * 1000, 1),
            "client": client[0][:_LONGEST_PATH] if client else None,
        }
        level = logging.WARNING if status >= 500 else logging.INFO
        _log.log(level, "request", extra={TOLD: told})
