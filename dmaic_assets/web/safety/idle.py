"""A server that closes connections on which nobody asks, and takes so many of one address.

What belongs here: looking at connections, so that no stranger holds all of them. Uvicorn waits for
ever for the first request of one, and for the end of a request's head.
"""

import asyncio
from typing import Any, cast

import uvicorn

# Seconds between two looks; who asked for nothing at two of them is gone, so a connection may be
# silent for this to twice this long. The slowest of networks delivers a request's head in less.
IDLE_S = 15.0
# Uvicorn ticks ten times a second.
_TICKS_PER_S = 10
_TOO_MANY = (
    b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 5\r\nConnection: close\r\n"
    b"Content-Length: 0\r\n\r\n"
)


class PromptServer(uvicorn.Server):
    """Closes connections without a request at work; answers and sockets take as long as they take.

    Args:
        config: Uvicorn's.
        idle_s: Seconds between two looks.
        per_address: Connections that one address may have open; any number when None.
    """

    def __init__(
        self, config: uvicorn.Config, *, idle_s: float = IDLE_S, per_address: int | None = None
    ) -> None:
        super().__init__(config)
        if per_address is not None:
            config.load()
            config.http_protocol_class = _counting(config.http_protocol_class, per_address)
        self._ticks = max(1, round(idle_s * _TICKS_PER_S))
        # The last request of each connection that had none at work.
        self._silent: dict[object, object] = {}

    async def on_tick(self, counter: int) -> bool:
        """Looks now and then."""
        if counter % self._ticks == 0:
            self._close_silent()
        return await super().on_tick(counter)

    def _close_silent(self) -> None:
        silent: dict[object, object] = {}
        for connection in [*self.server_state.connections]:
            # Sockets, which have no cycle, stay.
            cycle = getattr(connection, "cycle", self)
            if cycle is not None and not getattr(cycle, "response_complete", False):
                continue
            silent[connection] = cycle
            if connection in self._silent and self._silent[connection] is cycle:
                connection.transport.close()
        self._silent = silent


def _counting(taken: type[asyncio.Protocol], most: int) -> type[asyncio.Protocol]:
    """Makes a protocol that refuses connections of an address which has as many as it may."""

    def counted(**parts: Any) -> asyncio.Protocol:  # noqa: ANN401 - uvicorn's
        return _Counted(cast("Any", taken)(**parts), parts["server_state"].connections, most)

    return cast("type[asyncio.Protocol]", counted)


class _Counted(asyncio.Protocol):
    """Stands before uvicorn's protocol until the connection is known to be one of few enough."""

    def __init__(self, protocol: asyncio.Protocol, open_now: set[Any], most: int) -> None:
        self._protocol = protocol
        self._open = open_now
        self._most = most

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Hands the connection to uvicorn, or refuses it."""
        direct = cast("asyncio.Transport", transport)
        host = _host_of(direct)
        if sum(_host_of(other.transport) == host for other in [*self._open]) >= self._most:
            direct.write(_TOO_MANY)
            direct.close()
            return
        direct.set_protocol(self._protocol)
        self._protocol.connection_made(direct)


def _host_of(transport: asyncio.Transport) -> str | None:
    place = transport.get_extra_info("peername")
    return place[0] if isinstance(place, tuple) else None
